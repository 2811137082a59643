/** What ten minutes of a call cost as it has gone so far. Pure. */

/** The data used at a time of the page's clock. */
export interface Used {
  at: number;
  bytes: number;
}

/** The bytes of ten minutes, from the first reading and the newest one; null before half a minute tells enough. */
export function tenMinutes(first: Used, last: Used): number | null {
  const ms = last.at - first.at;
  return ms < TELLS_AFTER_MS || last.bytes < first.bytes ? null : ((last.bytes - first.bytes) * TEN_MINUTES_MS) / ms;
}

const TELLS_AFTER_MS = 30_000;
const TEN_MINUTES_MS = 600_000;
