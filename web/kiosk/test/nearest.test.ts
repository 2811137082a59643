import assert from "node:assert/strict";
import { test } from "node:test";
import { duration } from "../nearest/duration.ts";

test("minutes by road are said as people say them", () => {
  const said = [5, 55, 60, 65, 210].map((minutes) => duration(minutes).replaceAll("\u00a0", " "));
  assert.deepEqual(said, ["5 min", "55 min", "1 h", "1 h 05", "3 h 30"]);
});
