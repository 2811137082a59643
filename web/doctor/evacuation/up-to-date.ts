/** Which of two tellings of an evacuation is the later one. Pure. */

import type { Referral } from "../../protocol/messages.ts";

/** Both lists without duplicates, the oldest first; of the same evacuation the one to which more has happened. */
export function upToDate(recorded: readonly Referral[], heard: readonly Referral[]): Referral[] {
  const all = new Map(recorded.map((one) => [one.order.referral, one]));
  for (const one of heard) {
    const known = all.get(one.order.referral);
    if (!known || stepsOf(one) >= stepsOf(known)) all.set(one.order.referral, one);
  }
  return [...all.values()].sort((a, b) => a.order.at - b.order.at);
}

const stepsOf = ({ steps = [] }: Referral): number => steps.length;

/** True if it stands: a consultation may end with it. */
export const stands = ({ state }: Referral): boolean => state !== "cancelled";
