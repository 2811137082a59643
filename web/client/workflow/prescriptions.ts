/** The prescriptions of consultations, as the server tells them: which are in force. Pure. */

import type { Prescription } from "../../protocol/messages.ts";

/** True if it is to be followed: nothing replaced or cancelled it. */
export const isInForce = ({ replaced_by, cancelled }: Prescription): boolean => !replaced_by && !cancelled;

/** Both lists, the oldest first. What replaced or cancelled a prescription is never undone, so of two states the one that ended it counts. */
export function merged(before: readonly Prescription[], after: readonly Prescription[]): Prescription[] {
  const all = new Map<string, Prescription>();
  for (const one of [...before, ...after]) {
    const known = all.get(one.signed.prescription);
    if (!known || isInForce(known) || !isInForce(one)) all.set(one.signed.prescription, one);
  }
  return [...all.values()].sort((a, b) => a.signed.at - b.signed.at);
}
