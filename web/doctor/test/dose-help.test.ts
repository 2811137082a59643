import assert from "node:assert/strict";
import { test } from "node:test";
import list from "../../protocol/formulary.json";
import { emptyIntake } from "../../client/workflow/vitals.ts";
import { dailyUg, helpFor, measureOf, patientOf, standingOf } from "../prescription/dose-help.ts";
import { amountText, rangeText } from "../prescription/editor/Help.tsx";
import type { DailyRange, Product } from "../../ui/formulary/products.ts";

const child: DailyRange = { from_months: 2, to_months: 180, ug_per_kg: [40_000, 90_000], max_ug: 3_000_000 };
const adult: DailyRange = { from_months: 180, ug: [1_500_000, 3_000_000] };
const amoxicillin = { daily: [child, adult], ug_per_unit: 250_000 };

test("a child's dose is told for the weight, and capped", () => {
  const help = (weight_g: number) => helpFor(amoxicillin, { months: 30, weight_g });
  assert.deepEqual(help(12_000), { kind: "published", least_ug: 480_000, most_ug: 1_080_000, weight_g: 12_000 });
  assert.deepEqual(help(60_000), { kind: "published", least_ug: 2_400_000, most_ug: 3_000_000, weight_g: 60_000 });
});

test("an age belongs to the rule that begins with it", () => {
  const of = (months: number) => helpFor(amoxicillin, { months, weight_g: null }).kind;
  assert.deepEqual([1, 2, 179, 180].map(of), ["none", "no_weight", "no_weight", "published"]);
});

test("an adult's dose needs no weight", () => {
  const help = { kind: "published", least_ug: 1_500_000, most_ug: 3_000_000, weight_g: null };
  assert.deepEqual(helpFor(amoxicillin, { months: 400, weight_g: 70_000 }), help);
});

test("without an age nothing is compared, and without published amounts there is nothing to tell", () => {
  assert.deepEqual(helpFor(amoxicillin, { months: null, weight_g: 12_000 }), { kind: "no_age" });
  assert.deepEqual(helpFor({}, { months: null, weight_g: null }), { kind: "none" });
});

test("several rules for one age are one range", () => {
  const twice = { daily: [adult, { from_months: 180, ug: [500_000, 1_000_000] as const }] };
  assert.deepEqual(helpFor(twice, { months: 200, weight_g: null }), { kind: "published", least_ug: 500_000, most_ug: 3_000_000, weight_g: null });
});

test("what is typed gives an amount a day, which may be a tenth beside the published one", () => {
  assert.equal(dailyUg(amoxicillin, 1500, 2), 750_000);
  assert.equal(dailyUg(amoxicillin, null, 2), null);
  assert.equal(dailyUg({}, 1500, 2), null);
  const range = { least_ug: 480_000, most_ug: 1_080_000 };
  const stands = (ug: number) => standingOf(ug, range);
  assert.deepEqual([431_999, 432_000, 750_000, 1_188_000, 1_188_001].map(stands), ["low", "within", "within", "within", "high"]);
});

test("the age is the youngest that the form allows, as on the server", () => {
  const months = (more: object) => patientOf({ ...emptyIntake(), ...more }).months;
  assert.equal(months({ age_years: 27 }), 324);
  assert.equal(months({ age_years: 1, age_months: 4 }), 16);
  assert.equal(months({ age_days: 12 }), 0);
  assert.equal(months({ age_months: 2 }), 2);
  assert.equal(months({}), null);
  for (let whole = 0; whole < 1500; whole++) assert.equal(months({ age_years: Math.floor(whole / 12), age_months: whole % 12 }), whole);
  assert.deepEqual(patientOf(undefined), { months: null, weight_g: null });
});

const products = list as unknown as readonly Product[];
const plain = (text: string | null) => text?.replace(/\s/g, " ") ?? null;
/** What a number of micrograms of a product reads as; null if it is not told. */
const told = (id: string, ug: number) => {
  const measure = measureOf(products.find((product) => product.id === id)!);
  return plain(measure && amountText(ug, measure));
};

test("amounts of a product whose label has UI are told in UI", () => {
  assert.equal(told("oxytocine-10-ui-inj", 17), "10 UI");
  assert.equal(told("oxytocine-10-ui-inj", 8), "5 UI");
  assert.equal(told("vitamine-a-200000-caps", 60_000), "200 000 UI");
  assert.equal(told("vitamine-a-100000-caps", 15_000), "50 000 UI");
  assert.equal(told("benzathine-penicilline-1-2", 900_000), "1 200 000 UI");
  assert.equal(told("benzathine-penicilline-2-4", 1_800_000), "2 400 000 UI");
  assert.equal(told("benzylpenicilline-1-mui-inj", 2_400_000), "4 000 000 UI");
  assert.equal(told("amoxicilline-500-gel", 750_000), "750 mg");
  const measure = measureOf({ strength: "200 000 UI", unit: "capsule", ug_per_unit: 60_000 })!;
  assert.equal(plain(rangeText(15_000, 60_000, measure)), "50 000–200 000 UI");
  assert.equal(plain(rangeText(60_000, 60_000, measure)), "200 000 UI");
});

test("UI by volume count for a millilitre or for a whole ampoule, and what cannot be derived is not told", () => {
  const perUg = (strength: string, unit: Product["unit"], ug_per_unit?: number) => {
    const measure = measureOf({ strength, unit, ...(ug_per_unit && { ug_per_unit }) });
    return measure?.by === "units" ? measure.per_ug : (measure?.by ?? null);
  };
  assert.equal(perUg("100 UI/5 ml", "ml", 10), 2);
  assert.equal(perUg("100 UI/5 ml", "ampoule", 50), 2);
  assert.equal(perUg("100 UI/ml", "ml", 50), 2);
  assert.equal(perUg("30/70, 100 UI/ml", "unit", 5), null);
  assert.equal(perUg("10 UI/ml", "ampoule"), null);
  assert.equal(perUg("10 UI + 5 mg", "ampoule", 17), null);
  assert.equal(perUg("5 mg", "tablet", 5000), "mass");
});

test("every product whose label has UI and for which a dose is published can be told in UI", () => {
  for (const product of products.filter(({ strength, daily }) => strength.includes("UI") && daily)) assert.equal(measureOf(product)?.by, "units", product.id);
});
