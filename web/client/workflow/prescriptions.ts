/** The prescriptions of consultations, as the server tells them: which are in force. Pure. */

import type { Dispensed, Prescription } from "../../protocol/messages.ts";

/** True if it is to be followed: nothing replaced or cancelled it. */
export const isInForce = ({ replaced_by, cancelled }: Prescription): boolean => !replaced_by && !cancelled;

/**
 * Both lists, the oldest first. What replaced or cancelled a prescription is never undone, so of two states the one that ended it counts; nor is
 * what was given of it, so the acts of both count.
 */
export function merged(before: readonly Prescription[], after: readonly Prescription[]): Prescription[] {
  const all = new Map<string, Prescription>();
  for (const one of [...before, ...after]) {
    const known = all.get(one.signed.prescription);
    const last = !known || isInForce(known) || !isInForce(one) ? one : known;
    all.set(one.signed.prescription, withActs(last, [...(known?.dispensed ?? []), ...(one.dispensed ?? [])]));
  }
  return [...all.values()].sort((a, b) => a.signed.at - b.signed.at);
}

/** A prescription with these acts of dispensing, each once. */
function withActs(one: Prescription, acts: readonly Dispensed[]): Prescription {
  if (acts.length === 0) return one;
  const dispensed = [...new Map(acts.map((given) => [given.act, given])).values()];
  return { ...one, dispensed };
}
