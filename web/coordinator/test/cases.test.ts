import assert from "node:assert/strict";
import { test } from "node:test";
import type { Case } from "../../client/workflow/cases.ts";
import type { CaseState } from "../../protocol/messages.ts";
import { casesToGive, needsSomebody, ownerWord } from "../cases.ts";

const NOW = 1_000;
const row = (consultation: string, more: Partial<Case> = {}): Case =>
  ({ consultation, state: "assigned", urgency: "urgent", dueAt: NOW + 50, lapses: 0, doctor: "Dr Awa", ...more }) as Case;

test("a case whose deadline passed stays with the coordinator until it is answered, although its time runs anew", () => {
  const needed = (state: CaseState, lapses: number) => needsSomebody({ state, lapses, dueAt: NOW + 50 }, NOW);
  const states = ["unassigned", "assigned", "read", "asked", "answered", "answer_read", "follow_up"] as const;
  assert.deepEqual(states.map((state) => needed(state, 1)), [true, true, true, true, false, false, false]);
  assert.deepEqual(states.map((state) => needed(state, 0)), [true, false, false, false, false, false, false]);
  assert.ok(needsSomebody({ state: "read", lapses: 0, dueAt: NOW }, NOW), "overdue at this moment");
});

test("the most urgent case stands first, and among equals what is due first", () => {
  const rows = [
    row("routine", { urgency: "routine", dueAt: NOW - 9, lapses: 2 }),
    row("in time"),
    row("later", { urgency: "stat", dueAt: NOW + 9, lapses: 1 }),
    row("stat", { urgency: "stat", dueAt: NOW, lapses: 1 }),
    row("urgent", { state: "unassigned", doctor: null }),
  ];
  assert.deepEqual(casesToGive(rows, NOW).map(({ consultation }) => consultation), ["stat", "later", "urgent", "routine"]);
});

test("the words tell that a deadline passed, and who has the case since", () => {
  const word = (doctor: string | null, lapses: number) => ownerWord({ doctor, lapses });
  assert.deepEqual([word("Dr Awa", 0), word(null, 0), word("Dr Awa", 2), word(null, 1)], ["owner", "nobody", "lapsed", "lapsed_nobody"]);
});
