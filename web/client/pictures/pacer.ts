//! Lets messages go one by one, as the budget permits and as the channel takes them: voice never waits behind a queue of ours.

import type { Clock } from "../platform/clock.ts";
import { Bucket } from "./budget.ts";

export interface Lane {
  /** Bytes that the browser still holds. */
  held(): number;
  send(bytes: Uint8Array<ArrayBuffer>): void;
}

const LOOK_AGAIN_MS = 40;
/** Timers are late by some milliseconds; asking again for one would be later still. */
const NEARLY_MS = 2;

export class Pacer {
  readonly #clock: Clock;
  readonly #lane: Lane;
  readonly #bucket: Bucket;
  #queue: Uint8Array<ArrayBuffer>[] = [];
  #cancel: (() => void) | null = null;
  /** With an estimate of their headers. */
  sentMessages = 0;

  constructor(clock: Clock, lane: Lane, bps: number) {
    this.#clock = clock;
    this.#lane = lane;
    this.#bucket = new Bucket(bps, clock.now());
  }

  setBudget(bps: number): void {
    this.#bucket.setBudget(bps, this.#clock.now());
    this.#again(0);
  }

  /** Whether a picture of about `length` bytes would go at once: only then is it worth taking one. */
  isFree(length: number): boolean {
    const wait = this.#bucket.wait(Math.min(length, Bucket.DEPTH / 2), this.#clock.now());
    return this.#queue.length === 0 && this.#lane.held() === 0 && wait <= NEARLY_MS;
  }

  /** `first`: before what waits. */
  push(messages: Uint8Array<ArrayBuffer>[], first = false): void {
    this.#queue = first ? [...messages, ...this.#queue] : [...this.#queue, ...messages];
    this.#again(0);
  }

  /** Forgets what waits. */
  clear(): void {
    this.#queue = [];
    this.#cancel?.();
    this.#cancel = null;
  }

  #again(wait_ms: number): void {
    this.#cancel?.();
    this.#cancel = null;
    if (wait_ms > NEARLY_MS) this.#cancel = this.#clock.after(Math.ceil(wait_ms), () => this.#again(0));
    else this.#go();
  }

  #go(): void {
    const next = this.#queue[0];
    if (!next) return;
    if (this.#lane.held() > 0) return this.#again(LOOK_AGAIN_MS);
    const now = this.#clock.now();
    const wait = this.#bucket.wait(next.length, now);
    if (wait > NEARLY_MS) return this.#again(wait);
    this.#queue.shift();
    this.#bucket.spend(next.length, now);
    this.sentMessages++;
    this.#lane.send(next);
    if (this.#queue[0]) this.#again(Math.max(this.#bucket.wait(this.#queue[0].length, now), NEARLY_MS + 1));
  }
}
