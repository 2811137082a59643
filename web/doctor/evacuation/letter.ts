/**
 * The letter of an evacuation as the record prefills it, in French whatever the language of the page. The doctor's own words replace it field
 * by field. Pure.
 */

import { standing } from "../../client/workflow/advice.ts";
import { isInForce } from "../../client/workflow/prescriptions.ts";
import type { Advice, Danger, Intake, Letter, Need, Prescription, Vital } from "../../protocol/messages.ts";
import { number } from "../../ui/i18n.ts";
import { DANGER, FIELD_CHARS, LETTER_FIELDS } from "../../ui/referral/letter-fields.ts";
import { patientWords } from "../prescription/words.ts";
import { french } from "./french.ts";

/** What the letter is made of. */
export interface Told {
  intake: Intake;
  dangers?: readonly Danger[];
  advice: readonly Advice[];
  prescriptions: readonly Prescription[];
  needs: readonly Need[];
}

/** What the record tells for it. */
export type ForLetter = Omit<Told, "needs">;

/** The fields that the doctor has written; the record fills in the others. */
export type OwnWords = Partial<Letter>;

/** The letter that is sent: the doctor's words, and what the record tells where there are none. */
export function letterOf(told: Told, own: OwnWords): Letter {
  const filled = prefilled(told);
  return Object.fromEntries(LETTER_FIELDS.map((field) => [field, own[field] ?? filled[field]])) as unknown as Letter;
}

/** The letter as the record tells it, each field within the server's bound. */
export function prefilled(told: Told): Letter {
  const { intake, advice, prescriptions, needs } = told;
  return {
    patient: within(patientLine(intake)),
    reason: within(intake.reason),
    findings: within(findingLines(intake, told.dangers ?? []).join("\n")),
    done: within([...adviceInForce(advice), ...prescriptionsInForce(prescriptions)].join("\n")),
    not_examined: within(notExamined(intake).join("\n")),
    question: within(questionFor(needs)),
  };
}

/** Name or initials, sex, age, weight and pregnancy, on one line. */
function patientLine(intake: Intake): string {
  const { weight_g, pregnancy, term_weeks, dpp } = intake;
  const parts = [
    patientWords(intake),
    weight_g && `${number(weight_g / 1000, weight_g < 10_000 ? 2 : 1)} kg`,
    term_weeks ? `${term_weeks} semaines de grossesse` : pregnancy && pregnancy !== "none" && french(`common.pregnancy.${pregnancy}`),
    dpp && `DPP ${dpp}`,
  ];
  return parts.filter(Boolean).join(", ");
}

/** The measured values, one a line, the dangerous ones first and with the words of their danger. */
function findingLines(intake: Intake, dangers: readonly Danger[]): string[] {
  const lines = figures(intake).map(({ label, vitals, text }) => {
    const danger = dangers.find(({ vital }) => vitals.includes(vital));
    const mark = danger?.severity === "danger" ? DANGER : "à surveiller";
    return { severity: danger?.severity, line: `${label} : ${text}${danger ? ` · ${mark} : ${french(`client.danger.${danger.word}`)}` : ""}` };
  });
  const graded = (severity: Danger["severity"] | undefined) => lines.filter((one) => one.severity === severity);
  return [...graded("danger"), ...graded("warning"), ...graded(undefined)].map(({ line }) => line);
}

interface Figure {
  label: string;
  vitals: readonly Vital[];
  text: string;
}

