import assert from "node:assert/strict";
import { test } from "node:test";
import { moved, placeIn } from "../closer/place.ts";

/** A picture of 320x240 in a box that is wider: 50 pixels are empty at each side. */
const canvas = { width: 320, height: 240, getBoundingClientRect: () => ({ left: 10, top: 20, width: 740, height: 480 }) };

test("a touch is a place of the picture, whatever its box", () => {
  assert.deepEqual(placeIn(canvas, { clientX: 10 + 370, clientY: 20 + 240 }), { x: 0.5, y: 0.5 });
  assert.deepEqual(placeIn(canvas, { clientX: 10 + 50, clientY: 20 }), { x: 0, y: 0 });
  assert.deepEqual(placeIn(canvas, { clientX: 10 + 50 + 480, clientY: 20 + 480 }), { x: 0.75, y: 1 });
  assert.equal(placeIn(canvas, { clientX: 40, clientY: 100 }), null, "beside the picture");
});

test("the arrows move a part that is shown, within the picture", () => {
  assert.equal(moved(null, "ArrowLeft"), null);
  assert.equal(moved({ x: 0.5, y: 0.5 }, "a"), null);
  assert.deepEqual(moved({ x: 0.5, y: 0.5 }, "ArrowRight"), { x: 0.625, y: 0.5 });
  assert.deepEqual(moved({ x: 0.5, y: 0.3 }, "ArrowUp"), { x: 0.5, y: 0.25 });
});
