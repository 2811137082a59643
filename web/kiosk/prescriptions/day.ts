/** The parts of a day at which a drug is taken. */

/** A part of the day. */
export type Part = "morning" | "noon" | "evening" | "night";
/** The parts, from the morning on. */
export const PARTS: readonly Part[] = ["morning", "noon", "evening", "night"];

/**
 * The parts at which doses fall that are given as two to four times a day, and nothing else: `1 comprimé 3 fois par jour`. Null for all
 * other directions, because what a picture leaves out is not done, and for once a day, because nobody has signed at which time.
 */
export function partsOf(directions: string): readonly Part[] | null {
  const times = /^(?:[\d,¼½¾ ]+ (?!ou )\p{L}{2,} )?([2-4]) fois par jour$/u.exec(directions)?.[1];
  return times ? (SPREAD[Number(times) - 2] ?? null) : null;
}

const SPREAD: readonly (readonly Part[])[] = [["morning", "evening"], ["morning", "noon", "evening"], PARTS];
