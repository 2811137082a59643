/**
 * Dates and times of day, on the screen and on paper. They are those of the country that the server serves, whatever
 * zone and language the device is set to, and written as in Senegal in every language of the page, because browsers
 * know no Wolof or Pulaar formats. No other file formats a date.
 */

import { signal } from "@preact/signals";
import { remember, remembered } from "../client/platform/storage.ts";

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
export const moment = (at: number | Date, now = Date.now()): string =>
  date(at) === date(now) ? timeOfDay(at) : dateAndTime(at);

function written(at: number | Date, parts: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(LOCALE, { ...parts, timeZone: zone.value }).format(at);
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
