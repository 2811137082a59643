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

/** Whoever can say a number after a while. */
interface Ticker {
  postMessage(order: [id: number, delay_ms: number]): void;
}

let ticker: Ticker | undefined;
let lastId = 0;
const due = new Map<number, { delay_ms: number; run: () => void }>();

/** Timers of a worker: those of a hidden tab come once a minute, and a doctor's tab is hidden until it rings. */
export const pageClock: Clock = {
  now,
  after(delay_ms, run) {
    const id = ++lastId;
    due.set(id, { delay_ms, run });
    ticker ??= startTicker();
    ticker.postMessage([id, delay_ms]);
    return () => void due.delete(id);
  },
};

/** A service worker does not answer for workers outside its scope: without a network there may be none. */
function startTicker(): Ticker {
  const worker = new Worker(tickerUrl);
  worker.onmessage = ({ data: id }: MessageEvent<number>) => fire(id);
  worker.onerror = () => {
    ticker = { postMessage: ([id, delay_ms]) => setTimeout(fire, delay_ms, id) };
    for (const [id, { delay_ms }] of due) ticker.postMessage([id, delay_ms]);
  };
  return worker;
}

function fire(id: number): void {
  const run = due.get(id)?.run;
  due.delete(id);
  run?.();
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
