import assert from "node:assert/strict";
import { test } from "node:test";
import type { AppointmentRow } from "../../protocol/appointments.ts";
import { setTimeZone } from "../../ui/dates.ts";
import { isDue, ofDay } from "../appointments/due.ts";

const NINE = Date.UTC(2026, 11, 1, 9, 0);
const MINUTE = 60_000;

const row = (at: number, way: AppointmentRow["way"] = "call"): AppointmentRow => ({
  appointment: "a",
  consultation: "c",
  at,
  way,
  reason: "contrôle",
  post: "Poste",
  doctor: "awa",
  doctor_name: "Dr Awa",
  speciality: "obstetrics",
  intake: {} as AppointmentRow["intake"],
});

test("a post may call from a quarter of an hour before the time until two hours after it, and only where it is a call", () => {
  const due = (minutes: number, way?: AppointmentRow["way"]) => isDue(row(NINE, way), NINE + minutes * MINUTE);
  assert.deepEqual([due(-16), due(-15), due(0), due(120), due(121)], [false, true, true, true, false]);
  assert.equal(due(0, { place: "Matam" }), false);
});

test("the list of the day is that of the clock of the post", () => {
  const rows = [row(NINE - 9 * 60 * MINUTE - 1), row(NINE), row(NINE + 15 * 60 * MINUTE - 1), row(NINE + 15 * 60 * MINUTE)];
  assert.deepEqual(ofDay(rows, NINE).map(({ at }) => at), [rows[1]!.at, rows[2]!.at]);
});

test("the day of a country that is five and a half hours ahead begins at half past six in the evening of universal time", () => {
  setTimeZone("Asia/Kolkata");
  try {
    const midnight = Date.UTC(2026, 10, 30, 18, 30);
    const rows = [row(midnight - 1), row(midnight), row(midnight + 24 * 60 * MINUTE - 1), row(midnight + 24 * 60 * MINUTE)];
    assert.deepEqual(ofDay(rows, NINE).map(({ at }) => at), [rows[1]!.at, rows[2]!.at]);
  } finally {
    setTimeZone("Africa/Dakar");
  }
});
