/** The form as it is typed, and its conversion to an `Intake`. Pure. */

import type { Bleeding, Intake, Language, Speciality, Urgency } from "../protocol/messages.ts";

/** The three forms of the first screen. */
export type FormKind = "obstetric" | "child" | "other";

/** Exactly what stands in the fields, so that it can be restored as it was. */
export interface Form {
  speciality: Speciality;
  urgency: Urgency;
  unknown: boolean;
  dpp: string;
  reason: string;
  bleeding: Bleeding | null;
  convulsions: "yes" | "no" | null;
  language: Language | null;
  numbers: Partial<Record<NumberName, string>>;
}

/** The fields for numbers. */
export type NumberName = "age" | "term" | "systolic" | "diastolic" | "pulse" | "temperature";

/** The possible values; others are typing errors. */
export const POSSIBLE: Record<NumberName, [least: number, most: number]> = {
  age: [0, 120],
  term: [1, 44],
  systolic: [40, 300],
  diastolic: [20, 200],
  pulse: [20, 250],
  temperature: [30, 44],
};

const ASKED: Record<FormKind, NumberName[]> = {
  obstetric: ["age", "term", "systolic", "diastolic", "pulse"],
  child: ["age", "temperature", "pulse"],
  other: ["age", "systolic", "diastolic", "pulse", "temperature"],
};

/** True if a form has a field. */
export const asks = (kind: FormKind, name: NumberName): boolean => ASKED[kind].includes(name);

/** A new form. */
export function emptyForm(kind: FormKind, speciality: Speciality): Form {
  return {
    speciality,
    urgency: kind === "obstetric" ? "stat" : "urgent",
    unknown: false,
    dpp: "",
    reason: "",
    bleeding: null,
    convulsions: null,
    language: null,
    numbers: {},
  };
}

/**
 * Converts a blood pressure that was typed in cmHg, as it is often said: "14" means 140, since nobody lives with 14
 * mmHg.
 */
export function fromCentimetres(name: NumberName, typed: string): string {
  const most = { systolic: 30, diastolic: 19 }[name as string];
  const value = parse(typed);
  return most && value && value <= most ? String(Math.round(value * 10)) : typed;
}

/** True if a value cannot be right. */
export function isImpossible(name: NumberName, typed = ""): boolean {
  if (!typed.trim()) return false;
  const value = parse(typed);
  const [least, most] = POSSIBLE[name];
  return value === null || value < least || value > most;
}

/** The form as an `Intake`; values that cannot be right are left out. */
export function intakeOf(kind: FormKind, form: Form): Intake {
  const read = (name: NumberName, scale = 1) => {
    const typed = asks(kind, name) ? form.numbers[name] : "";
    const value = isImpossible(name, typed) ? null : parse(typed);
    return value === null ? null : Math.round(value * scale);
  };
  return {
    dpp: (!form.unknown && form.dpp.trim()) || null,
    reason: form.reason.trim(),
    age_years: read("age"),
    term_weeks: read("term"),
    systolic: read("systolic"),
    diastolic: read("diastolic"),
    pulse: read("pulse"),
    temperature_dc: read("temperature", 10),
    bleeding: kind === "obstetric" ? form.bleeding : null,
    convulsions: kind !== "other" && form.convulsions ? form.convulsions === "yes" : null,
    language: form.language,
  };
}

function parse(typed = ""): number | null {
  const value = Number(typed.trim().replace(",", "."));
  return typed.trim() && Number.isFinite(value) ? value : null;
}
