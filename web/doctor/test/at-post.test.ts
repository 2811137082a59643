import assert from "node:assert/strict";
import { test } from "node:test";
import type { StockLine } from "../../protocol/prescriptions.ts";
import list from "../../protocol/formulary.json";
import type { Product } from "../../ui/formulary/products.ts";
import { alternativesTo } from "../prescription/at-post.ts";
import { inPlaceOf, lineOf } from "../prescription/typed.ts";

const NOW = Date.UTC(2028, 1, 29);
const DAY_MS = 86_400_000;
const products = list as unknown as Product[];
const product = (id: string) => products.find((one) => one.id === id)!;

/** Counts by product: the number, and the days since they were counted. */
const counted = (counts: Record<string, readonly [quantity: number, daysAgo: number, expires?: string]>) =>
  new Map(
    Object.entries(counts).map(([id, [quantity, daysAgo, expires]]): [string, StockLine] => [
      id,
      { product: id, quantity, prescribed_since: 0, dispensed_since: 0, counted_at: NOW - daysAgo * DAY_MS, ...(expires && { expires }) },
    ]),
  );
const alternatives = (id: string, counts: Parameters<typeof counted>[0]) => alternativesTo(product(id), products, counted(counts), NOW).map((one) => one.id);

const AMOX = products.filter(({ inn }) => inn === "amoxicilline").map(({ id }) => id);

test("in place of what is not there comes what is: the same substance in another form first, then the same group", () => {
  const [one, other] = AMOX as [string, string];
  const alike = products.find(({ inn, atc }) => inn !== "amoxicilline" && atc.startsWith("J01CA"))?.id;
  const foreign = products.find(({ atc }) => !atc.startsWith("J01"))!.id;
  assert.deepEqual(alternatives(one, { [one]: [0, 1], [other]: [20, 1], [foreign]: [5, 1], ...(alike && { [alike]: [9, 1] }) }), [other, ...(alike ? [alike] : [])]);
  assert.deepEqual(alternatives(one, { [one]: [4, 1, "2027-01"], [other]: [20, 1] }), [other], "expired");
});

test("nothing is proposed for what is there or unknown, and nothing that is empty, expired or counted long ago", () => {
  const [one, other] = AMOX as [string, string];
  assert.deepEqual(alternatives(one, { [one]: [3, 1], [other]: [20, 1] }), []);
  assert.deepEqual(alternatives(one, { [other]: [20, 1] }), [], "never counted");
  assert.deepEqual(alternatives(one, { [one]: [0, 20], [other]: [20, 1] }), [], "counted long ago");
  for (const not of [[0, 1], [20, 15], [20, 1, "2027-01"]] as const) assert.deepEqual(alternatives(one, { [one]: [0, 1], [other]: not }), []);
  assert.deepEqual(alternativesTo(product(one), products, null, NOW), [], "the stock could not be read");
});

test("a solution is never proposed in place of another one", () => {
  assert.deepEqual(alternatives("nacl-0-9-perf", { "nacl-0-9-perf": [0, 1], "sulfate-magnesium-5g-inj": [20, 1] }), []);
});

test("another product keeps the days of a line, and its dose is asked anew", () => {
  const [one, other] = AMOX as [string, string];
  const line = { ...lineOf({ listed: one }, product(one)), dose: "2", days: "5", whys: { dose_high: "poids élevé" } };
  const taken = inPlaceOf(line, product(other));
  assert.deepEqual([taken.key, taken.drug, taken.dose, taken.days, taken.whys], [line.key, { listed: other }, "", "5", {}]);
});
