import assert from "node:assert/strict";
import { test } from "node:test";
import { date, dateAndTime, dayOfYear, deadline, moment, setTimeZone, timeOfDay } from "../dates.ts";

/** 2028-02-29 23:57 UTC, which is already March in Paris. */
const LEAP = Date.UTC(2028, 1, 29, 23, 57);

test("a device in Paris writes the date of Dakar, with the year", () => {
  process.env.TZ = "Europe/Paris";
  assert.equal(new Date(LEAP).getDate(), 1, "the device is in Paris");
  assert.equal(dateAndTime(LEAP), "mardi 29 février 2028 à 23:57");
  assert.equal(date(LEAP), "mardi 29 février 2028");
  assert.equal(dayOfYear(LEAP), "29 févr. 2028");
  assert.equal(timeOfDay(LEAP), "23:57");
});

test("the zone of the server counts; one that the browser does not know is the default", () => {
  setTimeZone("Africa/Nairobi");
  assert.equal(dateAndTime(LEAP), "mercredi 1er mars 2028 à 02:57");
  setTimeZone("Africa/Nowhere");
  assert.equal(dateAndTime(LEAP), "mardi 29 février 2028 à 23:57");
  setTimeZone("Africa/Nairobi");
  setTimeZone(undefined);
  assert.equal(timeOfDay(LEAP), "23:57");
});

test("what happened on another day has its date", () => {
  assert.equal(moment(LEAP, LEAP + 60_000), "23:57");
  assert.equal(moment(LEAP, LEAP + 4 * 60_000), "mardi 29 février 2028 à 23:57");
});

test("the first of a month is an ordinal in long dates, and the 21st and 31st are none", () => {
  const at = (day: number) => Date.UTC(2026, 11, day, 9, 1);
  assert.equal(date(at(1)), "mardi 1er décembre 2026");
  assert.equal(dateAndTime(at(1)), "mardi 1er décembre 2026 à 09:01");
  assert.equal(deadline(at(1), at(2)), "mardi 1er décembre à 09\u00a0h\u00a001");
  assert.deepEqual([date(at(11)), date(at(21)), date(at(31))], ["vendredi 11 décembre 2026", "lundi 21 décembre 2026", "jeudi 31 décembre 2026"]);
  assert.equal(dayOfYear(at(1)), "1 déc. 2026");
});

test("a deadline of today is an hour, and one of another day has its day", () => {
  assert.equal(deadline(LEAP, LEAP - 60_000), "23\u00a0h\u00a057");
  assert.equal(deadline(LEAP, LEAP - 24 * 3_600_000), "mardi 29 février à 23\u00a0h\u00a057");
});
