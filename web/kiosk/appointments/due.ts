/** Which appointments of a post are today's, and which are to be called now. Pure. */

import type { AppointmentRow } from "../../protocol/appointments.ts";
import { date } from "../../ui/dates.ts";

/** The appointments of the day of a time, the first first. */
export const ofDay = (rows: readonly AppointmentRow[], at: number): AppointmentRow[] => rows.filter((row) => date(row.at) === date(at));

/** True if the post may call for this appointment: from a quarter of an hour before it until two hours after it. */
export const isDue = ({ way, at }: AppointmentRow, now: number): boolean =>
  way === "call" && now >= at - EARLY_MS && now <= at + LATE_MS;

/** `EARLY_MS` and `LATE_MS` of clinic/src/appointment. */
const EARLY_MS = 15 * 60_000;
const LATE_MS = 2 * 3_600_000;