function figures(intake: Intake): Figure[] {
  const found: Figure[] = [];
  const add = (label: Label, vitals: readonly Vital[], text: string | null | undefined | false) =>
    text && found.push({ label: french(`common.vital.${label}`), vitals, text });
  const measured = (label: Label, vital: "pulse" | "breathing_rate" | "spo2" | "gravidity" | "parity", unit: string) =>
    add(label, [vital], intake[vital] !== null && intake[vital] !== undefined && `${intake[vital]}${unit}`);
  const { systolic, diastolic, temperature_dc, glucose_mg_dl, capillary_refill_s: refill } = intake;
  add("pressure", ["systolic", "diastolic"], (systolic ?? diastolic) !== null && `${systolic ?? "?"}/${diastolic ?? "?"} mmHg`);
  measured("pulse", "pulse", "/min");
  measured("breathing", "breathing_rate", "/min");
  measured("spo2", "spo2", " %");
  add("temperature", ["temperature_dc"], temperature_dc !== null && `${number(temperature_dc / 10, 1)} °C`);
  add("glucose", ["glucose_mg_dl"], glucose_mg_dl !== undefined && `${number(glucose_mg_dl / 100, 2)} g/L`);
  add("consciousness", ["consciousness"], intake.consciousness && french(`common.consciousness.${intake.consciousness}`));
  add("refill", ["capillary_refill_s"], refill !== undefined && french(`common.refill.${refill <= 2 ? 2 : refill === 3 ? 3 : 4}`));
  add("pallor", ["pallor"], intake.pallor && french(`common.pallor.${intake.pallor}`));
  add("bleeding", ["bleeding"], intake.bleeding && french(`common.bleeding.${intake.bleeding}`));
  add("convulsions", ["convulsions"], intake.convulsions !== null && french(intake.convulsions ? "common.yes" : "common.no"));
  add("fetal_movement", ["fetal_movement"], intake.fetal_movement && french(`common.fetal_movement.${intake.fetal_movement}`));
  add("membranes", ["membranes"], intake.membranes && french(`common.membranes.${intake.membranes}`));
  measured("gravidity", "gravidity", "");
  measured("parity", "parity", "");
  return found;
}

/** The advice that nothing corrects, each with who signed it. */
const adviceInForce = (advice: readonly Advice[]): string[] =>
  standing(advice).map(({ text, by }) => `${text.trim()} (conseil de ${by})`);

/** The drugs of the prescriptions in force, one a line. */
const prescriptionsInForce = (prescriptions: readonly Prescription[]): string[] =>
  prescriptions
    .filter(isInForce)
    .flatMap(({ signed }) => signed.lines)
    .map(({ drug, directions, days }) => `${drug} : ${directions}, pendant ${days} ${days < 2 ? "jour" : "jours"} (prescrit)`);

/** What could not be measured, what was typed as something that it cannot be, and the vital signs that nobody has taken. */
function notExamined(intake: Intake): string[] {
  const { unmeasurable = [], as_typed = [] } = intake;
  const doubted = [...unmeasurable, ...as_typed.map(({ vital }) => vital)];
  const missing = USUAL.filter((vital) => (intake[vital] ?? null) === null && !doubted.includes(vital));
  const names = (vitals: readonly Vital[]) => vitals.map((vital) => french(`common.vital.${LABELS[vital]}`).toLowerCase()).join(", ");
  return [
    unmeasurable.length > 0 && `Non mesurable : ${names(unmeasurable)}.`,
    ...as_typed.map(({ vital, text }) => `${french(`common.vital.${LABELS[vital]}`)} : ${french("common.vital.as_typed", { text })}`),
    missing.length > 0 && `Non mesuré : ${names(missing)}.`,
    "Le spécialiste a examiné à distance seulement.",
  ].filter((line) => line !== false);
}

/** What is asked of the receiving structure. */
function questionFor(needs: readonly Need[]): string {
  const what = needs.map((need) => french(`common.referral.need.${need}`).toLowerCase()).join(", ");
  return what ? `Merci de prendre en charge ce patient. Besoins : ${what}.` : "Merci de prendre en charge ce patient.";
}

/** A text within the server's bound; what is cut off is marked. */
const within = (text: string): string => {
  const chars = [...text];
  return chars.length <= FIELD_CHARS ? text : `${chars.slice(0, FIELD_CHARS - 1).join("")}…`;
};

/** The vital signs that a receiving doctor expects. */
const USUAL = ["systolic", "pulse", "breathing_rate", "spo2", "temperature_dc", "consciousness"] as const satisfies readonly Vital[];

type Label =
  | "pressure" | "pulse" | "breathing" | "spo2" | "temperature" | "glucose" | "consciousness" | "refill" | "pallor"
  | "bleeding" | "convulsions" | "fetal_movement" | "membranes" | "gravidity" | "parity";

const LABELS = {
  age_years: "age",
  age_months: "age",
  age_days: "age",
  weight_g: "weight",
  term_weeks: "term",
  gravidity: "gravidity",
  parity: "parity",
  systolic: "pressure",
  diastolic: "pressure",
  pulse: "pulse",
  breathing_rate: "breathing",
  spo2: "spo2",
  temperature_dc: "temperature",
  glucose_mg_dl: "glucose",
  capillary_refill_s: "refill",
  consciousness: "consciousness",
  pallor: "pallor",
  convulsions: "convulsions",
  bleeding: "bleeding",
  fetal_movement: "fetal_movement",
  membranes: "membranes",
} as const satisfies { [vital in Vital]: string };
