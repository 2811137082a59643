import type { ReadonlySignal } from "@preact/signals-core";

/** The only door to time, so that tests turn minutes into microseconds. */
export interface Clock {
  now(): number;
  after(delay_ms: number, run: () => void): () => void;
}

/** Timers of a Web Worker where there is one: a hidden tab's own timers are slowed to one a minute. */
export declare const pageClock: Clock;
/** `performance.now()`. */
export declare function now(): number;
/** Ticks every second while somebody reads it: for waits and counters. Value: `now()`. */
export declare const seconds: ReadonlySignal<number>;
