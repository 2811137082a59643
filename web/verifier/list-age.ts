/** What the age of the list of keys means: a pure function. */

import type { ClockReading } from "./verdict.ts";

/** `none`: there is no list · `clock`: the device's clock stands before the list's time, so nobody knows its age · `old`: what has changed since may matter. */
export type ListAge = { is: "none" | "clock" } | { is: "fresh" | "old"; days: number };

/** The age of a list that was given at `at`; null if there is none. */
export function listAge(at: number | null, { now, known }: ClockReading): ListAge {
  if (at === null) return { is: "none" };
  if (!known || now < at - SLACK_MS) return { is: "clock" };
  const days = Math.max(0, Math.floor((now - at) / DAY_MS));
  return { is: days >= OLD_DAYS ? "old" : "fresh", days };
}

const DAY_MS = 24 * 3_600_000;
const SLACK_MS = 10 * 60_000;
/** A key that was lost is reported within a week or two, and a list without it believes it. */
const OLD_DAYS = 7;
