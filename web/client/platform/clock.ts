/** The source of time in the client for waits and timers (`wall-clock.ts` has the time of day): monotonic milliseconds, and timers that a hidden tab does not slow down. */

import { signal } from "@preact/signals-core";
import tickerUrl from "./ticker.worker.js";
import { trustedUrl } from "./trusted-url.ts";

/** A clock, handed to every part, so that tests run minutes in microseconds. */
export interface Clock {
  now(): number;
  /** Runs `run` once after `delay_ms`. Returns a function that cancels it. */
  after(delay_ms: number, run: () => void): () => void;
}

/** Milliseconds since the page was opened. They never step, unlike the wall clock of a kiosk. */
export const now = (): number => performance.now();

/** The current time, refreshed each second while something reads it; for waits and counters on a screen. */
export const seconds = tickingSignal();

/** Something that calls `fire` with an id after a delay. */
interface Ticker {
  postMessage(order: [id: number, delay_ms: number]): void;
}

let ticker: Ticker | undefined;
let lastId = 0;
const due = new Map<number, { delay_ms: number; run: () => void }>();

/** The page's clock. Its timers run in a worker, because those of a hidden tab fire once a minute. */
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

/**
 * Starts the worker. Without a network there may be none, because the service worker serves only files of its own
 * scope.
 */
function startTicker(): Ticker {
  const worker = new Worker(trustedUrl(tickerUrl));
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
