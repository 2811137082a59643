//! Media that goes by TCP, because the network let no UDP through: now and then a page looks whether it does again. The
//! browser has long given up the other paths, and finds them only anew.

import type { Clock } from "../platform/clock.ts";

interface Entry {
  id: string;
  type: string;
  selectedCandidatePairId?: string;
  localCandidateId?: string;
  protocol?: string;
}

export class Detour {
  readonly #clock: Clock;
  /** Since when by TCP, or since the last look; null by UDP. */
  #since_ms: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether it is time to look for another path. */
  look(report: RTCStatsReport): boolean {
    const now = this.#clock.now();
    if (!goesByTcp(report)) this.#since_ms = null;
    else this.#since_ms ??= now;
    if (this.#since_ms === null || now - this.#since_ms < LOOK_AGAIN_MS) return false;
    this.#since_ms = now;
    return true;
  }
}

function goesByTcp(report: RTCStatsReport): boolean {
  const of = (id = ""): Entry | undefined => report.get(id);
  let pair: Entry | undefined;
  report.forEach((entry: Entry) => {
    if (entry.type === "transport") pair = of(entry.selectedCandidatePairId);
  });
  return of(pair?.localCandidateId)?.protocol === "tcp";
}

/** An offer and an answer are 3 kB: on the thinnest of links, a tenth of what it carries meanwhile. */
const LOOK_AGAIN_MS = 30_000;
