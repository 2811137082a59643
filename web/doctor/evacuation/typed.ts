/**
 * An evacuation as it is typed, kept on the device until it is sent. One whose answer was lost stays as it was sent, and is sent again with
 * the same identifier, so that it is asked for once. Pure.
 */

import type { Need, Referral, ReferralId } from "../../protocol/messages.ts";
import type { OrderReferral } from "../../protocol/referrals.ts";
import type { OwnWords } from "./letter.ts";

export interface TypedEvacuation {
  needs: readonly Need[];
  /** The structures in the order in which they are asked. */
  order: readonly string[];
  /** What the doctor has written; the record fills in the other fields. */
  letter: OwnWords;
  /** What was sent and has no answer yet. */
  asked?: OrderReferral;
}

export const blank = (): TypedEvacuation => ({ needs: [], order: [], letter: {} });

/** True if there is something that would be lost. */
export const isBegun = ({ needs, order, letter, asked }: TypedEvacuation): boolean =>
  needs.length > 0 || order.length > 0 || Object.keys(letter).length > 0 || asked !== undefined;

/** The draft after the server has told its evacuations: nothing is left of one that it has. */
export function told(typed: TypedEvacuation, referrals: readonly Referral[]): TypedEvacuation {
  return typed.asked && referrals.some(({ order }) => order.referral === typed.asked?.referral) ? blank() : typed;
}

/** The draft with what is sent. */
export const asking = (typed: TypedEvacuation, draft: OrderReferral): TypedEvacuation => ({ ...typed, asked: draft });

/** The draft after the server refused what was sent: it can be changed again. */
export function refused(typed: TypedEvacuation, referral: ReferralId): TypedEvacuation {
  if (typed.asked?.referral !== referral) return typed;
  const { asked: _, ...rest } = typed;
  return rest;
}

/** True for a draft that this version of the page can read. */
export const isTyped = (kept: TypedEvacuation | undefined): kept is TypedEvacuation =>
  !!kept && Array.isArray(kept.needs) && Array.isArray(kept.order) && typeof kept.letter === "object" && kept.letter !== null;

/** The errors after which nobody knows whether the server has it. */
const LOST: readonly string[] = ["offline", "internal", "storage", "draining"];

/** True if an error tells that nothing was stored. */
export const isRefusal = (error: unknown): boolean => {
  const code = (error as { code?: string } | null)?.code;
  return code !== undefined && !LOST.includes(code);
};
