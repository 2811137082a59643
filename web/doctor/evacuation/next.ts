/** What a doctor may still do with an evacuation. The server has the last word (`transition` of `clinic/src/referral`). Pure. */

import { isClosedOnTheWay } from "../../client/workflow/closed-structures.ts";
import type { Place, Referral } from "../../protocol/messages.ts";

/** The structure that would be asked next; undefined if there is none left, or if it is too late to ask. */
export function nextOf(one: Referral): Place | undefined {
  const { order, state, structure, tried = [] } = one;
  if (!["requested", "received", "rejected"].includes(state) && !isClosedOnTheWay(one)) return undefined;
  const asked = [structure.id, ...tried.map((before) => before.structure.id)];
  return order.others.find(({ id }) => !asked.includes(id));
}

/** True until the patient has left: what is on its way is not called back by a button. */
export const canCancel = ({ state }: Referral): boolean => ["requested", "received", "accepted", "rejected"].includes(state);
