/**
 * Tells whether a picture is worth sending: one that shows the same as the one before costs its headers, and tells
 * nobody anything. Pure.
 */

/** The size of the small grey copies that are compared: each of their pixels is the mean of a square of about 10. */
export const COPY = { width: 32, height: 24 } as const;

/** The comparison of each picture with the last one that was sent. */
export class Stillness {
  #sent: Uint8ClampedArray | null = null;
  #sentAt = -Infinity;
  #alike = 0;

  /** The next picture is sent whatever it shows. */
  forget(): void {
    this.#sent = null;
  }

  /** True if the picture is to be sent now; `copy` is its small copy in RGBA. */
  isWorthSending(copy: Uint8ClampedArray, now: number): boolean {
    const isAlike = this.#sent !== null && largestDifference(this.#sent, copy) < NOISE;
    if (isAlike && this.#alike >= SHARPENING && now - this.#sentAt < KEEP_ALIVE_MS) return false;
    this.#alike = isAlike ? this.#alike + 1 : 0;
    this.#sent = isAlike ? this.#sent : copy;
    this.#sentAt = now;
    return true;
  }
}

/** The largest difference of two pixels in brightness, 0 to 255. */
function largestDifference(one: Uint8ClampedArray, other: Uint8ClampedArray): number {
  let largest = 0;
  for (let i = 0; i < one.length; i += 4)
    largest = Math.max(largest, Math.abs(brightness(one, i) - brightness(other, i)));
  return largest;
}

/** Brightness by ITU-R BT.601. */
const brightness = (rgba: Uint8ClampedArray, i: number): number =>
  0.299 * rgba[i]! + 0.587 * rgba[i + 1]! + 0.114 * rgba[i + 2]!;

/** The difference that a camera's noise makes in a mean of 100 pixels. A moving eyelid makes ten times as much. */
const NOISE = 3;
/** Pictures of a scene that stands still which are sent before it is left alone, because each is sharper than the one before. */
const SHARPENING = 4;
/** A still scene is shown anew after this time, so that its age on the other screen stays below two seconds. */
const KEEP_ALIVE_MS = 1500;
