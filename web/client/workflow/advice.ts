/** Corrections of signed advice. Pure. */

import type { Advice } from "../../protocol/messages.ts";

/** The advice that corrects this one; null if it stands. Among several the last one counts. */
export function correctionOf(advice: Advice, all: readonly Advice[]): Advice | null {
  const corrects = (one: Advice) =>
    one.consultation === advice.consultation && one.replaces === advice.revision && one.at >= advice.at && one !== advice;
  return all.findLast(corrects) ?? null;
}
