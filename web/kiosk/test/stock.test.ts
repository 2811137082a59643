import assert from "node:assert/strict";
import { test } from "node:test";
import type { KnownCount } from "../../client/offline/stock.ts";
import type { Product } from "../../ui/formulary/products.ts";
import { expiryOf, leftOf, shelfOf, stockStateOf } from "../../ui/formulary/stock.ts";
import { alertsOf, countedProducts, doorAlerts, nextToCount, roundOf, stepped, typedQuantity, withFigure, withGiven } from "../stock/count.ts";

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2028, 1, 29, 10);
const count = (quantity: number, daysAgo = 0, expires?: string): KnownCount => ({
  product: "p",
  quantity,
  prescribed_since: 0,
  dispensed_since: 0,
  counted_at: NOW - daysAgo * DAY_MS,
  ...(expires && { expires }),
});
const product = (id: string, stock?: boolean): Product => ({ id, atc: "J01CA04", inn: id, strength: "", form: "comprimé", unit: "tablet", ...(stock && { stock }) });

test("what cannot be a stock is refused with a proposal, and never changed in silence", () => {
  const rows: [string, number | null, unknown][] = [
    ["12", null, { quantity: 12 }],
    [" 1 200 ", null, { quantity: 1200 }],
    ["0", null, { quantity: 0 }],
    ["1000000", null, { quantity: 1_000_000 }],
    ["", 4, { fault: "missing", proposal: null }],
    ["-3", null, { fault: "negative", proposal: 3 }],
    ["−3", null, { fault: "negative", proposal: 3 }],
    ["1000000000", 40, { fault: "large", proposal: 40 }],
    ["1234567890", null, { fault: "large", proposal: null }],
    ["12,5", null, { fault: "part", proposal: 12 }],
    ["12cp", null, { fault: "letters", proposal: 12 }],
    ["beaucoup", null, { fault: "letters", proposal: null }],
    ["1e9", null, { fault: "letters", proposal: 19 }],
  ];
  for (const [typed, before, read] of rows) assert.deepEqual(typedQuantity(typed, before), read, typed);
});

test("the buttons stay within what can be, and a first figure replaces the count of before", () => {
  assert.deepEqual([stepped("", -1), stepped("0", -1), stepped("7", 1), stepped("1000000", 1)], ["0", "0", "8", "1000000"]);
  assert.deepEqual([withFigure("12", "5", true), withFigure("5", "0", false), withFigure("0", "7", false)], ["5", "50", "7"]);
});

test("a box may be used until the end of its month, and the last 60 days are told", () => {
  assert.equal(expiryOf("2028-01", NOW), "expired");
  assert.equal(expiryOf("2028-02", NOW), "soon", "the last day of the month");
  assert.equal(expiryOf("2028-03", NOW), "soon");
  assert.equal(expiryOf("2028-04", NOW), null, "62 days");
  for (const none of [undefined, "", "mars"]) assert.equal(expiryOf(none, NOW), null);
});

test("an empty shelf, few units, an expired box and an old count are told, and an old count says nothing of the number", () => {
  const alerts = (one?: KnownCount) => alertsOf(one, "tablet", NOW);
  assert.deepEqual(alerts(undefined), []);
  assert.deepEqual(alerts(count(21)), []);
  assert.deepEqual(alerts(count(20)), ["few"]);
  assert.deepEqual(alerts(count(0, 0, "2020-01")), ["out"], "nothing is there that could expire");
  assert.deepEqual(alerts(count(0, 15)), ["old"]);
  assert.deepEqual(alerts(count(30, 15, "2020-01")), ["expired", "old"]);
  assert.deepEqual(alerts(count(5, 1, "2028-03")), ["few", "soon"]);
  const states = [count(30), count(3), count(0), count(0, 15), count(3, 20, "2020-01"), count(30, 14)].map((one) => stockStateOf(one, "tablet", NOW));
  assert.deepEqual(states, ["there", "few", "out", "old", "expired", "there"]);
});

test("what was prescribed since a count makes few of many, where it is counted in the same units", () => {
  const since = { ...count(30), prescribed_since: 15 };
  assert.equal(stockStateOf(since, "tablet", NOW), "few");
  assert.deepEqual([leftOf(since, "tablet"), leftOf({ ...since, prescribed_since: 99 }, "tablet")], [15, 0]);
  assert.equal(stockStateOf({ ...since, prescribed_since: 300 }, "ml", NOW), "there", "30 bottles, of which 300 ml were prescribed");
});

test("what was given here and the server does not know yet is not on the shelf any more", () => {
  const counts = new Map([["p", { ...count(30), dispensed_since: 2 }]]);
  const given = (at: number, product?: string) => ({ ...(product && { product }), line: { line: 0, quantity: 10 }, at });
  const after = withGiven(counts, [given(NOW + 1, "p"), given(NOW - 1, "p"), given(NOW + 1), given(NOW + 1, "unknown")]);
  assert.deepEqual([shelfOf(after.get("p")!, "tablet"), shelfOf(after.get("p")!, "ml"), after.size], [18, 30, 1]);
  assert.equal(stockStateOf(after.get("p")!, "tablet", NOW), "few");
});

test("the next product is one that nobody has counted today, and comes round", () => {
  const products = ["a", "b", "c"].map((id) => product(id, true));
  const counts = new Map([["b", count(1)], ["c", count(1, 2)]]);
  assert.equal(nextToCount(products, "a", counts, NOW)?.id, "c");
  assert.equal(nextToCount(products, "c", counts, NOW)?.id, "a");
  assert.equal(nextToCount(products, "a", new Map([["b", count(1)], ["c", count(1)]]), NOW), null);
  assert.deepEqual(countedProducts([...products, product("d"), product("e")], new Map([["e", 1]])).map(({ id }) => id), ["a", "b", "c", "e"]);
});

test("a round has what is not counted in it yet, in the order of the shelf, and begins anew when all is counted", () => {
  const shelf = ["a", "b", "c"].map((id) => product(id, true));
  const round = (counts: [string, KnownCount][]) => roundOf(shelf, new Map(counts), NOW).map(({ id }) => id);
  assert.deepEqual(round([]), ["a", "b", "c"]);
  assert.deepEqual(round([["a", count(3)], ["b", count(3, 2)]]), ["b", "c"], "after a power cut it goes on with the next one");
  assert.deepEqual(round([["a", count(1)], ["b", count(0)], ["c", count(2)]]), ["a", "b", "c"]);
});

test("the door tells how many products are missing, have expired, expire within a month or are to be counted again", () => {
  const products = ["a", "b", "c", "d", "e", "f"].map((id) => product(id, true));
  const counts = new Map([
    ["a", count(0)],
    ["b", count(50, 1, "2028-01")],
    ["c", count(50, 1, "2028-02")],
    ["d", count(50, 1, "2028-03")],
    ["e", count(0, 15)],
    ["f", count(5)],
  ]);
  assert.deepEqual(doorAlerts(products, counts, NOW), { out: 1, expired: 1, soon: 1, old: 1 }, "the end of March is 32 days ahead, and few are none of them");
  assert.deepEqual(doorAlerts(products, counts, NOW + 2 * DAY_MS).soon, 1);
  assert.deepEqual(doorAlerts(products, new Map(), NOW), { out: 0, expired: 0, soon: 0, old: 0 });
});
