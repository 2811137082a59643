import assert from "node:assert/strict";
import { test } from "node:test";
import en from "../../ui/texts/en.json";
import fr from "../../ui/texts/fr.json";
import { faceOf } from "../face.ts";
import type { Prescription } from "../prescription.ts";
import type { StatusAnswer } from "../status.ts";
import type { TrustedKey } from "../../protocol/prescriptions.ts";
import type { Verdict } from "../verdict.ts";

const signer: TrustedKey = { kid: "", x: "", y: "", name: "Dr Sow", from: 0, to: 1 };
const prescription = { lines: [{ quantity: 15 }] } as unknown as Prescription;
const whole = (is: "authentic" | "expired"): Verdict => ({ is, signer, prescription, clock_behind: false });
const answer = (state: StatusAnswer["state"]): StatusAnswer => ({ state });
const STATES: StatusAnswer["state"][] = ["asking", "offline", "unanswered", "valid", "replaced", "cancelled", "unknown"];
const VERDICTS: Verdict[] = [
  whole("authentic"),
  whole("expired"),
  { is: "not_a_prescription" },
  { is: "unknown_key", why: "not_listed" },
  { is: "unknown_key", why: "not_certified" },
  { is: "tampered" },
  { is: "newer_version" },
  { is: "withdrawn_key", why: "lost", signer, at: 0 },
  { is: "withdrawn_key", why: "left", signer, at: 0 },
];
const all = VERDICTS.flatMap((verdict) => STATES.flatMap((state) => [true, false].map((hasList) => ({ verdict, state, face: faceOf(verdict, answer(state), hasList) }))));

test("good is shown only for an authentic prescription against which nothing is known", () => {
  const good = all.filter(({ face }) => face.tone === "good");
  assert.ok(good.length > 0);
  for (const { verdict, state, face } of good) {
    assert.equal(verdict.is, "authentic");
    assert.ok(["valid", "offline", "unanswered"].includes(state), state);
    assert.equal(face.word, "verifier.authentic");
  }
});

test("what was dispensed in whole does not look good any more, and a part of it does", () => {
  const given = (quantity: number): StatusAnswer => ({ state: "valid", dispensed: [{ act: "a", at: 1, place: "Poste", lines: [{ line: 0, quantity }] }] });
  assert.equal(faceOf(whole("authentic"), given(14), true).name, "authentic");
  const face = faceOf(whole("authentic"), given(15), true);
  assert.deepEqual([face.name, face.tone], ["dispensed", "warn"]);
});

test("nothing looks good while the server is asked", () => {
  assert.equal(faceOf(whole("authentic"), answer("asking"), true).tone, "info");
});

test("a word always has the same colour and the same sign", () => {
  const faces = new Map<string, string>();
  for (const { face } of all) {
    const look = `${face.tone} ${face.icon} ${face.word}`;
    assert.equal(faces.get(face.word) ?? look, look, face.word);
    faces.set(face.word, look);
  }
  assert.equal(faces.size, 12);
});

test("an expired prescription that was cancelled or replaced says that, and is never good", () => {
  for (const state of STATES) {
    const face = faceOf(whole("expired"), answer(state), true);
    assert.equal(face.tone, "bad", state);
    assert.equal(face.name, ["replaced", "cancelled"].includes(state) ? state : "expired");
  }
});

test("a device without a list says so, and accuses nobody", () => {
  assert.equal(faceOf({ is: "unknown_key", why: "not_listed" }, answer("asking"), false).name, "no_list");
  assert.equal(faceOf({ is: "unknown_key", why: "not_listed" }, answer("asking"), true).name, "unknown_key");
});

test("a sentence uses only values that its result has", () => {
  const values: { [name: string]: string[] } = { authentic: ["name", "until"], expired: ["name", "until", "today"], withdrawn_key: ["name", "time"] };
  for (const texts of [fr, en] as Record<string, unknown>[])
    for (const { verdict, face } of all) {
      const blanks = [...String(texts[face.sentence]).matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
      const has = [...(values[verdict.is] ?? []), ...("prescription" in verdict ? ["what"] : [])];
      assert.deepEqual(blanks.filter((name) => !has.includes(name)), [], face.sentence);
    }
});
