/** Departures that nobody has noted: when the post is asked for one. Pure. */

import type { Referral } from "../../protocol/messages.ts";

/** True if the post is to be asked whether the patient has left: the structure said yes a while ago. Without a network, too. */
export function isDepartureDue({ state, steps = [] }: Referral, now: number): boolean {
  const accepted = steps.findLast(({ event }) => event.event === "accepted");
  return state === "accepted" && accepted !== undefined && now >= accepted.at + LEAVES_MS;
}

/** The time in which a patient usually leaves once the structure has said yes. */
const LEAVES_MS = 30 * 60_000;
