/** The reader of QR codes, in pictures of the camera and in files. It comes after the first screen, because of its size. */

import { decodeQR } from "qr/decode.js";

/** The pixels of a picture, four bytes each. */
export interface Pixels {
  width: number;
  height: number;
  data: Uint8Array | Uint8ClampedArray;
}

/** The text of the QR code in a picture of the camera; null if there is none, and then the next picture is tried. */
export const readFrame = (pixels: Pixels): string | null => read(pixels, {});

/** The text of the QR code in a photo; null if none can be read. It tries harder, because there is no next picture. */
export const readPhoto = (pixels: Pixels): string | null => read(pixels, { effort: Infinity, timeLimit: PHOTO_MS });

/** The square in the middle of the camera's picture, which is what the screen shows of it, as it is or turned. */
export function frameOf(video: HTMLVideoElement, canvas: HTMLCanvasElement, turned: boolean): Pixels | null {
  const { videoWidth: width, videoHeight: height } = video;
  const side = Math.min(width, height);
  if (!side) return null;
  return draw(canvas, video, [(width - side) / 2, (height - side) / 2, side, side], FRAME_SIDE, turned);
}

/** The text of the QR code in a file; null if the file is no picture, or no code can be read in it. */
export async function readFile(file: Blob): Promise<string | null> {
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return null;
  try {
    const canvas = document.createElement("canvas");
    const whole: Area = [0, 0, picture.width, picture.height];
    for (const turned of [false, true])
      for (const side of PHOTO_SIDES) {
        const pixels = draw(canvas, picture, whole, side, turned);
        const text = pixels && readPhoto(pixels);
        if (text !== null) return text;
        // The page stays alive between two tries.
        await new Promise((resolve) => setTimeout(resolve));
      }
    return null;
  } finally {
    picture.close();
  }
}

type Area = [x: number, y: number, width: number, height: number];

/** Draws a part of a picture, its longer side at most `most` pixels. A turned one gets a canvas that holds all of it. */
function draw(canvas: HTMLCanvasElement, picture: CanvasImageSource, [x, y, width, height]: Area, most: number, turned: boolean): Pixels | null {
  const scale = Math.min(1, most / Math.max(width, height));
  const [drawnWidth, drawnHeight] = [Math.round(width * scale), Math.round(height * scale)];
  const [sin, cos] = turned ? [Math.sin(TURN_RAD), Math.cos(TURN_RAD)] : [0, 1];
  canvas.width = Math.ceil(drawnWidth * cos + drawnHeight * sin);
  canvas.height = Math.ceil(drawnWidth * sin + drawnHeight * cos);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context || !drawnWidth || !drawnHeight) return null;
  context.setTransform(cos, sin, -sin, cos, canvas.width / 2, canvas.height / 2);
  context.drawImage(picture, x, y, width, height, -drawnWidth / 2, -drawnHeight / 2, drawnWidth, drawnHeight);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** `decodeQR` throws if it finds no code. */
function read({ width, height, data }: Pixels, effort: { effort?: number; timeLimit?: number }): string | null {
  try {
    return decodeQR({ width, height, data }, { format: "RGBA", ...effort });
  } catch {
    return null;
  }
}

/** Nine pixels for each module of the largest code; more only take time. */
const FRAME_SIDE = 1080;
/** A photo is tried as it is, up to what an old telephone can hold, and then smaller, which takes away noise. */
const PHOTO_SIDES = [2400, 1200, 600];
const PHOTO_MS = 700;
/** The decoder does not find a code that stands on its corner, at 45 to 50 degrees; turned by this angle it does. */
export const TURN_DEGREES = 20;
const TURN_RAD = (TURN_DEGREES * Math.PI) / 180;
