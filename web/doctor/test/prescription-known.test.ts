import assert from "node:assert/strict";
import { test } from "node:test";
import type { DppLine, DppRecord } from "../../protocol/api.ts";
import en from "../../ui/texts/en.json";
import fr from "../../ui/texts/fr.json";
import { answered, recordQuestion, stateOf, type RecordState } from "../prescription/editor/known.ts";
import { asking, blank, keptOf, lineOf, ofNumber, restored, settled, type TypedPrescription } from "../prescription/typed.ts";

const penicillin: DppLine = { text: "Pénicilline", grave: true };
const found = (...allergies: DppLine[]): DppRecord => ({ state: "found", at: 1, allergies, problems: [], drugs: [], documents: [], more: false });
const begun: TypedPrescription = { ...blank("iode"), lines: [lineOf({ other: "Amoxicilline" })] };
const knowing: TypedPrescription = { ...begun, known: [penicillin], knownNumber: "221" };

/** A record that answers when it is told to, a draft, and what was shown. */
function desk(typed = begun) {
  const answers: { tell: (record: DppRecord) => void; fail: () => void }[] = [];
  const shown: RecordState[] = [];
  const now = { typed };
  const ports = {
    read: () => new Promise<DppRecord>((tell, fail) => void answers.push({ tell, fail: () => fail(new Error()) })),
    change: (make: (before: TypedPrescription) => TypedPrescription) => void (now.typed = make(now.typed)),
    show: (state: RecordState) => void shown.push(state),
  };
  return { now, shown, answers, question: (number: string) => recordQuestion(number, ports) };
}
const soon = () => new Promise((resolve) => setTimeout(resolve));

test("allergies of the national record are those of one number, and go with it", () => {
  assert.equal(ofNumber(knowing, "221"), knowing);
  assert.deepEqual(ofNumber(knowing, "222"), begun);
  assert.deepEqual(ofNumber(knowing, ""), begun);
  assert.equal(ofNumber(begun, "221"), begun);
  const { knownNumber: _, ...older } = knowing;
  assert.deepEqual(ofNumber(older, "221"), begun, "a draft of an older page does not say whose they are");
});

test("what a record told stays when the device brings the draft later", () => {
  assert.deepEqual(restored(begun, { ...blank(), known: [penicillin], knownNumber: "221" }), knowing);
  assert.equal(restored(knowing, blank()), knowing);
});

test("an answer tells the allergies with their number, and one that knows nobody takes them away", () => {
  assert.deepEqual(answered(begun, "221", found(penicillin)), knowing);
  for (const state of ["unknown", "off"] as const) assert.deepEqual(answered(knowing, "221", { state }), begun, state);
  for (const state of ["unreachable", "retired", "unusable"] as const) assert.equal(answered(knowing, "221", { state }), knowing, state);
});

test("an answer about the number before its correction is not taken", async () => {
  const { now, shown, answers, question } = desk();
  const first = question("221");
  first.ask();
  first.end();
  question("222").ask();
  answers[0]!.tell(found(penicillin));
  await soon();
  assert.equal(now.typed, begun);
  answers[1]!.tell(found());
  await soon();
  assert.deepEqual(now.typed, { ...begun, known: [], knownNumber: "222" });
  assert.deepEqual(shown, ["asking", "asking", "told"]);
});

test("nothing is asked without a number, and a failure is no answer of the record", async () => {
  const { now, shown, answers, question } = desk(knowing);
  question("").ask();
  assert.deepEqual(shown, []);
  question("221").ask();
  answers[0]!.fail();
  await soon();
  assert.deepEqual(shown, ["asking", "silent"]);
  assert.equal(now.typed, knowing);
});

test("what was told is asked for again, and stands until there is another answer", async () => {
  const { now, shown, answers, question } = desk();
  const one = question("221");
  one.ask();
  answers[0]!.tell(found(penicillin));
  await soon();
  one.ask();
  assert.equal(answers.length, 2, "the server may have forgotten it");
  assert.deepEqual(shown, ["asking", "told"]);
  answers[1]!.fail();
  await soon();
  assert.deepEqual(shown, ["asking", "told", "silent"]);
  assert.deepEqual(now.typed, knowing, "what was told before is still checked");
  one.ask();
  assert.deepEqual(shown, ["asking", "told", "silent", "asking"]);
});

test("only a record that does not answer is called silent, and every other answer has its own sentence", () => {
  const states = (["unknown", "off", "retired", "unusable", "unreachable"] as const).map((state) => stateOf({ state }));
  assert.deepEqual(states, ["unknown", "off", "retired", "unusable", "silent"]);
  assert.equal(stateOf(found()), "told");
  for (const texts of [fr, en] as Record<string, unknown>[]) {
    const said = ["asking", "told", "unknown", "retired", "unusable", "silent"].map((state) => texts[`doctor.rx.record.${state}`]);
    assert.equal(new Set(said.filter((text) => typeof text === "string")).size, said.length);
  }
});

test("what the record tells is on the device only with a draft that is begun", () => {
  assert.equal(keptOf(begun, knowing), knowing);
  assert.equal(keptOf(knowing, begun), begun);
  assert.deepEqual(keptOf(knowing, { ...knowing, lines: [] }), blank("iode"), "without a drug only what was typed is kept");
  assert.equal(keptOf({ ...blank(), known: [penicillin], knownNumber: "221" }, blank("")), undefined, "an answer changes nothing there");
  assert.equal(keptOf(blank("iode"), blank("")), null);
});

test("once a draft is signed, an answer of the record brings nothing back to the device", () => {
  const sent = { ...knowing, asked: asking(knowing, "c", "a") };
  const signed = settled(sent, "a");
  assert.deepEqual(signed, { ...blank("iode"), known: [penicillin], knownNumber: "221" }, "they stay on the screen");
  assert.equal(keptOf(sent, signed), null);
  assert.equal(keptOf(signed, answered(signed, "221", found(penicillin))), undefined);
});
