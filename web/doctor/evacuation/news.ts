/** What became of an evacuation that its specialist must hear of: nobody answers, the patient did not arrive or died on the way, or the receiving structure wrote back. Pure. */

import type { Referral } from "../../protocol/messages.ts";
import { nextOf } from "./next.ts";

/** What is told, in one word. */
export type Word = "unanswered" | "rejected" | "failed" | "died" | "counter";

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
  if (state === "rejected") return nextOf(referral) ? null : "rejected";
  return unanswered_since !== undefined && (state === "requested" || state === "received") ? "unanswered" : null;
}

const RANK: readonly Word[] = ["unanswered", "rejected", "died", "failed", "counter"];
