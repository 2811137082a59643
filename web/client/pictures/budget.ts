/**
 * Turns a budget in bits per second into a frame rate, an encoder bit rate and a piece size, and paces messages.
 * Pure.
 */

import { PIECE_BYTES } from "./format.ts";

/** Header bytes of a message beside our own: IP 20, UDP 8, DTLS 37, SCTP 12 + 16 and its padding. */
export const OVERHEAD = 95;

/** The way in which pictures are sent within a budget. */
export interface Plan {
  fps: number;
  /** Bits per second for the encoder, after the headers of all messages. */
  bitrate: number;
  /** The most bytes of one message, so that a voice packet does not wait too long behind it. */
  pieceBytes: number;
}

/** The plan for a budget in bits per second, headers included. */
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

/** A token bucket in bytes: the budget on the average, and at once never more than one message. */
export class TokenBucket {
  /** The most bytes that may go at once, with headers. */
  static readonly DEPTH = 1_200;
  /** Two messages in a row go at no more than this multiple of the budget, or a voice packet would wait for both. */
  static readonly PEAK = 2;
  #bps: number;
  #credit = TokenBucket.DEPTH;
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

  /**
   * The time in milliseconds until a message of `length` bytes may go. A repair may take the credit of later pictures,
   * because they cannot be drawn without it.
   */
  wait(length: number, now: number, isRepair = false): number {
    this.#fill(now);
    const deep = isRepair ? TokenBucket.DEPTH : 0;
    const short = Math.min(length + OVERHEAD, TokenBucket.DEPTH) - this.#credit - deep;
    return Math.max(0, (short * 8000) / this.#bps, this.#notBefore - now);
  }

  /** A message of `length` bytes goes now. */
  spend(length: number, now: number): void {
    this.#fill(now);
    const cost = length + OVERHEAD;
    this.#credit -= cost;
    this.#notBefore = now + (cost * 8000) / (this.#bps * TokenBucket.PEAK);
  }

  #fill(now: number): void {
    this.#credit = Math.min(TokenBucket.DEPTH, this.#credit + ((now - this.#at) * this.#bps) / 8000);
    this.#at = now;
  }
}

/**
 * Frame rates by budget: each picture has about 110 bytes and its headers. The size stays, because what is shown must
 * be legible (docs/pictures.md).
 */
const PACES: readonly (readonly [from_bps: number, fps: number])[] = [
  [15_000, 8],
  [11_000, 6],
  [9_200, 5],
  [7_400, 4],
  [5_500, 3],
  [3_600, 2],
  [1_900, 1],
  [0, 0.5],
];
/** The time for which a message may occupy a link of about three times our share. */
const VOICE_WAITS_MS = 100;
const LINK_SHARES = 3.3;
/** The least bytes of a piece. */
const LEAST_PIECE = 300;
/** The encoder meets its target only on the average. */
const MARGIN = 0.92;
/** Messages for a picture on the average, as a few take two. */
const HEADERS_A_PICTURE = 1.05;
