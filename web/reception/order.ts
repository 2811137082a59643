/** The order of the list: vital emergencies first, and of the same urgency the newest first. Pure. */

import type { Urgency } from "../protocol/messages.ts";
import type { ReceivedReferral } from "../protocol/referrals.ts";
import { type Part, PARTS, partOf } from "./steps.ts";

/** The list in its parts, each in its order. */
export function inParts(rows: readonly ReceivedReferral[]): [Part, ReceivedReferral[]][] {
  return PARTS.map((part) => {
    const own = rows.filter(({ referral }) => partOf(referral.state) === part);
    return [part, own.sort(part === "over" ? newestFirst : urgentFirst)];
  });
}

const urgentFirst = ({ referral: a }: ReceivedReferral, { referral: b }: ReceivedReferral): number =>
  RANK[a.order.urgency] - RANK[b.order.urgency] || b.asked_at - a.asked_at;

const newestFirst = ({ referral: a }: ReceivedReferral, { referral: b }: ReceivedReferral): number => b.asked_at - a.asked_at;

const RANK: { readonly [urgency in Urgency]: number } = { stat: 0, urgent: 1, routine: 2 };

/** The evacuations that nobody has opened: they are counted in the title. */
export const unopened = (rows: readonly ReceivedReferral[]): ReceivedReferral[] => rows.filter(({ referral }) => referral.state === "requested");

/** What names one request: an evacuation that comes back to the structure is asked for anew. */
export const requestOf = ({ referral }: ReceivedReferral): string => `${referral.order.referral} ${referral.asked_at}`;

/**
 * True if the page shall ring: a request is new since the last look, or a vital emergency is still unopened. `known` are the requests that
 * were there before.
 */
export function rings(rows: readonly ReceivedReferral[], known: ReadonlySet<string>): boolean {
  return unopened(rows).some((row) => row.referral.order.urgency === "stat" || !known.has(requestOf(row)));
}
