import assert from "node:assert/strict";
import { test } from "node:test";
import { VITAL_RANGES } from "../../protocol/messages.ts";
import { emptyForm, fromCentimetres, isImpossible, intakeOf, POSSIBLE } from "../form.ts";

test("an empty form gives an empty intake", () => {
  const intake = intakeOf("obstetric", emptyForm("obstetric", "obstetrics"));
  const { reason, ...rest } = intake;
  assert.equal(reason, "");
  for (const value of Object.values(rest)) assert.equal(value, null);
});

test("blood pressure in cmHg becomes mmHg, and other values stay as they are", () => {
  assert.equal(fromCentimetres("systolic", "14"), "140");
  assert.equal(fromCentimetres("systolic", "13,5"), "135");
  assert.equal(fromCentimetres("diastolic", "9"), "90");
  assert.equal(fromCentimetres("systolic", "140"), "140");
  assert.equal(fromCentimetres("age", "14"), "14");
});

test("a decimal comma counts as a decimal point, in tenths of a degree", () => {
  const form = { ...emptyForm("child", "paediatrics"), numbers: { temperature: "39,4", age: "0" } };
  const intake = intakeOf("child", form);
  assert.equal(intake.temperature_dc, 394);
  assert.equal(intake.age_years, 0);
});

test("a typing error is shown and not sent", () => {
  assert.ok(isImpossible("pulse", "1240"));
  assert.ok(isImpossible("age", "vingt"));
  assert.ok(!isImpossible("age", ""));
  const form = { ...emptyForm("other", "general"), numbers: { pulse: "1240" } };
  assert.equal(intakeOf("other", form).pulse, null);
});

test("only the fields of this form are sent, and an unknown patient has no number", () => {
  const typed = { ...emptyForm("other", "general"), dpp: "SN-1", unknown: true, bleeding: "heavy" as const };
  const intake = intakeOf("other", { ...typed, numbers: { term: "38" } });
  assert.equal(intake.dpp, null);
  assert.equal(intake.term_weeks, null);
  assert.equal(intake.bleeding, null);
});

test("every value that the form accepts is accepted by the server", () => {
  const { age, term, temperature, ...same } = POSSIBLE;
  const tenths = temperature.map((degrees) => degrees * 10);
  const ours = { ...same, age_years: age, term_weeks: term, temperature_dc: tenths };
  for (const [name, [least, most]] of Object.entries(VITAL_RANGES)) {
    const [from, to] = ours[name as keyof typeof ours];
    assert.ok(from! >= least && to! <= most, name);
  }
});
