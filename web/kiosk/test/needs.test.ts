import assert from "node:assert/strict";
import { test } from "node:test";
import type { Colleague } from "../../protocol/api.ts";
import type { CaseState } from "../../protocol/messages.ts";
import { answerWithin, doctorsOf, isThere, needsPost, receiptOf, roughly, standingOf } from "../cases/needs.ts";

const row = (state: CaseState, dueAt = 100, doctor: string | null = "Dr Awa", unread = 0, reminded = false) => ({ state, dueAt, doctor, unread, reminded });

test("the receipts of a case go from sent to answered, and never back", () => {
  const states: CaseState[] = ["unassigned", "assigned", "read", "asked", "answered", "answer_read", "follow_up"];
  const receipts = states.map((state) => receiptOf({ state }));
  assert.deepEqual(receipts, ["sent", "sent", "read", "read", "answered", "answered", "answered"]);
});

test("a case is late only while the specialist has the next step and the time is over", () => {
  assert.equal(standingOf(row("unassigned", 100, null), 99), "searching");
  assert.equal(standingOf(row("unassigned", 100, null), 100), "late");
  assert.equal(standingOf(row("assigned"), 99), "with");
  assert.equal(standingOf(row("read"), 100), "late");
  assert.equal(standingOf(row("asked"), 200), "asked");
  assert.equal(standingOf(row("answer_read"), 200), "closing");
  assert.equal(standingOf(row("follow_up"), 99), "later");
  assert.equal(standingOf(row("follow_up"), 100), "outcome");
  assert.equal(standingOf(row("follow_up", 100, "Dr Awa", 0, true), 100), "outcome_again");
});

test("the post is needed for a question, an answer, a message and an outcome, and for nothing else", () => {
  const needed = (["asked", "answered"] as const).map((state) => needsPost(row(state), 0));
  assert.deepEqual(needed, [true, true]);
  assert.ok(needsPost(row("follow_up", 100, "Dr Awa", 0, true), 100), "also when it is asked again");
  assert.ok(needsPost(row("follow_up"), 100) && !needsPost(row("follow_up"), 99));
  assert.ok(needsPost(row("read", 100, "Dr Awa", 1), 0));
  for (const state of ["unassigned", "assigned", "read", "answer_read"] as const) assert.ok(!needsPost(row(state), 999));
});

test("times are said as people say them", () => {
  assert.deepEqual([42_000, -42_000, 119_000, 14 * 60_000 + 5, 65 * 60_000].map(roughly), ["0:42", "0:42", "1:59", "14 min", "1 h 05"]);
});

test("a withdrawal arrived if the record says so, and not if the specialist ended the case", () => {
  const view = (state: "cancelled" | "closed") => ({ record: {}, summary: { state } }) as unknown as Parameters<typeof isThere>[0];
  const cancel = { type: "cancel", consultation: "1" } as const;
  assert.deepEqual([isThere(view("cancelled"), cancel), isThere(view("closed"), cancel)], [true, false]);
});

test("the time of an answer is the server's, and that of the programme until it is known", () => {
  const answers = { stat_ms: 30_000, urgent_ms: 90 * 60_000, routine_ms: 48 * 3_600_000 };
  const all = (times?: typeof answers) => (["stat", "urgent", "routine"] as const).map((urgency) => answerWithin(urgency, times).replaceAll("\u00a0", " "));
  assert.deepEqual(all(answers), ["30 s", "1 h 30", "48 h"]);
  assert.deepEqual(all(), ["15 min", "2 h", "24 h"]);
});

test("the doctors of a speciality are offered, who are connected first, then by their names", () => {
  const doctor = (name: string, connected: boolean, ...specialities: Colleague["specialities"]): Colleague => ({
    ...{ party: name, name, specialities, connected },
  });
  const all = [
    doctor("Dr Sow", false, "surgery"),
    doctor("Dr Ndiaye", false, "obstetrics"),
    doctor("Dr Élimane", false, "obstetrics"),
    doctor("Dr Zoé", true, "obstetrics", "general"),
  ];
  assert.deepEqual(doctorsOf(all, "obstetrics").map(({ name }) => name), ["Dr Zoé", "Dr Élimane", "Dr Ndiaye"]);
  assert.deepEqual(doctorsOf(all, "paediatrics"), []);
});

test("the record tells whether an act arrived, of which only the acknowledgement was lost", () => {
  const view = { record: { examinations: [{ act: "a" }, {}] }, chat: [{ chat: "c" }], summary: { outcome: { act: "o" } } };
  const has = (message: object) => isThere(view as never, message as never);
  assert.deepEqual(["a", "b", undefined].map((act) => has({ type: "examine", act })), [true, false, false]);
  assert.deepEqual(["c", "d"].map((chat) => has({ type: "write_chat", chat })), [true, false]);
  assert.deepEqual(["o", "a"].map((act) => has({ type: "tell_outcome", act })), [true, false], "somebody else told the outcome");
  assert.equal(isThere({ record: {}, summary: {} } as never, { type: "tell_outcome", act: "o" } as never), false);
});
