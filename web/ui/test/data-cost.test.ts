import assert from "node:assert/strict";
import { test } from "node:test";
import { tenMinutes } from "../data-cost.ts";

test("the price of ten minutes is told when half a minute has gone, and begins anew with another transport", () => {
  const first = { at: 1_000, bytes: 100_000 };
  assert.equal(tenMinutes(first, { at: 30_999, bytes: 200_000 }), null);
  assert.equal(tenMinutes(first, { at: 61_000, bytes: 400_000 }), 3_000_000);
  assert.equal(tenMinutes(first, { at: 90_000, bytes: 1_000 }), null, "the count began anew");
});
