/**
 * Whether the browser's log of what is written to databases is sound. Nothing is written before it is renewed: at the first write of a page, and after one that
 * failed (`log-renewal.ts`).
 */

import { databaseNames } from "./database.ts";

/** The renewal of the log for the writes of this page; null before it is needed. */
let renewal: Promise<void> | null = null;

/** Where there is no database yet, nothing is torn. A first visit whose link dies before it has the file for this goes on without. */
async function renew(): Promise<void> {
  if ((await databaseNames())?.length === 0) return;
  const code = await import("./log-renewal.ts").catch(() => null);
  await code?.renewLog();
}

/** Resolves when it is safe to write. Rejects with a QuotaExceededError while the device is full. */
export function renewedLog(): Promise<void> {
  const renewing = (renewal ??= renew());
  renewing.catch(() => renewal === renewing && logMayBeTorn());
  return renewing;
}

/** Something was not written, or a browser was started: a torn write may stand at the log's end. */
export function logMayBeTorn(): void {
  renewal = null;
}

/** Keeps what is written from now on back until something is over that may leave the device without space for a moment. */
export function holdWrites(until: Promise<unknown>): void {
  const before = renewal;
  renewal = until.then(() => before ?? renew(), renew);
}
