/**
 * Counts the pictures that a person sees: a picture counts when the browser paints the screen with it, and one that
 * another replaced before that does not. A hidden page paints nothing.
 */

import type { Counters } from "./types.ts";

/** The means of the browser. */
export interface Painting {
  /** Runs `run` when the browser paints the screen next, with the time. */
  next(run: (now: number) => void): void;
}

const pagePainting: Painting = { next: (run) => void requestAnimationFrame(run) };

/** The count of one member's pictures. */
export class SeenPictures {
  readonly #counters: Pick<Counters, "drawn" | "longestStillMs">;
  readonly #painting: Painting;
  #waits = false;
  #paintedAt: number | null = null;

  constructor(counters: Pick<Counters, "drawn" | "longestStillMs">, painting: Painting = pagePainting) {
    this.#counters = counters;
    this.#painting = painting;
  }

  /** A picture was put where it is shown; `isShown` tells later whether that place is on the screen. */
  put(isShown: () => boolean): void {
    if (this.#waits) return;
    this.#waits = true;
    this.#painting.next((now) => {
      this.#waits = false;
      if (isShown()) this.#painted(now);
    });
  }

  #painted(now: number): void {
    const still_ms = now - (this.#paintedAt ?? now);
    this.#paintedAt = now;
    this.#counters.drawn++;
    this.#counters.longestStillMs = Math.max(this.#counters.longestStillMs, Math.round(still_ms));
  }
}
