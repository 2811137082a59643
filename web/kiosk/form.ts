/** The form as it is typed, and its conversion to an `Intake`. Pure. */

import type { Bleeding, Danger, Intake, Language, Sex, Speciality, Urgency, Vital } from "../protocol/messages.ts";
import type { ConsentGiver, Consciousness, FetalMovement, Membranes, Pallor, Pregnancy } from "../protocol/messages.ts";
import type { PatientLine } from "../protocol/api.ts";
import { TEXT_LIMITS } from "../protocol/messages.ts";
import { dangers, emptyIntake } from "../client/workflow/vitals.ts";
import { wallNow } from "../client/platform/wall-clock.ts";
import { judge, type Judgement, type NumberName, scaleOf, type Units } from "./figures.ts";
import { year } from "../ui/dates.ts";

/** The three forms of the first screen. */
export type FormKind = "obstetric" | "child" | "other";

/** What is chosen among a few words. */
export interface Choices {
  sex: Sex;
  bleeding: Bleeding;
  convulsions: "yes" | "no";
  consciousness: Consciousness;
  /** The capillary refill time in seconds; 4 is more than 3. */
  refill: "2" | "3" | "4";
  pallor: Pallor;
  pregnancy: Pregnancy;
  fetal_movement: FetalMovement;
  membranes: Membranes;
}
export type ChoiceName = keyof Choices;

/** Exactly what stands in the fields, so that it can be restored as it was. */
export interface Form {
  speciality: Speciality;
  urgency: Urgency;
  unknown: boolean;
  /** The patient of this post who was chosen. */
  patient: PatientLine | null;
  dpp: string;
  name: string;
  reason: string;
  language: Language | null;
  units: Units;
  numbers: Partial<Record<NumberName, string>>;
  choices: Partial<Choices>;
  /** The values that somebody tried to measure and could not. */
  unmeasurable: NumberName[];
  /** What was answered about sharing the record; null until somebody asked. */
  consent: Answer | null;
}

/** An answer about sharing the record. */
export interface Answer {
  /** Its identifier, so that the server takes it once however often it is sent. */
  act: string;
  given: boolean;
  /** The language in which it was asked. */
  language: Language;
  giver: ConsentGiver;
  /** The proof of the member of staff who asked; empty if nobody had typed a PIN. */
  by: string;
}

/** One part of the form: a figure, the two of a pressure, or a choice. */
export type Part = NumberName | ChoiceName;

/** What the reason asks for. The rest is one tap away. */
const FIRST: Record<FormKind, Part[]> = {
  obstetric: ["age", "term", "systolic", "diastolic", "pulse", "convulsions", "bleeding"],
  child: ["age", "weight", "temperature", "breathing", "convulsions", "consciousness"],
  other: ["age", "systolic", "diastolic", "pulse", "temperature", "consciousness"],
};

/** Every part, in the order in which "Autres mesures" shows them. */
const ALL: Part[] = [
  ...(["age", "weight", "term", "systolic", "diastolic", "pulse", "breathing", "spo2"] as const),
  ...(["temperature", "glucose", "gravidity", "parity"] as const),
  ...(["sex", "pregnancy", "consciousness", "convulsions", "bleeding"] as const),
  ...(["refill", "pallor", "fetal_movement", "membranes"] as const),
];

const ONLY_AROUND_A_BIRTH: Part[] = ["term", "gravidity", "parity", "fetal_movement", "membranes"];

/** The parts that a form shows at once. */
export const firstParts = (kind: FormKind): Part[] => FIRST[kind];

/** The parts behind "Autres mesures". */
export const otherParts = (kind: FormKind): Part[] =>
  ALL.filter(
    (part) =>
      !FIRST[kind].includes(part) &&
      !(kind === "child" && (part === "pregnancy" || ONLY_AROUND_A_BIRTH.includes(part))) &&
      !(kind === "obstetric" && part === "sex"),
  );

/** A new form. */
export function emptyForm(kind: FormKind, speciality: Speciality): Form {
  return {
    speciality,
    urgency: kind === "obstetric" ? "stat" : "urgent",
    unknown: false,
    patient: null,
    dpp: "",
    name: "",
    reason: "",
    language: null,
    units: { age: "years", glucose: "g_l" },
    numbers: {},
    choices: {},
    unmeasurable: [],
    consent: null,
  };
}

/** Judges the text in a field for a figure. */
export const judged = (form: Form, name: NumberName): Judgement =>
  judge(name, form.numbers[name], form.units, year(wallNow()));

/** The year of birth that the form tells, exact to a year; null if it tells no age. */
export function birthYearOf(form: Form): number | null {
  const { figure } = judged(form, "age");
  if (figure === null || form.unmeasurable.includes("age")) return null;
  const inAYear = { years: 1, born: 1, months: 12, days: 365 }[form.units.age];
  return year(wallNow()) - Math.floor(figure / inAYear);
}

