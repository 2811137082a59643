import assert from "node:assert/strict";
import { test } from "node:test";
import { HEIGHT, pointsOf, rangeOf, WIDTH } from "../chart.ts";

test("a line goes from the first measurement to the last, and rises with its values", () => {
  const known = [
    { at: 1_000, values: [170, 110] },
    { at: 2_000, values: [150, null] },
    { at: 5_000, values: [130, 90] },
  ];
  const range = rangeOf(known);
  assert.deepEqual(range, [90, 170]);
  const of = (nth: number) => pointsOf(known.map(({ at, values }) => ({ at, value: values[nth] ?? null })), range);
  assert.equal(of(0), `0.0,4.0 ${(WIDTH / 4).toFixed(1)},14.0 ${WIDTH.toFixed(1)},24.0`);
  assert.equal(of(1), `0.0,34.0 ${WIDTH.toFixed(1)},44.0`, "what was not measured is left out");
});

test("values that do not change are a level line, also when they were measured at the same moment", () => {
  const same = [7, 7].map((at) => ({ at, value: 80 }));
  assert.equal(pointsOf(same, [80, 80]), `0.0,${HEIGHT / 2}.0 0.0,${HEIGHT / 2}.0`);
});
