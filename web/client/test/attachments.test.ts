import assert from "node:assert/strict";
import { test } from "node:test";
import { kindOf } from "../attachments/attachments.ts";
import { FileError, isPdf, prepareFile } from "../attachments/files.ts";
import { formatOf } from "../attachments/voice-recorder.ts";

const pdf = (bytes: number) => new File([`%PDF-1.7\n${" ".repeat(bytes)}`], "ecg.PDF");

test("a PDF is known by what is in it, and taken as it is", async () => {
  assert.ok(isPdf(new TextEncoder().encode("\n%PDF-1.4")) && !isPdf(new TextEncoder().encode("PNG")));
  const { media_type, bytes, name } = await prepareFile(pdf(10), null);
  assert.deepEqual([media_type, bytes.length, name], ["pdf", 19, "ecg.PDF"]);
});

test("a PDF that the server would refuse is refused before it is kept", async () => {
  await assert.rejects(prepareFile(pdf(5_000_000), null), (error) => error instanceof FileError && error.code === "too_large");
});

test("what is neither a PDF nor a picture is refused with a sentence", async () => {
  // Node has no pictures, as a browser has none for this file.
  Object.assign(globalThis, { createImageBitmap: () => Promise.reject(new Error("no picture")) });
  const text = new File(["bonjour"], "lettre.pdf");
  await assert.rejects(prepareFile(text, null), (error) => error instanceof FileError && error.code === "document_kind");
});

test("a browser that records no Opus offers no voice note", () => {
  assert.equal(formatOf(), null);
  Object.assign(globalThis, { MediaRecorder: { isTypeSupported: (mime: string) => mime.startsWith("audio/ogg") } });
  assert.equal(formatOf()?.media_type, "ogg");
  assert.deepEqual((["webp", "ogg", "webm", "pdf"] as const).map(kindOf), ["photo", "voice_note", "voice_note", "document"]);
});
