/** Which deferred cases a coordinator looks at, in which order, and who has them. Pure; the words are `rota.cases.<name>`. */

import type { Case } from "../client/workflow/cases.ts";
import type { Urgency } from "../protocol/messages.ts";

/** True if a case is not answered, and nobody has it, the answer is overdue, or a specialist has let a deadline pass. */
export function needsSomebody({ state, dueAt, lapses }: Pick<Case, "state" | "dueAt" | "lapses">, time: number): boolean {
  if (state === "unassigned" || (state === "asked" && lapses > 0)) return true;
  return (state === "assigned" || state === "read") && (lapses > 0 || dueAt <= time);
}

/** The cases that need somebody: the most urgent first, and among them what is due first. */
export function casesToGive(rows: readonly Case[], time: number): Case[] {
  const rank = ({ urgency }: Case) => URGENCIES.indexOf(urgency);
  return rows.filter((row) => needsSomebody(row, time)).sort((a, b) => rank(a) - rank(b) || a.dueAt - b.dueAt);
}

/** Who has a case: a specialist or nobody, and whether that is so because a deadline has passed. */
export function ownerWord({ doctor, lapses }: Pick<Case, "doctor" | "lapses">): "owner" | "nobody" | "lapsed" | "lapsed_nobody" {
  if (lapses > 0) return doctor ? "lapsed" : "lapsed_nobody";
  return doctor ? "owner" : "nobody";
}

const URGENCIES: Urgency[] = ["stat", "urgent", "routine"];
