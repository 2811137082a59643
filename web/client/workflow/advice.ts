/** Corrections of signed advice, and which advice stands. Pure, and independent of the order of its lists. */

import type { Advice } from "../../protocol/messages.ts";

/** The advice that is to be read in place of this one; null if it stands. The last one counts, also one that corrects the same text. */
export function correctionOf(advice: Advice, all: readonly Advice[]): Advice | null {
  const { consultation, revision, replaces, at } = advice;
  const corrects = (one: Advice) =>
    one !== advice &&
    one.consultation === consultation &&
    one.replaces !== undefined &&
    (one.replaces === revision ? one.at >= at : one.replaces === replaces && one.at > at);
  return all.filter(corrects).reduce<Advice | null>((last, one) => (last && last.at > one.at ? last : one), null);
}

/** The advice that nothing has replaced, the oldest first. */
export const standing = (all: readonly Advice[]): Advice[] =>
  all.filter((one) => !correctionOf(one, all)).sort((a, b) => a.at - b.at);

/** What this advice replaces, also through corrections between them, the oldest first. */
export function replacedBy(advice: Advice, all: readonly Advice[]): Advice[] {
  const found = new Set<Advice>();
  for (let step: readonly Advice[] = [advice]; step.length; ) {
    step = all.filter((one) => !found.has(one) && step.includes(correctionOf(one, all) as Advice));
    for (const one of step) found.add(one);
  }
  return [...found].sort((a, b) => a.at - b.at);
}
