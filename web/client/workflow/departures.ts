/** Departures that nobody has noted: when the post is asked for one, and what is told of one that was a while ago. Pure. */

import type { Referral, ReferralEvent } from "../../protocol/messages.ts";

/** True if the post is to be asked whether the patient has left: the structure said yes a while ago. Without a network, too. */
export function isDepartureDue({ state, steps = [] }: Referral, now: number): boolean {
  const accepted = steps.findLast(({ event }) => event.event === "accepted");
  return state === "accepted" && accepted !== undefined && now >= accepted.at + LEAVES_MS;
}

/** An act of this time as it is told now: the server counts from the moment at which it hears of a departure, and the act may have waited for a network. */
export function toldNow(event: ReferralEvent, at: number, now: number): ReferralEvent {
  if (event.event !== "departed") return event;
  const ago_min = Math.min(MOST_AGO_MIN, (event.ago_min ?? 0) + Math.max(0, Math.floor((now - at) / 60_000)));
  return ago_min > 0 ? { ...event, ago_min } : event;
}

/** The server takes no departure of longer ago. */
const MOST_AGO_MIN = 1440;
/** The time in which a patient usually leaves once the structure has said yes. */
const LEAVES_MS = 30 * 60_000;
