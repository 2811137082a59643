/** The order of the list: what is asked of the structure first, then vital emergencies, and of the same urgency the newest first. Pure. */

import { isUnopened } from "../client/workflow/answers.ts";
import type { Urgency } from "../protocol/messages.ts";
import type { ReceivedReferral } from "../protocol/referrals.ts";
import { type Part, PARTS, partOf, questionOf } from "./steps.ts";

/** The list in its parts, each in its order. */
export function inParts(rows: readonly ReceivedReferral[]): [Part, ReceivedReferral[]][] {
  return PARTS.map((part) => {
    const own = rows.filter(({ referral }) => partOf(referral.state) === part);
    return [part, own.sort(part === "over" ? newestFirst : urgentFirst)];
  });
}

const urgentFirst = ({ referral: a }: ReceivedReferral, { referral: b }: ReceivedReferral): number =>
  Number(!!questionOf(b)) - Number(!!questionOf(a)) || RANK[a.order.urgency] - RANK[b.order.urgency] || b.asked_at - a.asked_at;

const newestFirst = ({ referral: a }: ReceivedReferral, { referral: b }: ReceivedReferral): number => b.asked_at - a.asked_at;

const RANK: { readonly [urgency in Urgency]: number } = { stat: 0, urgent: 1, routine: 2 };

/** The evacuations that nobody has opened: they are counted in the title. */
export const unopened = (rows: readonly ReceivedReferral[]): ReceivedReferral[] => rows.filter(({ referral }) => isUnopened(referral));

/** What names one request: an evacuation that comes back to the structure is asked for anew. */
export const requestOf = ({ referral }: ReceivedReferral): string => `${referral.order.referral} ${referral.asked_at}`;

/** What names the question for the arrival. */
const arrivalOf = (row: ReceivedReferral): string[] => (questionOf(row.referral) === "arrival" ? [`${requestOf(row)} arrival`] : []);

/** What names everything for which the page has rung once these are known. */
export const knownOf = (rows: readonly ReceivedReferral[]): ReadonlySet<string> => new Set(rows.flatMap((row) => [requestOf(row), ...arrivalOf(row)]));

/**
 * True if the page shall ring: a request or the question for an arrival is new since the last look, or a vital emergency is still unopened. `known` is what
 * was there before.
 */
export function rings(rows: readonly ReceivedReferral[], known: ReadonlySet<string>): boolean {
  const isNew = rows.flatMap(arrivalOf).some((key) => !known.has(key));
  return isNew || unopened(rows).some((row) => row.referral.order.urgency === "stat" || !known.has(requestOf(row)));
}
