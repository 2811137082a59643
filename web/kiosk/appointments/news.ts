/** What a post has not seen yet of appointments that its doctors moved or cancelled. Pure. */

import type { AppointmentRow } from "../../protocol/appointments.ts";

/** The key of what became of an appointment: another one after each move, and after its end. It tells nothing about a patient. */
export const keyOf = ({ appointment, at, cancelled }: AppointmentRow): string => `${appointment} ${cancelled ? "cancelled" : at}`;

/** Those that were moved or cancelled, and that nobody at the post has marked as seen. */
export const newsOf = (rows: readonly AppointmentRow[], seen: readonly string[]): AppointmentRow[] =>
  rows.filter((row) => (row.cancelled || row.moved_from !== undefined) && !seen.includes(keyOf(row)));

/** The keys with one more, and without the oldest beyond what a post can have. */
export const withSeen = (seen: readonly string[], row: AppointmentRow): readonly string[] =>
  [...seen.filter((key) => key !== keyOf(row)), keyOf(row)].slice(-MOST_SEEN);

/** As many as the server lists: 100 that stand, and 100 that were cancelled. */
const MOST_SEEN = 200;
