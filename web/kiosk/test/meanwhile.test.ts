import assert from "node:assert/strict";
import { test } from "node:test";
import { RULES } from "../../protocol/rules.ts";
import type { Danger, Word } from "../../protocol/messages.ts";
import { type Measure, measures } from "../meanwhile.ts";
import french from "../../ui/texts/fr.json" with { type: "json" };

const found = (...words: Word[]): Danger[] =>
  words.map((word) => ({ vital: "pulse", severity: "danger", word }));

const ALWAYS: Measure[] = ["repeat", "ready"];

test("a form without a danger gives only what is always right", () => {
  assert.deepEqual(measures([]), ALWAYS);
});

test("a convulsion comes before a loss of blood, and nobody is laid twice", () => {
  assert.deepEqual(measures(found("bleeding_heavy", "convulsions", "pressure_severe")), [
    "side",
    "legs",
    "vein",
    ...ALWAYS,
  ]);
});

test("no measure contradicts another", () => {
  assert.deepEqual(measures(found("drowsy", "glucose_low")), ["side", ...ALWAYS], "nothing into the mouth");
  assert.deepEqual(measures(found("pulse_shock", "fever_high")), ["legs", "vein", ...ALWAYS], "covered, so not uncovered");
});

test("a bleeding in late pregnancy forbids the examination that could make it worse", () => {
  assert.ok(measures(found("bleeding_late")).includes("no_exam"));
});

test("whatever the dangers, a person can read the list at a glance, and each measure has its sentence", () => {
  const words = [...new Set(RULES.map(([, , word]) => word))];
  for (const one of words)
    for (const other of words) {
      const list = measures(found(one, other, ...words));
      assert.ok(list.length <= 6 && new Set(list).size === list.length, `${one} and ${other}`);
      for (const measure of measures(found(one, other)))
        assert.ok(`kiosk.meanwhile.${measure}` in french, measure);
    }
});
