/** Which appointments of a post are to come, on which days, and which are to be called now. Pure. */

import type { AppointmentRow } from "../../protocol/appointments.ts";
import { localInput } from "../../ui/dates.ts";

/** The appointments of one day. */
export interface AppointmentDay {
  /** A time of that day, in ms since 1970. */
  at: number;
  isToday: boolean;
  /** The first first. */
  rows: AppointmentRow[];
}

/** The appointments from the day of a time on, the next day first. */
export function byDay(rows: readonly AppointmentRow[], at: number): AppointmentDay[] {
  const days = new Map<string, AppointmentDay>();
  for (const row of [...rows].sort((a, b) => a.at - b.at)) {
    const day = dayOf(row.at);
    if (day < dayOf(at)) continue;
    const known = days.get(day) ?? { at: row.at, isToday: day === dayOf(at), rows: [] };
    known.rows.push(row);
    days.set(day, known);
  }
  return [...days.values()];
}

/** The day on the clock of the country, such as "2028-02-29". */
const dayOf = (at: number): string => localInput(at).slice(0, 10);

/** True if the post may call for this appointment: from a quarter of an hour before it until two hours after it. */
export const isDue = ({ way, at, cancelled }: AppointmentRow, now: number): boolean =>
  !cancelled && way === "call" && now >= at - EARLY_MS && now <= at + LATE_MS;

/** `EARLY_MS` and `LATE_MS` of clinic/src/appointment. */
const EARLY_MS = 15 * 60_000;
const LATE_MS = 2 * 3_600_000;
