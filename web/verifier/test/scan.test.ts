/** The reader of QR codes, with codes that another library has drawn. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { correction, generate, mode } from "lean-qr";
import { type CameraFault, faultOf } from "../camera.ts";
import { type Pixels, readFrame, readPhoto, TURN_DEGREES } from "../scan.ts";

interface Look {
  /** Pixels for each module. */
  scale: number;
  /** The side of the picture in pixels. */
  side: number;
  /** The angle by which the paper is turned, in degrees. */
  turned?: number;
  /** The grey levels of noise. */
  noise?: number;
}

/** A picture of the code on light paper, on a darker table. */
function picture(text: string, { scale, side, turned = 0, noise = 0 }: Look): Pixels {
  const code = generate(text, { minCorrectionLevel: correction.M, maxCorrectionLevel: correction.M, modes: [mode.alphaNumeric] });
  const data = new Uint8ClampedArray(side * side * 4);
  const [sin, cos] = [Math.sin((turned * Math.PI) / 180), Math.cos((turned * Math.PI) / 180)];
  let seed = 1;
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      let light = 0;
      // A lens has no hard edges: each pixel is the mean of four points.
      for (const [px, py] of [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]] as const) {
        const [dx, dy] = [(x + px - side / 2) / scale, (y + py - side / 2) / scale];
        const [column, row] = [Math.floor(cos * dx + sin * dy + code.size / 2), Math.floor(cos * dy - sin * dx + code.size / 2)];
        const onPaper = column >= -4 && row >= -4 && column < code.size + 4 && row < code.size + 4;
        light += (code.get(column, row) ? 40 : onPaper ? 215 : 120) / 4;
      }
      seed = (seed * 48_271) % 2_147_483_647;
      const grey = light + ((seed % 1000) / 500 - 1) * noise;
      data.set([grey, grey, grey, 255], (y * side + x) * 4);
    }
  return { width: side, height: side, data };
}

/** A text as long as that of three drugs, and the longest one that is printed. */
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const ofLength = (length: number) => `HC1:${Array.from({ length: length - 4 }, (_, i) => LETTERS[(i * i * 7 + i) % 45]).join("")}`;
const text = ofLength(500);
const largest = ofLength(1000);

test("the code of a prescription is read from a picture of the camera", () => {
  assert.equal(readFrame(picture(text, { scale: 6, side: 700 })), text);
  assert.equal(readFrame(picture(text, { scale: 4, side: 480, noise: 25 })), text);
});

test("it is read at any angle, as it is or in the next picture, which is turned", () => {
  const reads = (turned: number) => readFrame(picture(text, { scale: 4, side: 520, turned })) === text;
  for (const angle of [3, 17, 30, 44, 46, 48, 50, 60, 75, 90, 137, 180, 227, 271, 318])
    assert.ok(reads(angle) || reads(angle + TURN_DEGREES), String(angle));
});

test("a code of 1,000 characters is read at the size at which the page looks at it", () => {
  assert.equal(readFrame(picture(largest, { scale: 8, side: 1080 })), largest);
  assert.equal(readPhoto(picture(largest, { scale: 6, side: 1080, turned: 8, noise: 15 })), largest);
});

test("a picture without a code, or with half of one, gives nothing", () => {
  const empty = { width: 300, height: 300, data: new Uint8ClampedArray(300 * 300 * 4).fill(200) };
  assert.equal(readFrame(empty), null);
  assert.equal(readPhoto(empty), null);
  const { width, data } = picture(text, { scale: 6, side: 700 });
  assert.equal(readPhoto({ width, height: 350, data: data.slice(0, width * 350 * 4) }), null);
  assert.equal(readFrame({ width: 0, height: 0, data: new Uint8ClampedArray() }), null);
});

test("each fault of a camera has its sentence", () => {
  const faults: [string, CameraFault][] = [
    ["NotAllowedError", "refused"],
    ["SecurityError", "refused"],
    ["NotFoundError", "missing"],
    ["OverconstrainedError", "missing"],
    ["NotReadableError", "in_use"],
    ["AbortError", "in_use"],
    ["TypeError", "failed"],
  ];
  for (const [name, fault] of faults) assert.equal(faultOf(new DOMException("", name)), fault, name);
  assert.equal(faultOf(undefined), "failed");
});