/** The fields in which a text counts: one whose value could not be measured keeps its text, which does not count. */
const typed = ({ numbers, unmeasurable }: Form): NumberName[] =>
  (Object.keys(numbers) as NumberName[]).filter((name) => !unmeasurable.includes(name));

/** The fields whose text cannot be right. */
export const impossible = (form: Form): NumberName[] =>
  typed(form).filter((name) => judged(form, name).state === "impossible");

/** True if something is told in one of these parts. */
export const tells = (form: Form, parts: Part[]): boolean =>
  parts.some((part) => form.numbers[part as NumberName] || form.choices[part as ChoiceName]);

/** The form as an `Intake`. A text that cannot be right is sent as it was typed. */
export function intakeOf(form: Form): Intake {
  const { choices, numbers, units } = form;
  const { convulsions, refill, ...named } = choices;
  const intake: Intake = {
    ...emptyIntake(),
    ...named,
    dpp: (!form.unknown && form.dpp.trim()) || null,
    reason: form.reason.trim(),
    language: form.language,
    convulsions: convulsions ? convulsions === "yes" : null,
  };
  if (form.name.trim()) intake.name = form.name.trim();
  if (refill) intake.capillary_refill_s = Number(refill);
  const wrong = impossible(form);
  if (wrong.length)
    intake.as_typed = wrong.map((name) => ({
      vital: scaleOf(name, units).vital,
      text: numbers[name]!.trim().slice(0, TEXT_LIMITS.typed),
    }));
  if (form.unmeasurable.length)
    intake.unmeasurable = form.unmeasurable.map((name) => scaleOf(name, units).vital);
  for (const name of typed(form)) {
    const { figure } = judged(form, name);
    if (figure !== null) Object.assign(intake, { [scaleOf(name, units).vital]: figure });
  }
  return intake;
}

/** The form for a speciality. */
export function kindOf(speciality: Speciality): FormKind {
  if (speciality === "obstetrics") return "obstetric";
  return speciality === "paediatrics" ? "child" : "other";
}

/** The form that an `Intake` came from, with every value as it would be typed. */
export function formOf(intake: Intake, speciality: Speciality): Form {
  const units: Units = { age: UNITS_OF_AGE.find((unit) => intake[`age_${unit}`] != null) ?? "years", glucose: "g_l" };
  const { convulsions, capillary_refill_s: refill, as_typed = [], unmeasurable = [] } = intake;
  const named = CHOSEN.flatMap((name) => (intake[name] == null ? [] : [[name, intake[name]]]));
  const choices: Partial<Choices> = Object.fromEntries(named);
  if (convulsions != null) choices.convulsions = convulsions ? "yes" : "no";
  if (refill != null) choices.refill = String(Math.min(4, Math.max(2, refill))) as Choices["refill"];
  const numbers: Form["numbers"] = {};
  for (const name of NUMBERS) {
    const { vital, scale } = scaleOf(name, units);
    const value = intake[vital];
    const text = as_typed.find((one) => one.vital === vital)?.text;
    if (typeof value === "number") numbers[name] = String(Math.round((value / scale) * 1000) / 1000).replace(".", ",");
    else if (text !== undefined) numbers[name] = text;
  }
  return {
    ...emptyForm(kindOf(speciality), speciality),
    ...{ units, numbers, choices, reason: intake.reason, language: intake.language },
    ...{ name: intake.name ?? "", dpp: intake.dpp ?? "" },
    unmeasurable: NUMBERS.filter((name) => unmeasurable.includes(scaleOf(name, units).vital)),
  };
}

/** The dangerous values of what is typed, the gravest first. */
export const dangersOf = (form: Form): Danger[] => dangers(intakeOf(form), form.speciality);

/** The value that a part tells. */
export function vitalOf(part: Part, units: Units): Vital | null {
  if (part === "sex" || part === "pregnancy") return null;
  if (part === "refill") return "capillary_refill_s";
  return part in VITAL_CHOICES ? (part as Vital) : scaleOf(part as NumberName, units).vital;
}

const VITAL_CHOICES = { bleeding: 1, convulsions: 1, consciousness: 1, pallor: 1, fetal_movement: 1, membranes: 1 };

const UNITS_OF_AGE = ["years", "months", "days"] as const;
const CHOSEN = ["sex", "bleeding", "consciousness", "pallor", "pregnancy", "fetal_movement", "membranes"] as const;
const NUMBERS = ALL.filter((part): part is NumberName => !(part in VITAL_CHOICES) && !["sex", "pregnancy", "refill"].includes(part));
