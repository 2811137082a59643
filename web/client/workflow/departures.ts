/** Departures that nobody has noted: when the post is asked for one, what is told of one that was a while ago, and for which structure one counts. Pure. */

import type { Referral, ReferralState } from "../../protocol/messages.ts";

/**
 * True if the post is to be asked whether the patient has left: the structure said yes a while ago. Without a network, too. A patient who left for a structure
 * that closed on the way has left.
 */
export function isDepartureDue({ state, steps = [], departed }: Referral, now: number): boolean {
  const accepted = steps.findLast(({ event }) => event.event === "accepted");
  return state === "accepted" && departed === undefined && accepted !== undefined && now >= accepted.at + LEAVES_MS;
}

/** The departure towards the structure that is asked now. A structure that closed on the way leaves its departure behind, which says nothing of the next one. */
export const roadOf = ({ state, departed }: Pick<Referral, "state" | "departed">): Referral["departed"] => (SINCE_DEPARTURE.includes(state) ? departed : undefined);

/** What is left of a road on which the patient has been for some minutes, as the server takes it. */
export const remaining = (eta_min: number, ago_min: number): number => Math.max(LEAST_MIN, eta_min - ago_min);

/** The states of a patient who has left. */
const SINCE_DEPARTURE: readonly ReferralState[] = ["en_route", "arrived", "in_care", "completed"];
/** The time in which a patient usually leaves once the structure has said yes. */
const LEAVES_MS = 30 * 60_000;
/** The server takes no shorter road. */
const LEAST_MIN = 5;
