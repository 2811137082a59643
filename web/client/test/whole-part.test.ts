import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { wholePart } from "../attachments/whole-part.ts";

/** What Chromium's recorder wrote; the server reads the same file in its tests. */
const webm = new Uint8Array(readFileSync(join(process.cwd(), "../media/tests/voices/chromium.webm")));
/** A page of Ogg with so many bytes in one segment. */
const page = (bytes: number) => new Uint8Array([...new TextEncoder().encode("OggS"), ...new Array<number>(22).fill(0), 1, bytes, ...new Array<number>(bytes).fill(7)]);

test("a recording that ended by itself stays as it is", () => {
  assert.deepEqual(wholePart("webm", webm), webm);
  const ogg = new Uint8Array([...page(19), ...page(40)]);
  assert.deepEqual(wholePart("ogg", ogg), ogg);
  assert.equal(wholePart("pdf", webm), webm);
});

test("a recording that a power cut ended at any byte is cut behind its last whole part", () => {
  const ends = new Set<number>();
  for (let cut = 0; cut <= webm.length; cut++) {
    const whole = wholePart("webm", webm.slice(0, cut));
    assert.deepEqual(wholePart("webm", whole), whole);
    assert.ok(cut - whole.length < 400, `${cut - whole.length} bytes are lost of ${cut}, which is more than a packet`);
    ends.add(whole.length);
  }
  assert.ok(ends.size > 20 && ends.has(webm.length), `${ends.size} parts`);
  const ogg = new Uint8Array([...page(19), ...page(40)]);
  for (let cut = 0; cut < ogg.length; cut++) assert.equal(wholePart("ogg", ogg.slice(0, cut)).length, cut < 47 ? 0 : 47);
});
