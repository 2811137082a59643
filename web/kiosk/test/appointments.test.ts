import "../../client/test/device-storage.ts";
import { signal } from "@preact/signals-core";
import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../client/signalling/session.ts";
import type { AppointmentRow } from "../../protocol/appointments.ts";
import { setTimeZone } from "../../ui/dates.ts";
import { failureOf, rowsOf } from "../appointments/answers.ts";
import { byDay, isDue } from "../appointments/due.ts";
import { fetchAppointments, readAt } from "../appointments/list.ts";
import { newsOf, withSeen } from "../appointments/news.ts";

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

const shown = (rows: AppointmentRow[], at = NINE) => byDay(rows, at).map((day) => [day.isToday, ...day.rows.map((one) => one.at)]);

test("the coming appointments stand by the days of the clock of the post, and those of before today are gone", () => {
  const [before, first, last, tomorrow] = [NINE - 9 * 60 * MINUTE - 1, NINE, NINE + 15 * 60 * MINUTE - 1, NINE + 15 * 60 * MINUTE];
  const later = tomorrow + 365 * 24 * 60 * MINUTE;
  const rows = [later, last, tomorrow, before, first].map((at) => row(at));
  assert.deepEqual(shown(rows), [[true, first, last], [false, tomorrow], [false, later]], "the first first, and the same day of another year is another day");
  assert.deepEqual(shown([row(before)]), []);
});

test("the day of a country that is five and a half hours ahead begins at half past six in the evening of universal time", () => {
  setTimeZone("Asia/Kolkata");
  try {
    const midnight = Date.UTC(2026, 10, 30, 18, 30);
    const rows = [midnight - 1, midnight, midnight + 24 * 60 * MINUTE - 1, midnight + 24 * 60 * MINUTE].map((at) => row(at));
    assert.deepEqual(shown(rows), [[true, rows[1]!.at, rows[2]!.at], [false, rows[3]!.at]]);
  } finally {
    setTimeZone("Africa/Dakar");
  }
});

test("nobody calls for an appointment that was cancelled", () => {
  assert.equal(isDue(row(NINE), NINE), true);
  assert.equal(isDue({ ...row(NINE), cancelled: { by: "Dr Awa", at: NINE - 1, why: "voyage" } }, NINE), false);
});

test("a move and a cancellation are told until somebody has seen them, and another move is told anew", () => {
  const [plain, moved] = [row(NINE), { ...row(NINE + MINUTE), appointment: "b", moved_from: NINE }];
  const cancelled = { ...moved, cancelled: { by: "Dr Awa", at: NINE, why: "voyage" } };
  assert.deepEqual(newsOf([plain, moved], []), [moved], "what nobody changed is no news");
  const seen = withSeen([], moved);
  assert.deepEqual(newsOf([plain, moved], seen), []);
  assert.equal(newsOf([{ ...moved, at: NINE + 2 * MINUTE }], seen).length, 1);
  assert.deepEqual(newsOf([cancelled], seen), [cancelled]);
  assert.deepEqual(newsOf([cancelled], withSeen(seen, cancelled)), []);
  assert.ok(!JSON.stringify(withSeen(seen, cancelled)).includes("contrôle"), "the keys tell nothing about a patient");
});

test("the keys of what was seen are bounded", () => {
  const many = Array.from({ length: 300 }, (_, i) => row(NINE + i)).reduce<readonly string[]>((seen, one) => withSeen(seen, one), []);
  assert.equal(many.length, 200);
  assert.deepEqual(withSeen(many, row(NINE + 299)), many, "one that is marked twice is one");
});

test("of two lists the one that was asked for later is shown, whatever the server's clock says", async () => {
  const answers: ((at: number, reason: string) => void)[] = [];
  globalThis.fetch = () =>
    new Promise((resolve) => answers.push((at, reason) => resolve(new Response(JSON.stringify({ at, reminds: false, appointments: [{ ...row(NINE), reason }] })))));
  const rows = signal<AppointmentRow[]>([]);
  const fetched = () => fetchAppointments(rows);
  const first = fetched();
  answers[0]!(NINE + 60 * MINUTE, "before the clock was set right");
  await first;
  const second = fetched();
  answers[1]!(NINE, "after it");
  await second;
  assert.deepEqual([rows.value[0]?.reason, readAt.value], ["after it", NINE]);
  const [slow, quick] = [fetched(), fetched()];
  answers[3]!(NINE + 2 * MINUTE, "asked last");
  await quick;
  answers[2]!(NINE + 3 * MINUTE, "asked before it");
  await slow;
  assert.equal(rows.value[0]?.reason, "asked last");
});

test("only a server that was not reached makes a list an old one, and a refusal is told", () => {
  assert.deepEqual(failureOf(new ApiError("offline")), { is: "kept" });
  for (const error of [new ApiError("too_many_attempts"), new ApiError("internal"), new TypeError("broken")]) assert.deepEqual(failureOf(error), { is: "refused", error });
});

test("the appointments of a consultation are those that the server tells of it, and of the list only until then", () => {
  const [own, listed] = [row(NINE), { ...row(NINE + MINUTE), appointment: "b" }];
  const list = [{ ...row(NINE), consultation: "another" }, listed];
  assert.deepEqual(rowsOf("c", null, list), [listed]);
  assert.deepEqual(rowsOf("c", { id: "c", rows: [own, listed] }, list), [own, listed], "the list of the post is cut");
  assert.deepEqual(rowsOf("c", { id: "former", rows: [own] }, list), [listed]);
});
