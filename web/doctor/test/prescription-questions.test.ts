import assert from "node:assert/strict";
import { test } from "node:test";
import type { FindingKind } from "../../protocol/messages.ts";
import en from "../../ui/texts/en.json";
import fr from "../../ui/texts/fr.json";
import { lineOf } from "../prescription/typed.ts";
import { sentence } from "../prescription/editor/Questions.tsx";

/** Every question of the server. Which of them needs a reason is told by the server (`DraftFinding::asks`). */
const KINDS: Record<FindingKind, true> = {
  ...{ allergy: true, same_subgroup: true, pregnancy: true, male_and_pregnant: true, dose_low: true, dose_high: true },
  ...{ patient_unknown: true, course_long: true, too_long: true, not_renewable: true, unchecked: true, age_unlisted: true },
  ...{ pregnancy_unknown: true, intake_high: true, same_substance: true },
};

test("each question has a sentence", () => {
  for (const kind of [...Object.keys(KINDS), "unchecked_injection"])
    for (const texts of [fr, en] as Record<string, unknown>[]) assert.equal(typeof texts[`doctor.rx.finding.${kind}`], "string", kind);
});

test("an injection whose dose nobody could check is asked for a reason, and another drug only told", () => {
  const line = lineOf({ other: "Vancomycine" });
  const said = (asks: boolean) => sentence({ line: line.key, kind: "unchecked", asks }, line, undefined, () => 1);
  assert.match(said(true), /injection/i);
  assert.doesNotMatch(said(false), /injection/i);
});
