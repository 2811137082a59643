/**
 * The evaluator of the danger rules for what is being typed. The table is generated from the server's
 * (`protocol/rules.ts`), and a golden file of the server's findings keeps the two evaluators equal. A doctor's page needs
 * none of this: it is told the dangers. Pure.
 */

import type { Danger, Intake, Speciality, Vital } from "../../protocol/messages.ts";
import { CHOICES, POPULATIONS, type Population, RULES } from "../../protocol/rules.ts";

type Membership = "no" | "possible" | "certain";

/** The figure of a value; null if it is unknown. A choice counts from 0, the harmless one. */
export function figureOf(intake: Intake, vital: Vital): number | null {
  const value = intake[vital] ?? null;
  if (typeof value !== "string") return value === null ? null : Number(value);
  return (CHOICES[vital as keyof typeof CHOICES] as readonly string[]).indexOf(value);
}

/** The dangerous values of a form for a request of this speciality, one entry each, the gravest first. */
export function dangers(intake: Intake, speciality: Speciality): Danger[] {
  const found: Danger[] = [];
  for (const severity of ["danger", "warning"] as const)
    for (const [population, own, word, ...tests] of RULES) {
      const vital = tests[0]![0];
      if (found.some((danger) => danger.vital === vital)) continue;
      if (!tests.every((test) => holds(intake, test))) continue;
      const member = membership(population, intake, speciality);
      if (member !== "no" && severity === (member === "possible" ? "warning" : own))
        found.push({ vital, severity, word });
    }
  return found;
}

function holds(intake: Intake, [vital, is, limit]: readonly [Vital, ">=" | "<=", number]): boolean {
  const figure = figureOf(intake, vital);
  return figure !== null && (is === ">=" ? figure >= limit : figure <= limit);
}

function membership(population: Population, intake: Intake, speciality: Speciality): Membership {
  if (population === "everybody") return "certain";
  const age = ageInDays(intake);
  if (population !== "maternal") return among(population, age ?? [...POPULATIONS.from_twelve]);
  if (intake.pregnancy) return intake.pregnancy === "none" ? "no" : "certain";
  if (intake.term_weeks !== null && intake.term_weeks !== undefined) return "certain";
  const byAge = age ? among("maternal", age) : "possible";
  if (intake.sex === "male" || byAge === "no") return "no";
  return speciality === "obstetrics" ? "certain" : "possible";
}

function among(population: Population, [youngest, oldest]: [number, number]): Membership {
  const [from, to] = POPULATIONS[population];
  if (youngest >= from && oldest <= to) return "certain";
  return youngest <= to && oldest >= from ? "possible" : "no";
}

/** The youngest and the oldest age in days that the form allows; null if it tells no age. */
function ageInDays(intake: Intake): [number, number] | null {
  const [years, months, days] = (["age_years", "age_months", "age_days"] as const).map((unit) =>
    figureOf(intake, unit),
  ) as [number | null, number | null, number | null];
  const whole = (years ?? 0) * 12 + (months ?? 0);
  const from = daysIn(whole);
  if (days !== null) return [from + days, from + days];
  if (months !== null) return [from, daysIn(whole + 1) - 1];
  return years === null ? null : [from, daysIn(whole + 12) - 1];
}

/** The days in this many months of 30.4375 days. */
const daysIn = (months: number) => Math.floor((months * 487) / 16);

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
