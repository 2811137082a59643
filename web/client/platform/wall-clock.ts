/**
 * The time since 1970, for what a page shows and keeps. The clock of a tablet may be wrong by years, so this is the server's time, which
 * each welcome tells. No other file reads the device's clock.
 *
 * Since a welcome the monotonic clock counts on from the time that it told, whatever happens to the device's clock. A monotonic clock may
 * stand still while the device sleeps and never runs fast, so the device's clock, with its difference at the welcome, may say that it is
 * later. It is not believed if without that difference it says what was counted: then it was set right meanwhile.
 *
 * Before the first welcome of a page, as at a start without a network, there are two readings: the device's clock, which may have been set
 * right, and the same with the difference that was remembered. The earlier one that is not before the time that was told last is taken. If
 * both are before it, as after a dead battery, nobody knows the time, and it counts on from that last one.
 */

import { now } from "./clock.ts";
import { remember, remembered } from "./storage.ts";

/** Milliseconds since 1970 by this device's own clock, which may be wrong, and set at any moment: to compare two of its own times. */
export const deviceNow = (): number => Date.now();

/** The difference to the device's clock and the server's time that were told last. */
let [ahead = 0, told = 0] = (remembered("clock", Array.isArray) ?? []) as number[];
/** The time of the last welcome on the scale of `now()`; null before the first of this page. */
let toldAt: number | null = null;
const startedAt = deviceNow();

/** Milliseconds since 1970 by the server's clock; null if nobody knows them, so that nothing has an age. */
export function knownNow(): number | null {
  const own = deviceNow();
  if (toldAt === null) return beforeWelcome(own, ahead, told);
  const counted = told + now() - toldAt;
  return Math.abs(own - counted) < SET_RIGHT_MS ? counted : Math.max(counted, own + ahead);
}

/** Milliseconds since 1970 by the server's clock, or the best guess. */
export const wallNow = (): number => knownNow() ?? told + deviceNow() - startedAt;

/** The milliseconds by which the server's clock is ahead of this device's, as far as it was told. */
export const clockAhead = (): number => wallNow() - deviceNow();

/** The time before the first welcome, by the device's clock and by what was remembered; null if nobody knows it. */
export function beforeWelcome(own: number, ahead: number, told: number): number | null {
  return [own, own + ahead].sort((a, b) => a - b).find((time) => time >= told) ?? null;
}

/** Takes the server's time; earlier versions of the server do not tell it. */
export function setServerTime(time: number | undefined): void {
  if (!time) return;
  [ahead, told, toldAt] = [time - deviceNow(), time, now()];
  remember("clock", [ahead, told]);
}

/** A clock that a person sets by hand is right to some minutes. */
const SET_RIGHT_MS = 5 * 60_000;
