/** What a receiving structure may do with an evacuation in each state. The server has the last word (`clinic/src/referral`). Pure. */

import { answerOf } from "../client/workflow/answers.ts";
import type { Referral, ReferralState } from "../protocol/messages.ts";

/** What the receiver does. */
export type Act = "accept" | "reject" | "arrived" | "in_care" | "counter" | "failed";

/** What may be done, the usual next step first. Of a patient who left without an answer, one may still be given. */
export function actsOf(one: Pick<Referral, "state" | "steps">): readonly Act[] {
  const answer = answerOf(one)?.event.event;
  if (one.state !== "en_route" || answer === "rejected") return ACTS[one.state];
  return [...(answer === "accepted" ? [] : (["accept"] as const)), ...ACTS.en_route, "reject"];
}

const ACTS: { readonly [state in ReferralState]: readonly Act[] } = {
  requested: ["accept", "reject"],
  received: ["accept", "reject"],
  accepted: ["arrived", "failed", "reject"],
  rejected: [],
  en_route: ["arrived", "in_care", "failed"],
  arrived: ["in_care", "counter"],
  in_care: ["counter"],
  completed: [],
  failed: [],
  cancelled: [],
};

/** What the server's clock asks the structure. */
export type Question = "arrival" | "counter";

/** The question that waits for the structure: an hour after the expected arrival, and a week after the arrival without a contre-référence; null if there is none. */
export function questionOf({ state, arrival_asked_at, counter_asked_at }: Pick<Referral, "state" | "arrival_asked_at" | "counter_asked_at">): Question | null {
  if (state === "en_route" && arrival_asked_at !== undefined) return "arrival";
  return (state === "arrived" || state === "in_care") && counter_asked_at !== undefined ? "counter" : null;
}

/** The parts of the list, in the order of the screen. */
export type Part = "answer" | "coming" | "here" | "over";
export const PARTS: readonly Part[] = ["answer", "coming", "here", "over"];

/** The part in which an evacuation stands. */
export const partOf = (state: ReferralState): Part => PART[state];

const PART: { readonly [state in ReferralState]: Part } = {
  requested: "answer",
  received: "answer",
  accepted: "coming",
  en_route: "coming",
  arrived: "here",
  in_care: "here",
  rejected: "over",
  completed: "over",
  failed: "over",
  cancelled: "over",
};
