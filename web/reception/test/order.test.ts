import assert from "node:assert/strict";
import { test } from "node:test";
import type { Referral } from "../../protocol/messages.ts";
import { place, referral, step } from "../../ui/test/referral.ts";
import { inParts, knownOf, requestOf, rings, unopened } from "../order.ts";
import { actsOf, questionOf } from "../steps.ts";

const row = (one: Referral) => ({ referral: one, post: place("post") });
const rowsOf = (...all: Parameters<typeof referral>[0][]) => all.map((one) => row(referral(one)));

test("the list has vital emergencies first, then the newest, in the parts of the way", () => {
  const rows = rowsOf(
    { referral: "old", at: 1 }, { referral: "new", at: 2 }, { referral: "vital", at: 0, urgency: "stat" }, { referral: "slow", at: 3, urgency: "routine" },
    { referral: "coming", state: "en_route" }, { referral: "here", state: "in_care" }, { referral: "done", state: "completed" },
  );
  const parts = inParts(rows).map(([part, own]) => `${part}: ${own.map(({ referral: one }) => one.order.referral).join(" ")}`);
  assert.deepEqual(parts, ["answer: vital new old slow", "coming: coming", "here: here", "over: done"]);
});

test("the page rings for what is new, and for a vital emergency until somebody opens it", () => {
  const first = rowsOf({ referral: "a" });
  assert.equal(rings(first, new Set()), true);
  const known = new Set(first.map(requestOf));
  assert.equal(rings(first, known), false, "it rings once");
  assert.equal(rings(rowsOf({ referral: "a", state: "received" }), new Set()), false, "it was opened");
  const vital = rowsOf({ referral: "b", urgency: "stat" });
  assert.equal(rings(vital, new Set(vital.map(requestOf))), true);
  assert.equal(rings(rowsOf({ referral: "a", asked_at: 9000 }), known), true, "the structure is asked again");
  const left = { state: "en_route", referral: "c" } as const;
  assert.equal(rings(rowsOf(left), known), true, "the patient left, and nobody here knows it");
  assert.equal(unopened(rowsOf({ ...left, steps: [step(2, { event: "received" })] })).length, 0);
  assert.equal(unopened([...first, ...vital, ...rowsOf({ state: "accepted" })]).length, 2);
});

test("a structure does only what follows, the usual step first", () => {
  const actsIn = (state: Referral["state"], steps: Referral["steps"] = []) => actsOf(referral({ state, steps }));
  assert.deepEqual(actsIn("requested"), ["accept", "reject"]);
  assert.deepEqual(actsIn("accepted"), ["arrived", "failed", "reject"]);
  const answers = [{ event: "accepted" }, { event: "rejected", reason: "no_bed" }] as const;
  assert.deepEqual(answers.map((event) => actsIn("en_route", [step(2, event)])), [["arrived", "in_care", "failed", "reject"], ["arrived", "in_care", "failed"]]);
  assert.deepEqual(actsIn("en_route", [step(2, { event: "received" })]), ["accept", "arrived", "in_care", "failed", "reject"], "nobody has answered");
  assert.deepEqual(actsIn("in_care"), ["counter"]);
  for (const over of ["rejected", "completed", "failed", "cancelled"] as const) assert.deepEqual(actsIn(over), []);
});

test("a structure is asked for an arrival that is late and for a contre-référence that is missing, first in its list and with one ring", () => {
  const late = { referral: "late", state: "en_route", arrival_asked_at: 5000, urgency: "routine" } as const;
  const asked = rowsOf(late, { referral: "coming", state: "en_route", urgency: "stat" }, { referral: "owes", state: "in_care", counter_asked_at: 9000 }, { referral: "here", state: "in_care", at: 3000 });
  assert.deepEqual(asked.map(({ referral: one }) => questionOf(one)), ["arrival", null, "counter", null]);
  const order = inParts(asked).map(([, own]) => own.map(({ referral: one }) => one.order.referral));
  assert.deepEqual(order, [[], ["late", "coming"], ["owes", "here"], []]);
  assert.equal(questionOf(referral({ ...late, state: "arrived" })), null, "it has answered");
  const before = rowsOf({ referral: "late", state: "en_route" });
  assert.equal(rings(rowsOf(late), knownOf(before)), true);
  assert.equal(rings(rowsOf(late), knownOf(rowsOf(late))), false, "it rings once");
});
