/** What a case is about for its post: how far it has come, and whether it needs something. Pure. */

import type { Case } from "../../client/workflow/cases.ts";
import type { OutboxMessage } from "../../client/offline/outbox.ts";
import type { Colleague, ConsultationView } from "../../protocol/api.ts";
import type { Speciality, Urgency } from "../../protocol/messages.ts";
import type { AnswerTimes } from "../../protocol/rota.ts";

/** How far a case has come, as its receipts show it. */
export type Receipt = "saved" | "sent" | "read" | "answered";
/** The receipts, in their order. */
export const RECEIPTS: Receipt[] = ["saved", "sent", "read", "answered"];

/** The last receipt of a case. */
export function receiptOf({ state }: Pick<Case, "state">): Receipt {
  if (state === "unassigned" || state === "assigned") return "sent";
  return state === "read" || state === "asked" ? "read" : "answered";
}

/** What stands beside the receipts: who has the next step, and until when. */
export type Standing = "searching" | "with" | "late" | "asked" | "answered" | "closing" | "later" | "outcome" | "outcome_again";

/** What is true of a case at the time `now`. */
export function standingOf({ state, doctor, dueAt, reminded }: Pick<Case, "state" | "doctor" | "dueAt" | "reminded">, now: number): Standing {
  const over = dueAt <= now;
  switch (state) {
    case "asked":
      return "asked";
    case "answered":
      return "answered";
    case "answer_read":
      return "closing";
    case "follow_up":
      return !over ? "later" : reminded ? "outcome_again" : "outcome";
    default:
      return over ? "late" : doctor === null ? "searching" : "with";
  }
}

/** True if the post has something to do or to read: a question, an answer, a message, or the outcome to tell. */
export function needsPost(row: Pick<Case, "state" | "doctor" | "dueAt" | "reminded" | "unread">, now: number): boolean {
  return row.unread > 0 || ["asked", "answered", "outcome", "outcome_again"].includes(standingOf(row, now));
}

/** True if a record has this act of a post already: it arrived, and only its acknowledgement was lost. */
export function isThere({ record, chat = [], summary }: Pick<ConsultationView, "record" | "chat" | "summary">, message: OutboxMessage): boolean {
  if (message.type === "write_chat") return chat.some((one) => one.chat === message.chat);
  if (message.type === "examine") return !!message.act && !!record.examinations?.some(({ act }) => act === message.act);
  if (message.type === "cancel") return summary.state === "cancelled";
  return message.type === "tell_outcome" && !!message.act && summary.outcome?.act === message.act;
}

/** The doctors of a speciality to whom a case may be addressed, who are connected coming first. */
export const doctorsOf = (doctors: readonly Colleague[], speciality: Speciality): Colleague[] =>
  doctors
    .filter(({ specialities }) => specialities.includes(speciality))
    .sort((a, b) => Number(b.connected) - Number(a.connected) || a.name.localeCompare(b.name, "fr"));

/** A time that is left or over, as people say it: "0:42", "14 min", "1 h 05". */
export function roughly(ms: number): string {
  const minutes = Math.floor(Math.abs(ms) / 60_000);
  const two = (value: number) => String(value).padStart(2, "0");
  if (minutes < 2) return `${minutes}:${two(Math.floor(Math.abs(ms) / 1000) % 60)}`;
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${two(minutes % 60)}`;
}

/** The time within which a case is answered, as people say it: "15 min", "1 h 30". Without the server's own times those of the programme stand. */
export function answerWithin(urgency: Urgency, answers: AnswerTimes = PROGRAMME): string {
  const seconds = Math.round(answers[`${urgency}_ms`] / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.round((seconds % 3600) / 60)];
  if (seconds < 60) return `${seconds}\u00a0s`;
  if (!hours) return `${minutes}\u00a0min`;
  return minutes ? `${hours}\u00a0h\u00a0${String(minutes).padStart(2, "0")}` : `${hours}\u00a0h`;
}

/** The programme's own times, until the tablet has heard those of its server. */
const PROGRAMME: AnswerTimes = { stat_ms: 15 * 60_000, urgent_ms: 2 * 3_600_000, routine_ms: 24 * 3_600_000 };
