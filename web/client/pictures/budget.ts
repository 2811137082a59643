//! Pure: what a number of bits a second is worth in pictures, and when the next message may go.

import { PIECE_BYTES } from "./format.ts";

/** IP 20, UDP 8, DTLS 37, SCTP 12 + 16 and its padding, beside our own header. */
export const OVERHEAD = 95;

export interface Plan {
  fps: number;
  /** For the encoder: what is left when every message has its headers. */
  bitrate: number;
  /** Of one message: no more than a voice can wait for. */
  pieceBytes: number;
}

/** The fewer bits, the fewer pictures; they stay as large, for what is shown must be legible (docs/pictures.md). */
const PACES: readonly (readonly [from_bps: number, fps: number])[] = [
  [16_000, 5],
  [10_000, 4],
  [7_000, 3],
  [4_500, 2],
  [2_500, 1],
  [0, 0.5],
];
/** A message has a link of about three times our share for itself this long. */
const VOICE_WAITS_MS = 100;
const LINK_SHARES = 3.3;
const LEAST_PIECE = 300;
/** The encoder meets its target on the average; a picture in two pieces has two headers. */
const MARGIN = 0.92;
const HEADERS_A_PICTURE = 1.2;

export function planFor(bps: number): Plan {
  const fps = PACES.find(([from_bps]) => bps >= from_bps)![1];
  const net = (bps - fps * HEADERS_A_PICTURE * (OVERHEAD + 9) * 8) * MARGIN;
  const piece = (bps * LINK_SHARES * VOICE_WAITS_MS) / 8000 - OVERHEAD;
  return {
    fps,
    bitrate: Math.max(1000, Math.round(net)),
    pieceBytes: Math.round(Math.min(PIECE_BYTES, Math.max(LEAST_PIECE, piece))),
  };
}

/** A bucket of bytes, filled by the budget: on the average never more, at once never more than one message's worth. */
export class Bucket {
  /** What may go at once, with headers. */
  static readonly DEPTH = 1_200;
  /** Messages that stand close together keep this part of their distance, or voice would wait for all of them. */
  static readonly PEAK = 2;
  #bps: number;
  #credit = Bucket.DEPTH;
  #at: number;
  #notBefore = 0;

  constructor(bps: number, now: number) {
    this.#bps = bps;
    this.#at = now;
  }

  setBudget(bps: number, now: number): void {
    this.#fill(now);
    this.#bps = bps;
  }

  /** How long until a message of `length` bytes may go. */
  wait(length: number, now: number): number {
    this.#fill(now);
    const short = Math.min(length + OVERHEAD, Bucket.DEPTH) - this.#credit;
    return Math.max(0, (short * 8000) / this.#bps, this.#notBefore - now);
  }

  spend(length: number, now: number): void {
    this.#fill(now);
    const cost = length + OVERHEAD;
    this.#credit -= cost;
    this.#notBefore = now + (cost * 8000) / (this.#bps * Bucket.PEAK);
  }

  #fill(now: number): void {
    this.#credit = Math.min(Bucket.DEPTH, this.#credit + ((now - this.#at) * this.#bps) / 8000);
    this.#at = now;
  }
}
