/** Structures that were closed while they were asked, or while they expected a patient: the server rejects in their place. Pure. */

import type { Place, Referral, ReferralEvent, ReferralStep, TriedStructure } from "../../protocol/messages.ts";

/** True for the step with which the server rejects in the place of a structure that is closed. */
export const isClosing = ({ actor, event }: ReferralStep): boolean => actor === "server" && event.event === "rejected";

/** True if a structure that did not take the patient is one that was closed. */
export const wasClosed = ({ steps = [] }: Referral, tried: TriedStructure): boolean =>
  tried.state === "rejected" && steps.some((step) => step.at === tried.at && isClosing(step));

/** The structure that was closed, for as long as nobody has answered in its place; null if there is none. */
export function newlyClosed(one: Referral): Place | null {
  const { steps = [], tried = [] } = one;
  const closing = steps.findLastIndex(isClosing);
  if (closing < 0 || steps.slice(closing + 1).some(({ event }) => !QUIET.has(event.event))) return null;
  return tried.findLast((before) => wasClosed(one, before))?.structure ?? null;
}

/** What may come after it without an answer. */
const QUIET: ReadonlySet<ReferralEvent["event"]> = new Set(["asked_next", "received", "unanswered", "arrival_asked"]);
