import assert from "node:assert/strict";
import { test } from "node:test";
import type { Case } from "../../client/workflow/cases.ts";
import { hoursOf, usualFor } from "../FollowUp.tsx";
import { isDue, isHeard, isOpenable, partsOf, standing } from "../cases/standing.ts";

const NOW = 1_000_000;
const place = { id: "poste", name: "Poste de Nabadji", district: "Matam", region: "Matam", phone: "" };

function row(consultation: string, more: Partial<Case> = {}): Case {
  const times = { age_ms: 0, due_in_ms: 60_000, since: NOW, dueAt: NOW + 60_000 };
  const rest = { reminded: false, lapses: 0, unread: 0, facts: 1 };
  return {
    consultation, place, speciality: "obstetrics", urgency: "urgent", state: "assigned",
    doctor: "Dr Awa Ndiaye", mine: true, ...times, ...rest, ...more,
  };
}

test("an overdue case is told in other words than a reminder, and a reminder in other words than a case in time", () => {
  const says = (more: Partial<Case>) => standing(row("a", more), NOW);
  assert.deepEqual(says({}), { word: "before", tone: "info" });
  assert.deepEqual(says({ reminded: true }), { word: "reminded", tone: "warn" });
  assert.deepEqual(says({ reminded: true, dueAt: NOW }), { word: "late", tone: "bad" });
  assert.deepEqual(says({ state: "unassigned", dueAt: NOW - 1 }), { word: "nobody_late", tone: "bad" });
  assert.deepEqual(says({ state: "asked", reminded: true }), { word: "asked_reminded", tone: "warn" });
  assert.deepEqual(says({ state: "answer_read" }), { word: "answer_read", tone: "good" });
  assert.deepEqual(says({ state: "follow_up" }), { word: "follow_up", tone: "info" });
  assert.deepEqual(says({ state: "follow_up", dueAt: NOW }), { word: "follow_up_due", tone: "info" });
  assert.deepEqual(says({ state: "follow_up", dueAt: NOW, reminded: true }), { word: "follow_up_again", tone: "warn" });
});

test("the list has what waits for the doctor's answer first, and what nobody answers for last", () => {
  const rows = [
    row("asked", { state: "asked" }),
    row("free", { mine: false, doctor: null, state: "unassigned" }),
    row("opinion", { mine: false, doctor: "Dr Sow" }),
    row("due"),
  ];
  const { mine, opinions, free } = partsOf(rows);
  const ids = [mine, opinions, free].map((part) => part.map((one) => one.consultation));
  assert.deepEqual(ids, [["due", "asked"], ["opinion"], ["free"]]);
  assert.equal(rows.filter(isDue).length, 1);
  assert.deepEqual(rows.filter(isOpenable).map((one) => one.consultation), ["asked", "opinion", "due"]);
});

test("a vital emergency is heard once when it comes, a reminder once, and an old list not at all", () => {
  const known = (rows: Case[]) => new Map(rows.map((one) => [one.consultation, one]));
  const stat = row("a", { urgency: "stat" });
  assert.ok(isHeard(new Map(), [stat], NOW + 1_000));
  assert.ok(!isHeard(known([stat]), [stat], NOW + 2_000), "once");
  assert.ok(!isHeard(new Map(), [stat], NOW + 60_000), "the page was opened later");
  assert.ok(!isHeard(new Map(), [row("b")], NOW + 1_000), "not a vital emergency");
  const reminded = { ...stat, reminded: true };
  assert.ok(isHeard(known([stat]), [reminded], NOW + 60_000));
  assert.ok(!isHeard(known([reminded]), [reminded], NOW + 61_000));
  const free = { ...stat, mine: false, doctor: null, state: "unassigned" as const };
  assert.ok(!isHeard(new Map(), [free], NOW), "somebody else's is quiet");
  assert.ok(!isHeard(known([stat]), [{ ...reminded, state: "asked" }], NOW), "the post is reminded, and not the doctor");
});

test("whoever is evacuated is asked after, unless the doctor chooses otherwise", () => {
  assert.equal(hoursOf(usualFor("evacuation")), 24);
  assert.equal(hoursOf(usualFor("advice")), null);
  assert.equal(hoursOf("168"), 168);
});
