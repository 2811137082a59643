/**
 * Dates and times of day, on the screen and on paper. They are those of the country that the server serves, whatever
 * zone and language the device is set to, and written as in Senegal in every language of the page, because browsers
 * know no Wolof or Pulaar formats. No other file formats a date.
 */

import { signal } from "@preact/signals";
import { remember, remembered } from "../client/platform/storage.ts";
import { wallNow } from "../client/platform/wall-clock.ts";

const LOCALE = "fr-SN";
/** The zone of a server that names none. */
const DEFAULT_ZONE = "Africa/Dakar";

const zone = signal(known(remembered("time_zone", isText)));

/** Takes the zone that the server has told, and remembers it for a start without a network. */
export function setTimeZone(name: string | undefined): void {
  const told = known(name ?? null);
  if (told === zone.peek()) return;
  zone.value = told;
  remember("time_zone", told);
}

/** The time of day, such as "14:05". */
export const timeOfDay = (at: number | Date): string => written(at, { hour: "2-digit", minute: "2-digit" });

/** The date, such as "mardi 29 février 2028". */
export const date = (at: number | Date): string =>
  written(at, { weekday: "long", day: "numeric", month: "long", year: "numeric" });

/** The year, such as 2028. */
export const year = (at: number | Date): number => Number(written(at, { year: "numeric" }));

/** The date and time, such as "mardi 29 février 2028 à 23:57". */
export const dateAndTime = (at: number | Date): string => `${date(at)} à ${timeOfDay(at)}`;

/** The time of day of something that happened today, and otherwise its date and time. */
export const moment = (at: number | Date, now = wallNow()): string =>
  date(at) === date(now) ? timeOfDay(at) : dateAndTime(at);

/** The day, such as "jeu. 26 nov.". */
export const shortDay = (at: number): string => written(at, { weekday: "short", day: "numeric", month: "short" });

/** The day of the month, such as "26 nov.". */
export const dayOfMonth = (at: number): string => written(at, { day: "numeric", month: "short" });

/** The day of the month with its year, such as "26 nov. 2028". */
export const dayOfYear = (at: number): string => written(at, { day: "numeric", month: "short", year: "numeric" });

/** The day of the week, such as "jeudi". */
export const weekday = (at: number): string => written(at, { weekday: "long" });

/** The local date and time as a field of a form has it, such as "2028-02-29T23:57". */
export function localInput(at: number): string {
  const options = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  const parts = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone.value }).formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
}

/** The Monday on or before a time, as `2028-02-28`, on the clock of the country. */
export function mondayOf(at: number): string {
  const [year, month, day] = localInput(at).slice(0, 10).split("-").map(Number) as [number, number, number];
  const noon = Date.UTC(year, month - 1, day, 12);
  const sinceMonday = (new Date(noon).getUTCDay() + 6) % 7;
  return new Date(noon - sinceMonday * 24 * 3_600_000).toISOString().slice(0, 10);
}

/** A time to come, as a deadline names it: "10 h 42" today, and otherwise "mardi 29 février à 10 h 42". */
export function deadline(at: number | Date, now = wallNow()): string {
  const hour = timeOfDay(at).replace(":", "\u00a0h\u00a0");
  return date(at) === date(now) ? hour : `${written(at, { weekday: "long", day: "numeric", month: "long" })} à ${hour}`;
}

function written(at: number | Date, parts: Intl.DateTimeFormatOptions): string {
  const text = new Intl.DateTimeFormat(LOCALE, { ...parts, timeZone: zone.value }).format(at);
  // French writes the first day of a month as an ordinal before its name, and browsers do not.
  return parts.month === "long" ? text.replace(/\b1(?=\s)/, "1er") : text;
}

/** The zone, or the default if the browser does not know it. */
function known(name: string | null): string {
  try {
    return new Intl.DateTimeFormat(LOCALE, { timeZone: name ?? DEFAULT_ZONE }).resolvedOptions().timeZone && (name ?? DEFAULT_ZONE);
  } catch {
    return DEFAULT_ZONE;
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
