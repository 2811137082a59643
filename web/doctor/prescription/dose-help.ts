/**
 * The dose beside what is published for the patient's age and weight, while it is typed. The server's checks
 * (`clinic/src/prescribing/check.rs`) decide; this is the same arithmetic, so that nobody waits for them. Pure.
 */

import type { Intake } from "../../protocol/messages.ts";
import type { DailyRange, Product } from "../../ui/formulary/products.ts";

/** The patient's values that matter for a dose. */
export interface Patient {
  /** Age in whole months, the youngest that the form allows; null if the form tells no age. */
  months: number | null;
  /** Weight in grams; null if it is unknown. */
  weight_g: number | null;
}

/** What helps with a dose: nothing is published · age or weight must be asked for · the published amounts a day. */
export type DoseHelp =
  | { kind: "none" }
  | { kind: "no_age" }
  | { kind: "no_weight" }
  | {
      kind: "published";
      least_ug: number;
      most_ug: number;
      /** The weight for which they are published; null if it does not matter. */
      weight_g: number | null;
    };

/** The values of a form. */
export function patientOf(intake: Intake | null | undefined): Patient {
  if (!intake) return { months: null, weight_g: null };
  const ages = [intake.age_years, intake.age_months, intake.age_days].map((age) => age ?? null);
  const [years, months, days] = ages as [number | null, number | null, number | null];
  const isTold = ages.some((age) => age !== null);
  const inDays = Math.floor((((years ?? 0) * 12 + (months ?? 0)) * 487) / 16) + (days ?? 0);
  // A month has 30.4375 days, which are 487/16.
  return { months: isTold ? Math.floor((inDays * 16 + 15) / 487) : null, weight_g: intake.weight_g ?? null };
}

/** The help for a product and a patient. */
export function helpFor({ daily = [] }: Pick<Product, "daily">, { months, weight_g }: Patient): DoseHelp {
  if (daily.length === 0) return { kind: "none" };
  if (months === null) return { kind: "no_age" };
  const rules = daily.filter(({ from_months, to_months }) => months >= from_months && (to_months === undefined || months < to_months));
  const ranges = rules.map((rule) => amountsOf(rule, weight_g)).filter((range) => range !== null);
  const byWeight = rules.some(({ ug }) => !ug);
  if (ranges.length === 0) return { kind: byWeight && weight_g === null ? "no_weight" : "none" };
  return {
    kind: "published",
    least_ug: Math.min(...ranges.map(([least]) => least)),
    most_ug: Math.max(...ranges.map(([, most]) => most)),
    weight_g: byWeight ? weight_g : null,
  };
}

/** Micrograms a day in what was typed; null if they cannot be counted. */
export function dailyUg({ ug_per_unit }: Pick<Product, "ug_per_unit">, milli: number | null, perDay: number | null): number | null {
  return ug_per_unit === undefined || milli === null || perDay === null ? null : Math.floor((milli * perDay * ug_per_unit) / 1000);
}

/** Where an amount a day stands. It may be a tenth outside of what is published, because tablets are broken into halves. */
export function standingOf(ug: number, { least_ug, most_ug }: { least_ug: number; most_ug: number }): "low" | "within" | "high" {
  if (ug * 100 < least_ug * (100 - TOLERANCE_PERCENT)) return "low";
  return ug * 100 > most_ug * (100 + TOLERANCE_PERCENT) ? "high" : "within";
}

/** The least and most micrograms a day by one rule; null if the weight matters and is unknown. */
function amountsOf({ ug, ug_per_kg, max_ug = Infinity }: DailyRange, weight_g: number | null): readonly [number, number] | null {
  if (ug) return ug;
  if (!ug_per_kg || weight_g === null) return null;
  const cap = (each: number) => Math.min(Math.floor((each * weight_g) / 1000), max_ug);
  return [cap(ug_per_kg[0]), cap(ug_per_kg[1])];
}

/** Amounts in one unit for both ends, so that nobody compares micrograms with milligrams. */
export function unitFor(most_ug: number): "µg" | "mg" {
  return most_ug < 1000 ? "µg" : "mg";
}

/** How amounts of a product are told: by their mass, or in international units (UI) where its label tells them so. */
export type Measure = { by: "mass" } | { by: "units"; per_ug: number };

/** The measure of a product; null if its label has UI that cannot be compared with micrograms, so that no amount is told. */
export function measureOf({ strength, unit, ug_per_unit }: Pick<Product, "strength" | "unit" | "ug_per_unit">): Measure | null {
  if (!/\bUI\b/.test(strength)) return { by: "mass" };
  const [, digits, million, volume = "1"] = STRENGTH_IN_UI.exec(strength) ?? [];
  if (!digits || !ug_per_unit) return null;
  const told = numberIn(digits) * (million ? 1_000_000 : 1);
  // A strength by volume is that of a whole ampoule, and of the volume if the dose is counted in millilitres.
  const perUnit = unit === "ml" ? told / numberIn(volume) : told;
  return { by: "units", per_ug: perUnit / ug_per_unit };
}

const numberIn = (digits: string): number => Number(digits.replace(/\s/g, "").replace(",", "."));

/** `100 000 UI`, `1,2 million UI`, `10 UI/ml`, `1 million UI (600 mg)`. */
const STRENGTH_IN_UI = /^(\d[\d\s]*(?:,\d+)?)\s(million)?s?\s?UI(?:\/(\d+(?:,\d+)?)?\s?ml)?(?:\s\([^)]*\))?$/;
const TOLERANCE_PERCENT = 10;
