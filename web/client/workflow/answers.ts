/** What the structure that is asked for an evacuation has said, and what it means for a patient who is already on the way. The server has the same rules (`clinic/src/referral/answer.rs`). Pure. */

import type { Referral, ReferralEvent, ReferralStep } from "../../protocol/messages.ts";

/** The last thing that the structure that is asked now has said: it opened the letter, accepted or rejected. */
export function answerOf({ steps = [] }: Pick<Referral, "steps">): ReferralStep | undefined {
  const asked = steps.findLastIndex(({ event }) => event.event === "asked_next");
  return steps.slice(asked + 1).findLast(({ event }) => ANSWERS.has(event.event));
}

const said = (one: Referral): ReferralEvent["event"] | undefined => answerOf(one)?.event.event;

/** True if the structure that is asked now said no, or was closed. */
export const hasRejected = (one: Referral): boolean => said(one) === "rejected";

/** True if the structure said no, or was closed, while the patient is on the way to it: another one may be asked. */
export const isRejectedOnTheWay = (one: Referral): boolean => one.state === "en_route" && hasRejected(one);

/** True for a patient who is on the way to a structure that has not said yes: the usual case for taking them to another one, or back. */
export const mayTurn = (one: Referral): boolean => one.state === "en_route" && said(one) !== "accepted";

/** True if nobody in the structure has opened the letter. */
export const isUnopened = (one: Referral): boolean => (one.state === "requested" || one.state === "en_route") && !answerOf(one);

/** True if the structure reads the letter: it has not said no, or the patient came all the same. */
export const isReadable = (one: Referral): boolean => one.state !== "rejected" && !(isRejectedOnTheWay(one) && answerOf(one)?.actor === "receiver");

const ANSWERS: ReadonlySet<ReferralEvent["event"]> = new Set(["received", "accepted", "rejected"]);
