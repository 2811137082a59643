/**
 * Finds the best photo within a budget of bytes. Pixels come before quality, because a wound is judged by its
 * borders, and a photo of medium quality with twice the pixels shows more than a small one without artefacts. Pure.
 */

/** The size of a photo in pixels. */
export interface Size {
  width: number;
  height: number;
}

/** Encodes the photo at a size and a quality from 0 to 1. */
export type Encode = (size: Size, quality: number) => Promise<Uint8Array>;

/** The limits of a photo. */
export interface Budget {
  bytes: number;
  /** The longest sides to try in pixels, the greatest first. */
  sides: readonly number[];
  /** The quality below which a smaller photo is better. */
  good: number;
}

/** A photo takes sixteen seconds at 40 kbit/s. */
export const PHOTO_BUDGET: Budget = { bytes: 80_000, sides: [2048, 1600, 1280, 1024, 800, 640, 480], good: 0.55 };
/** A thumbnail is little more than one packet. */
export const THUMBNAIL_BUDGET: Budget = { bytes: 1_500, sides: [128, 96, 64, 48], good: 0.3 };

/**
 * The largest size at which a good quality fits, at the best quality that fits. Null if even the smallest does not
 * fit.
 */
export async function compress(encode: Encode, camera: Size, budget: Budget): Promise<Uint8Array | null> {
  const sizes = sizesFor(camera, budget.sides);
  for (const size of sizes) {
    const least = await encode(size, budget.good);
    if (least.length <= budget.bytes) return refine(encode, size, budget, least);
  }
  const smallest = sizes.at(-1)!;
  for (const quality of [0.2, 0.05]) {
    const poor = await encode(smallest, quality);
    if (poor.length <= budget.bytes) return poor;
  }
  return null;
}

/** Searches for the best quality that fits, by bisection. */
async function refine(encode: Encode, size: Size, budget: Budget, found: Uint8Array): Promise<Uint8Array> {
  let [low, high] = [budget.good, BEST];
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2;
    const tried = await encode(size, middle);
    if (tried.length <= budget.bytes) [low, found] = [middle, tried];
    else high = middle;
  }
  return found;
}

/** The camera's shape at each longest side, never larger than the camera's own. */
export function sizesFor({ width, height }: Size, sides: readonly number[]): Size[] {
  const longest = Math.max(width, height);
  const wanted = [...new Set(sides.map((side) => Math.min(side, longest)))];
  return wanted.map((side) => ({
    width: Math.max(1, Math.round((width * side) / longest)),
    height: Math.max(1, Math.round((height * side) / longest)),
  }));
}

/** The highest quality that is tried. */
const BEST = 0.92;
/** Steps of the search for the quality. */
const STEPS = 4;
