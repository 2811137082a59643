/**
 * Decides when a call that goes by ICE over TCP looks for UDP again. The browser has given up the UDP candidates by
 * then and finds them only with an ICE restart, which `ice-recovery.ts` makes.
 */

import type { Clock } from "../platform/clock.ts";

/** The fields of an entry of `getStats` that are read here. */
interface Entry {
  id: string;
  type: string;
  selectedCandidatePairId?: string;
  localCandidateId?: string;
  protocol?: string;
}

/** The retries of one transport. */
export class UdpRetry {
  readonly #clock: Clock;
  /** The time since which media goes by TCP, or of the last retry; null while it goes by UDP. */
  #since_ms: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True if media goes by TCP and the last retry is long enough ago. */
  isDue(report: RTCStatsReport): boolean {
    const now = this.#clock.now();
    if (!goesByTcp(report)) this.#since_ms = null;
    else this.#since_ms ??= now;
    if (this.#since_ms === null || now - this.#since_ms < RETRY_EVERY_MS) return false;
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

/** An offer and an answer take 3 kB, which is a tenth of what the thinnest link carries in this time. */
const RETRY_EVERY_MS = 30_000;
