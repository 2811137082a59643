import assert from "node:assert/strict";
import { test } from "node:test";
import type { FindingKind } from "../../protocol/messages.ts";
import en from "../../ui/texts/en.json";
import fr from "../../ui/texts/fr.json";
import { needsReason } from "../prescription/editor/Questions.tsx";

/** Every question of the server, and whether it needs a reason (`FindingKind::needs_answer`). */
const KINDS: Record<FindingKind, boolean> = {
  allergy: true,
  same_subgroup: true,
  pregnancy: true,
  male_and_pregnant: true,
  dose_low: true,
  dose_high: true,
  patient_unknown: true,
  course_long: true,
  too_long: true,
  not_renewable: false,
  unchecked: false,
  age_unlisted: true,
  pregnancy_unknown: true,
  intake_high: true,
  same_substance: true,
};

test("each question has a sentence, and needs a reason unless it only informs", () => {
  for (const [kind, needs] of Object.entries(KINDS)) {
    assert.equal(needsReason(kind as FindingKind), needs, kind);
    for (const texts of [fr, en] as Record<string, unknown>[]) assert.equal(typeof texts[`doctor.rx.finding.${kind}`], "string", kind);
  }
});
