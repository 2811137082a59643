import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyIntake } from "../../client/workflow/vitals.ts";
import type { Advice, Danger, Prescription } from "../../protocol/messages.ts";
import { FIELD_CHARS, isDanger } from "../../ui/referral/letter-fields.ts";
import { letterOf, prefilled, type Told } from "../evacuation/letter.ts";

const intake = {
  ...emptyIntake(),
  ...{ name: "A. D.", sex: "female" as const, age_years: 27, weight_g: 61_500, term_weeks: 37, dpp: "221-7788" },
  ...{ reason: "Saignement depuis ce matin", systolic: 171, diastolic: 113, pulse: 131, temperature_dc: 372, glucose_mg_dl: 85 },
  ...{ bleeding: "heavy" as const, convulsions: false },
};
const advice = (revision: number, text: string, more: Partial<Advice> = {}): Advice => ({ consultation: "c", revision, text, by: "Dr Sow", at: revision, ...more });

function prescription(drug: string, more: Partial<Prescription> = {}): Prescription {
  const line = { drug, directions: "1 comprimé 2 fois par jour", days: 5, quantity: 10, unit: "comprimés", atc: "" };
  const signed = { prescription: drug, consultation: "c", post: "P", patient: { name: "", sex: "", age: "" }, lines: [line], by: "Dr Sow", at: 1, valid_until: 2, text: "" };
  return { signed, ...more };
}

const told = (more: Partial<Told> = {}): Told => ({ intake, advice: [], prescriptions: [], needs: [], ...more });

test("the record fills in the letter, in French", () => {
  const dangers: Danger[] = [
    { vital: "systolic", severity: "danger", word: "pressure_severe" },
    { vital: "pulse", severity: "warning", word: "pulse_fast" },
  ];
  const letter = prefilled(told({ dangers, needs: ["cesarean", "transfusion"] }));
  assert.equal(letter.patient, "A. D., F, 27 ans, 61,5 kg, 37 semaines de grossesse, DPP 221-7788");
  assert.equal(letter.reason, "Saignement depuis ce matin");
  const [first, second, ...rest] = letter.findings.split("\n");
  assert.ok(first!.includes("171/113 mmHg") && isDanger(first!), first);
  assert.ok(second!.includes("131/min") && !isDanger(second!), second);
  assert.ok(rest.some((line) => line.includes("37,2 °C")) && rest.some((line) => line.includes("0,85 g/L")), rest.join());
  assert.match(letter.question, /césarienne, transfusion/);
});

test("what was not measured is said, and a value that could not be measured is told apart", () => {
  const letter = prefilled(told({ intake: { ...intake, pulse: null, unmeasurable: ["pulse"] } }));
  const [unmeasurable, missing] = letter.not_examined.split("\n");
  assert.match(unmeasurable!, /^Non mesurable : pouls/);
  assert.ok(/^Non mesuré/.test(missing!) && !/pouls/.test(missing!), missing);
  assert.match(letter.not_examined, /à distance/);
});

test("only advice and prescriptions in force are told", () => {
  const corrected = [advice(1, "Allaitez"), advice(2, "N’allaitez pas", { replaces: 1 })];
  const letter = prefilled(told({ advice: corrected, prescriptions: [prescription("Fer"), prescription("Zinc", { cancelled: { by: "Dr Sow", at: 2, why: "erreur" } })] }));
  assert.deepEqual(letter.done.split("\n"), ["N’allaitez pas (conseil de Dr Sow)", "Fer : 1 comprimé 2 fois par jour, pendant 5 jours (prescrit)"]);
});

test("the doctor’s words replace a field, also by nothing, and the others follow the record", () => {
  const letter = letterOf(told(), { reason: "", question: "Bloc prêt ?" });
  assert.deepEqual([letter.reason, letter.question], ["", "Bloc prêt ?"]);
  assert.equal(letter.patient, prefilled(told()).patient);
});

test("no field is over the server’s bound, and a cut is marked", () => {
  const letter = prefilled(told({ advice: [advice(1, "ɓ".repeat(5000))] }));
  assert.equal([...letter.done].length, FIELD_CHARS);
  assert.ok(letter.done.endsWith("…"));
});
