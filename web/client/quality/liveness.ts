//! Whether the link still stands while a call's socket beats seldom: silence raises doubt, an answer or a packet ends it.

import type { Clock } from "../platform/clock.ts";

/** The socket, as far as doubt goes. */
export interface Doubted {
  /** When it said something last. */
  readonly heardAt: number;
  rtt(): number | null;
  /** One beat, out of turn. */
  ask(): void;
  giveUp(): void;
}

export class Doubt {
  readonly #clock: Clock;
  readonly #link: Doubted;
  #packetAt: number | null = null;
  #askedAt: number | null = null;
  /** No packet has come yet, or it answered and still none comes: nobody speaks, which says nothing of the link. */
  #alone = true;

  constructor(clock: Clock, link: Doubted) {
    this.#clock = clock;
    this.#link = link;
  }

  /** Takes note of when the last packet came. Returns in how many milliseconds to look again, at the latest. */
  look(packetAt: number): number {
    const now = this.#clock.now();
    const heardAt = Math.max(packetAt, this.#link.heardAt);
    if (this.#packetAt !== null && packetAt > this.#packetAt) this.#alone = false;
    this.#packetAt = packetAt;
    if (this.#askedAt !== null && heardAt >= this.#askedAt) {
      this.#alone ||= packetAt < this.#askedAt;
      this.#askedAt = null;
    }
    if (this.#askedAt === null) {
      const left_ms = heardAt + DOUBT_AFTER_MS - now;
      return left_ms > 0 ? left_ms : this.#ask(now);
    }
    const left_ms = this.#askedAt + this.#patience_ms() - now;
    if (left_ms > 0) return left_ms;
    if (left_ms < -OVERSLEPT_MS) return this.#ask(now);
    this.rest();
    this.#link.giveUp();
    return DOUBT_AFTER_MS;
  }

  /** Another call: nobody has been heard in it. */
  begin(): void {
    this.#packetAt = null;
    this.#alone = true;
    this.rest();
  }

  /** There is nothing to doubt just now. */
  rest(): void {
    this.#askedAt = null;
  }

  #ask(now: number): number {
    this.#askedAt = now;
    this.#link.ask();
    return this.#patience_ms();
  }

  #patience_ms(): number {
    if (this.#alone) return ALONE_MS;
    const rtt_ms = this.#link.rtt() ?? PATIENCE_MAX_MS;
    return Math.min(PATIENCE_MAX_MS, Math.max(PATIENCE_MIN_MS, 1.25 * rtt_ms));
  }
}

/** Even who is silent sends a packet each 400 ms: one may be lost, and the next comes before the answer is missed. */
const DOUBT_AFTER_MS = 700;
const PATIENCE_MIN_MS = 700;
const PATIENCE_MAX_MS = 1500;
/** Nobody is heard, so the answer is all there is, and TCP may have to repeat it. */
const ALONE_MS = 1800;
/** Looked so late, the page slept: its mail is not read yet. */
const OVERSLEPT_MS = 500;
