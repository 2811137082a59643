/** What a doctor may still do with an evacuation. The server has the last word (`transition` of `clinic/src/referral`). Pure. */

import { mayTurn } from "../../client/workflow/answers.ts";
import type { Place, Referral } from "../../protocol/messages.ts";

/** The structure that would be asked next; undefined if there is none left, or if it is too late to ask. */
export function nextOf(one: Referral): Place | undefined {
  const { order, state, structure, tried = [] } = one;
  if (!["requested", "received", "rejected"].includes(state) && !mayTurn(one)) return undefined;
  const asked = [structure.id, ...tried.map((before) => before.structure.id)];
  return order.others.find(({ id }) => !asked.includes(id));
}

/** True until the patient has left, and for one who is on the way to a structure that has not said yes. */
export const canCancel = (one: Referral): boolean => ["requested", "received", "accepted", "rejected"].includes(one.state) || mayTurn(one);
