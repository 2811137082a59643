/**
 * How a case stands for the doctor who looks at it: what is to be done next and by whom, in words and a tone. Pure; the words are
 * `doctor.case.<name>` of the catalogues.
 */

import type { Case } from "../../client/index.ts";
import type { ConsultationId } from "../../protocol/messages.ts";

/** The words of a standing. */
export type StandingWord =
  | "before"
  | "reminded"
  | "late"
  | "nobody"
  | "nobody_late"
  | "asked"
  | "asked_reminded"
  | "answered"
  | "answer_read"
  | "follow_up"
  | "follow_up_due"
  | "follow_up_again";

/** What is next in a case; the tone is a colour and a sign beside the words, and never stands alone. */
export interface Standing {
  word: StandingWord;
  tone: "info" | "good" | "warn" | "bad";
}

/** True if the reader has the next step: to answer. */
export const isDue = ({ mine, state }: Pick<Case, "mine" | "state">): boolean =>
  mine && (state === "assigned" || state === "read");

/** How a case stands at a time on the scale of `now()`. */
export function standing({ state, reminded, dueAt }: Pick<Case, "state" | "reminded" | "dueAt">, now: number): Standing {
  const late = dueAt <= now;
  switch (state) {
    case "unassigned":
      return late ? { word: "nobody_late", tone: "bad" } : { word: "nobody", tone: reminded ? "warn" : "info" };
    case "assigned":
    case "read":
      if (late) return { word: "late", tone: "bad" };
      return reminded ? { word: "reminded", tone: "warn" } : { word: "before", tone: "info" };
    case "asked":
      return reminded ? { word: "asked_reminded", tone: "warn" } : { word: "asked", tone: "info" };
    case "answered":
    case "answer_read":
      return { word: state, tone: "good" };
    case "follow_up":
      if (reminded) return { word: "follow_up_again", tone: "warn" };
      return { word: late ? "follow_up_due" : "follow_up", tone: "info" };
  }
}

/** The parts of the doctor's list, in the order of the screen. */
export interface Parts {
  /** The reader answers for them; those that wait for the reader's answer come first. */
  mine: Case[];
  /** A colleague asks for the reader's opinion. */
  opinions: Case[];
  /** Nobody answers for them. */
  free: Case[];
}

/** Sorts the list, whose rows come with what is due first. */
export function partsOf(rows: readonly Case[]): Parts {
  const mine = rows.filter((row) => row.mine);
  const others = rows.filter((row) => !row.mine);
  return {
    mine: [...mine.filter(isDue), ...mine.filter((row) => !isDue(row))],
    opinions: others.filter((row) => row.doctor !== null),
    free: others.filter((row) => row.doctor === null),
  };
}

/** True if the reader may open a case: what the post wrote is told to its members only. */
export const isOpenable = ({ mine, doctor, reason, patient }: Case): boolean =>
  mine || doctor !== null || reason !== undefined || patient !== undefined;

/** What is remembered of a case, to tell what is new: its state, its owner, and the reminder. */
type Known = ReadonlyMap<ConsultationId, Case>;

/** True if something is new that a doctor should hear of once: a vital emergency that came just now, or a reminder. */
export function isHeard(before: Known, rows: readonly Case[], now: number): boolean {
  return rows.filter(isDue).some((row) => {
    const known = before.get(row.consultation);
    if (!known || !isDue(known)) return row.urgency === "stat" && row.state === "assigned" && now - row.since < NEW_MS;
    return row.reminded && !known.reminded;
  });
}

/** A case that is older has been in the list before the page was opened. */
const NEW_MS = 20_000;
