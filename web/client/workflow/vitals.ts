/**
 * The rules for dangerous vital signs. The same rules turn a value red while the post types it and mark it in the
 * doctor's queue. The limits are proposals until a Senegalese clinician has confirmed them. Pure.
 */

import type { Intake } from "../../protocol/messages.ts";

/** The vital signs that have rules, by their names in an `Intake`. */
export type VitalName = "systolic" | "diastolic" | "pulse" | "temperature_dc" | "bleeding" | "convulsions";

/** A value that must turn red: level 2 if a life may depend on it now, level 1 if it is abnormal. */
export interface Danger {
  vital: VitalName;
  level: 1 | 2;
  /** The text is `client.danger.<sentence>`. */
  sentence: Sentence;
}

/** The sentences that explain a danger. */
export type Sentence =
  | "convulsions"
  | "bleeding"
  | "pressure_severe"
  | "pressure_high"
  | "pressure_low"
  | "pulse_high"
  | "pulse_low"
  | "fever_high"
  | "fever"
  | "cold";

type Rule = [vital: VitalName, level: 1 | 2, sentence: Sentence, holds: (intake: Intake) => boolean];

const over = (value: number | null, limit: number) => value !== null && value > limit;
const under = (value: number | null, limit: number) => value !== null && value < limit;
const atLeast = (value: number | null, limit: number) => value !== null && value >= limit;
const isChild = ({ age_years }: Intake) => age_years !== null && age_years < 12;

/**
 * The bounds of a resting pulse in beats per minute, rounded from the normal ranges of the paediatric life support
 * guidelines (PALS 2020).
 */
function pulseBounds({ age_years }: Intake): { low: number; high: number } {
  if (age_years === null || age_years >= 12) return { low: 50, high: 120 };
  if (age_years < 1) return { low: 90, high: 180 };
  return age_years < 6 ? { low: 80, high: 140 } : { low: 60, high: 120 };
}

/**
 * The rules. 160/110 mmHg is severe hypertension in pregnancy and 140/90 hypertension (WHO, Managing complications
 * in pregnancy and childbirth, 2017); below 90 systolic is shock (same source). Obstetric early warning charts have
 * these in their red band, and also a pulse above 120 or below 50, and 38.5 °C. A child's pressure depends on its
 * height, so there is no rule.
 */
const RULES: Rule[] = [
  ["convulsions", 2, "convulsions", ({ convulsions }) => convulsions === true],
  ["bleeding", 2, "bleeding", ({ bleeding }) => bleeding === "heavy"],
  ["systolic", 2, "pressure_severe", (intake) => !isChild(intake) && atLeast(intake.systolic, 160)],
  ["diastolic", 2, "pressure_severe", (intake) => !isChild(intake) && atLeast(intake.diastolic, 110)],
  ["systolic", 2, "pressure_low", (intake) => !isChild(intake) && under(intake.systolic, 90)],
  ["pulse", 2, "pulse_high", (intake) => over(intake.pulse, pulseBounds(intake).high)],
  ["pulse", 2, "pulse_low", (intake) => under(intake.pulse, pulseBounds(intake).low)],
  ["temperature_dc", 2, "fever_high", ({ temperature_dc }) => atLeast(temperature_dc, 385)],
  ["temperature_dc", 2, "cold", ({ temperature_dc }) => under(temperature_dc, 355)],
  ["systolic", 1, "pressure_high", (intake) => !isChild(intake) && atLeast(intake.systolic, 140)],
  ["diastolic", 1, "pressure_high", (intake) => !isChild(intake) && atLeast(intake.diastolic, 90)],
  ["temperature_dc", 1, "fever", ({ temperature_dc }) => atLeast(temperature_dc, 380)],
];

/** The dangerous values of a form, one entry each, the gravest first. */
export function dangers(intake: Intake): Danger[] {
  const found = new Map<VitalName, Danger>();
  for (const [vital, level, sentence, holds] of RULES)
    if (!found.has(vital) && holds(intake)) found.set(vital, { vital, level, sentence });
  return [...found.values()];
}

/** A form in which everything is unknown. */
export const emptyIntake = (): Intake => ({
  dpp: null,
  reason: "",
  age_years: null,
  term_weeks: null,
  systolic: null,
  diastolic: null,
  pulse: null,
  temperature_dc: null,
  bleeding: null,
  convulsions: null,
  language: null,
});
