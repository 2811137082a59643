/**
 * The time since 1970, for what a page shows and keeps. The clock of a tablet may be wrong by years, so this is the server's time: each
 * welcome tells it, and the difference is remembered for a start without a network. No other file reads the device's clock.
 */

import { remember, remembered } from "./storage.ts";

/** Milliseconds since 1970 by this device's own clock, which may be wrong, and set at any moment: to compare two of its own times. */
export const deviceNow = (): number => Date.now();

/** The difference and the time that were told last. */
const last = remembered("clock", Array.isArray) ?? [0, 0];
/** A clock that has fallen back behind the last time that the server told counts on from there. */
let ahead = Math.max(last[0], last[1] - deviceNow()) || 0;

/** The milliseconds by which the server's clock is ahead of this device's, as far as it was told. */
export const clockAhead = (): number => ahead;

/** Milliseconds since 1970 by the server's clock. */
export const wallNow = (): number => deviceNow() + ahead;

/** Takes the server's time; earlier versions of the server do not tell it. */
export function setServerTime(time: number | undefined): void {
  if (time) remember("clock", [(ahead = time - deviceNow()), time]);
}
