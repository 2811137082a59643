/** What a post must know of an evacuation, in one word, and which of several comes first. Pure. */

import { isRejectedOnTheWay } from "../../client/workflow/answers.ts";
import { newlyClosed } from "../../client/workflow/closed-structures.ts";
import { isDepartureDue } from "../../client/workflow/departures.ts";
import { isArrivalDue, isOver, isUnanswered } from "../../client/workflow/referrals.ts";
import type { ConsultationId, Referral } from "../../protocol/messages.ts";
import { keyOf } from "./known.ts";

/** What must be known, the most pressing first. */
export const WORDS = ["rejected_on_way", "unanswered", "rejected", "arrival_due", "departure_due", "closed", "accepted", "under_way", "ended", "counter", "there"] as const;
export type Word = (typeof WORDS)[number];

/** What the post says with "Pas encore" at a time: it is kept with what it has seen, and holds until another structure is asked. */
export const notYet = (one: Referral, now: number): string => keyOf(one, `${NOT_YET}${now}`);

/** True if the post is to be asked whether the patient has left, and has not said a moment ago that they have not. */
export const asksDeparture = (one: Referral, now: number, seen: ReadonlySet<string>): boolean =>
  isDepartureDue(one, now) && !sinceNotYet(one, now, seen).some((ms) => ms >= 0 && ms < QUIET_MS);

/** For how long it is that the post has said so, each time. */
const sinceNotYet = ({ order, structure }: Referral, now: number, seen: ReadonlySet<string>): number[] =>
  [...seen]
    .map((key) => key.split(" "))
    .filter(([referral, word = "", of]) => referral === order.referral && word.startsWith(NOT_YET) && of === structure.id)
    .map(([, word = ""]) => now - Number(word.slice(NOT_YET.length)));

/** The word for an evacuation, for a post that has seen these. */
export function wordOf(one: Referral, now: number, seen: ReadonlySet<string> = NOTHING): Word {
  if (isRejectedOnTheWay(one)) return "rejected_on_way";
  if (isUnanswered(one)) return "unanswered";
  if (isArrivalDue(one, now)) return "arrival_due";
  if (asksDeparture(one, now, seen)) return "departure_due";
  switch (one.state) {
    case "rejected":
    case "accepted":
      return one.state;
    case "arrived":
    case "in_care":
      return "there";
    case "completed":
      return "counter";
    case "failed":
    case "cancelled":
      return "ended";
    case "requested":
    case "received":
      return newlyClosed(one) ? "closed" : "under_way";
    default:
      return "under_way";
  }
}

/** One thing to tell. */
export interface News {
  word: Word;
  one: Referral;
  /** The same until something else is to be told of this evacuation. */
  key: string;
}

const newsOf = (one: Referral, now: number, seen: ReadonlySet<string>): News => {
  const word = wordOf(one, now, seen);
  return { word, one, key: keyOf(one, word) };
};

const inOrder = (all: readonly Referral[], seen: ReadonlySet<string>, now: number): News[] =>
  all.map((one) => newsOf(one, now, seen)).sort((a, b) => WORDS.indexOf(a.word) - WORDS.indexOf(b.word) || b.one.order.at - a.one.order.at);

/** What a call tells: what needs the post at once for as long as it is so, and everything else until it was seen. */
export const nextInCall = (all: readonly Referral[], seen: ReadonlySet<string>, now: number): News | null =>
  inOrder(all, seen, now).find(({ word, key }) => isPressing(word) || !seen.has(key)) ?? null;

/** What the first screen tells: what is under way for as long as it is so, and an end or a contre-référence until it was seen. */
export const onFirstScreen = (all: readonly Referral[], seen: ReadonlySet<string>, now: number): News[] =>
  inOrder(all, seen, now).filter(({ word, key, one }) => (word === "counter" || (word === "ended" && !isOwnEnd(one)) ? !seen.has(key) : word !== "there" && word !== "ended"));

/** The consultations of these as their list shows them: the most pressing first, and last those that are over and of which the post has seen the end. */
export function inListOrder(all: readonly Referral[], seen: ReadonlySet<string>, now: number): ConsultationId[] {
  const news = inOrder(all, seen, now);
  const isSettled = ({ one, key }: News) => isOver(one) && seen.has(key);
  return [...new Set([...news.filter((one) => !isSettled(one)), ...news.filter(isSettled)].map(({ one }) => one.order.consultation))];
}

/** What was told of these on a screen that shows all of it. That a contre-référence was read is said by a person, and not by the screen. */
export const keysOf = (all: readonly Referral[], now: number, seen: ReadonlySet<string> = NOTHING): string[] =>
  all.map((one) => newsOf(one, now, seen)).flatMap(({ word, key }) => (word === "counter" ? [] : [key]));

/** True if the post cannot wait. */
export const isPressing = (word: Word): boolean => PRESSING.has(word);

/** True if the post should hear it: it cannot wait, or somebody may be about to leave for a structure that is closed. */
export const isLoud = (word: Word): boolean => isPressing(word) || word === "closed";

const PRESSING: ReadonlySet<Word> = new Set(["rejected_on_way", "unanswered", "rejected", "arrival_due", "departure_due"]);

const NOTHING: ReadonlySet<string> = new Set();
const NOT_YET = "not_yet@";
/** The time for which a post that says "Pas encore" is not asked again. */
const QUIET_MS = 30 * 60_000;

/** True if this post has ended it itself. */
const isOwnEnd = ({ steps = [] }: Referral): boolean => steps.at(-1)?.actor === "post";
