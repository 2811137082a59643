/** What became of an evacuation that its specialist must hear of: nobody answers, the structure was closed, the patient did not arrive or died on the way, or the receiving structure wrote back. Pure. */

import { isRejectedOnTheWay } from "../../client/workflow/answers.ts";
import { newlyClosed } from "../../client/workflow/closed-structures.ts";
import type { Referral } from "../../protocol/messages.ts";
import { nextOf } from "./next.ts";

/** What is told, in one word. */
export type Word = "rejected_on_way" | "closed" | "closed_last" | "unanswered" | "rejected" | "failed" | "died" | "counter";

export interface News {
  referral: Referral;
  word: Word;
  /** Names this news, for what was read. */
  key: string;
}

/** The news, those that need somebody first. */
export function newsOf(referrals: Iterable<Referral>): News[] {
  const all = [...referrals].flatMap((referral) => {
    const word = wordOf(referral);
    return word ? [{ referral, word, key: `${referral.order.referral} ${word} ${referral.asked_at}` }] : [];
  });
  return all.sort((a, b) => RANK.indexOf(a.word) - RANK.indexOf(b.word));
}

function wordOf(referral: Referral): Word | null {
  const { state, unanswered_since } = referral;
  if (state === "completed") return "counter";
  if (state === "failed") return referral.failed === "died_on_the_way" ? "died" : "failed";
  if (isRejectedOnTheWay(referral)) return "rejected_on_way";
  if (state === "rejected") return nextOf(referral) ? null : newlyClosed(referral) ? "closed_last" : "rejected";
  if (state !== "requested" && state !== "received" && state !== "en_route") return null;
  if (unanswered_since !== undefined) return "unanswered";
  return state !== "en_route" && newlyClosed(referral) ? "closed" : null;
}

const RANK: readonly Word[] = ["rejected_on_way", "unanswered", "closed_last", "rejected", "closed", "died", "failed", "counter"];
