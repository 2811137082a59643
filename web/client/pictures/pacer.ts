/**
 * Sends messages one by one, as the budget permits and as the channel takes them, so that no voice packet waits
 * behind a queue.
 */

import type { Clock } from "../platform/clock.ts";
import { TokenBucket } from "./budget.ts";

/** The data channel that the messages go out on. */
export interface Output {
  /** Bytes that the browser still holds. */
  buffered(): number;
  send(bytes: Uint8Array<ArrayBuffer>): void;
}

/** A pacer for one data channel. */
export class Pacer {
  readonly #clock: Clock;
  readonly #output: Output;
  readonly #bucket: TokenBucket;
  #queue: Uint8Array<ArrayBuffer>[] = [];
  /** Messages at the head of the queue that are repairs. */
  #repairs = 0;
  #cancel: (() => void) | null = null;

  constructor(clock: Clock, output: Output, bps: number) {
    this.#clock = clock;
    this.#output = output;
    this.#bucket = new TokenBucket(bps, clock.now());
  }

  setBudget(bps: number): void {
    this.#bucket.setBudget(bps, this.#clock.now());
    this.#again(0);
  }

  /** True if a picture of about `length` bytes would go at once; only then is it worth taking one. */
  isFree(length: number): boolean {
    const wait = this.#bucket.wait(Math.min(length, TokenBucket.DEPTH / 2), this.#clock.now());
    return this.#queue.length === 0 && this.#output.buffered() === 0 && wait <= NEARLY_MS;
  }

  /** Queues messages; repairs of lost ones go in front of those that wait. */
  push(messages: Uint8Array<ArrayBuffer>[], areRepairs = false): void {
    this.#queue = areRepairs ? [...messages, ...this.#queue] : [...this.#queue, ...messages];
    if (areRepairs) this.#repairs += messages.length;
    this.#again(0);
  }

  /** Drops the messages that wait. */
  clear(): void {
    this.#queue = [];
    this.#repairs = 0;
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
    if (this.#output.buffered() > 0) return this.#again(LOOK_AGAIN_MS);
    const now = this.#clock.now();
    const wait = this.#bucket.wait(next.length, now, this.#repairs > 0);
    if (wait > NEARLY_MS) return this.#again(wait);
    this.#queue.shift();
    this.#repairs = Math.max(0, this.#repairs - 1);
    this.#bucket.spend(next.length, now);
    this.#output.send(next);
    const after = this.#queue[0];
    if (after) this.#again(Math.max(this.#bucket.wait(after.length, now, this.#repairs > 0), NEARLY_MS + 1));
  }
}

/** The interval between two looks at a channel that still holds bytes. */
const LOOK_AGAIN_MS = 40;
/** Timers are late by some milliseconds, so a shorter wait than this is none. */
const NEARLY_MS = 2;
