import assert from "node:assert/strict";
import { test } from "node:test";
import { isBlack } from "../platform/black-camera.ts";

const picture = (...levels: number[]) => new Uint8ClampedArray(levels.flatMap((level) => [level, level, level, 255]));

test("a picture is black if nothing in it is brighter than a covered sensor's noise", () => {
  assert.equal(isBlack(picture(0, 16, 22)), true);
  assert.equal(isBlack(picture(0, 16, 60)), false, "a dim corner is something to see");
  assert.equal(isBlack(new Uint8ClampedArray([0, 0, 90, 255])), false, "a colour counts");
  assert.equal(isBlack([]), false, "nothing was looked at");
});
