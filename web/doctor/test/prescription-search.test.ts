import assert from "node:assert/strict";
import { test } from "node:test";
import list from "../../protocol/formulary.json";
import type { Product } from "../../ui/formulary/products.ts";
import { found } from "../../ui/formulary/search.ts";

const products = list as unknown as readonly Product[];
const names = (typed: string) => found(products, typed).map(({ inn }) => inn);
const first = (typed: string) => names(typed)[0];

test("accents and capitals do not matter, and what begins as it was typed comes first", () => {
  assert.equal(first("epineph"), "épinéphrine");
  assert.equal(first("ÉPINÉPHRINE"), "épinéphrine");
  assert.equal(first("paracetamol"), "paracétamol");
  assert.equal(first("amox"), "amoxicilline");
  assert.ok(names("amox").every((name) => name.startsWith("amoxicilline")), String(names("amox")));
});

test("another name leads to the one of the list", () => {
  for (const [typed, inn] of [
    ["adrénaline", "épinéphrine"],
    ["adren", "épinéphrine"],
    ["scopolamine", "butylscopolamine"],
    ["hyoscine", "butylscopolamine"],
    ["acetaminophen", "paracétamol"],
    ["cotrim", "sulfaméthoxazole + triméthoprime"],
    ["SRO", "sels de réhydratation orale"],
    ["vitamine a", "rétinol"],
  ])
    assert.equal(first(typed!), inn, typed);
});

test("a misspelling is forgiven in a word of four letters or more, and in no shorter one", () => {
  for (const [typed, inn] of [
    ["amoxiciline", "amoxicilline"],
    ["parasetamol", "paracétamol"],
    ["metronidasole", "métronidazole"],
    ["ibuporfene", "ibuprofène"],
    ["seftriaxone", "ceftriaxone"],
    ["adrenalline", "épinéphrine"],
    ["amxo", "amoxicilline"],
  ])
    assert.ok(names(typed!).includes(inn!), `${typed}: ${names(typed!)}`);
  assert.deepEqual(names("zqx"), []);
  assert.deepEqual(names("arsenic"), []);
});

test("strength and form narrow the list down, in any order", () => {
  assert.deepEqual(found(products, "amox 500 gel").map(({ id }) => id), ["amoxicilline-500-gel"]);
  assert.deepEqual(found(products, "sirop ferreux").map(({ form }) => form), ["sirop"]);
  assert.ok(found(products, "paracetamol 120").every(({ strength }) => strength.startsWith("120")));
});

test("of equal ones, what a post is expected to have comes first", () => {
  const stocks = found(products, "ibuprofene").map(({ stock }) => !!stock);
  assert.deepEqual(stocks, [true, false]);
});

test("nothing typed finds nothing, and no search shows more than a screen holds", () => {
  assert.deepEqual(names(""), []);
  assert.deepEqual(names(" +,"), []);
  assert.ok(names("a").length <= 12);
});
