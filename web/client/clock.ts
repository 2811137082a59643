//! The only door to time.

import { signal } from "@preact/signals-core";
import tickerUrl from "./ticker.worker.js";

/** Handed to every part, so that tests turn minutes into microseconds. */
export interface Clock {
  now(): number;
  /** Runs once, later. Returns how to cancel it. */
  after(delay_ms: number, run: () => void): () => void;
}

/** Milliseconds since the page was opened; never steps, unlike the wall clock of a kiosk. */
export const now = (): number => performance.now();

/** Ticks each second while something reads it: for waits and counters. */
export const seconds = tickingSignal();

let ticker: Worker | undefined;
let lastId = 0;
const due = new Map<number, () => void>();

/** Timers of a worker: those of a hidden tab come once a minute, and a doctor's tab is hidden until it rings. */
export const pageClock: Clock = {
  now,
  after(delay_ms, run) {
    const id = ++lastId;
    due.set(id, run);
    ticker ??= startTicker();
    ticker.postMessage([id, delay_ms]);
    return () => void due.delete(id);
  },
};

function startTicker(): Worker {
  const worker = new Worker(tickerUrl);
  worker.onmessage = ({ data: id }: MessageEvent<number>) => {
    const run = due.get(id);
    due.delete(id);
    run?.();
  };
  return worker;
}

function tickingSignal() {
  let timer: ReturnType<typeof setInterval>;
  const ticking = signal(now(), {
    watched() {
      this.value = now();
      timer = setInterval(() => (ticking.value = now()), 1000);
    },
    unwatched: () => clearInterval(timer),
  });
  return ticking;
}
