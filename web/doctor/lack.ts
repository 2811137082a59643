/** What the outcome of a consultation still lacks, in a call and in a case alike. Pure. */

import type { Disposition } from "../protocol/messages.ts";

/**
 * The prescription that an outcome names, the advice that tells of the act that it names, or anything written. Only the last one does
 * not keep a consultation open (`refuse_label` of the server).
 */
export type Lack = "prescription" | "needs_advice" | "silent";

/** What an outcome lacks; `silent` if there is no advice, and `prescribed` if a prescription is in force. */
export function lackOf(how: Disposition | null, silent: boolean, prescribed: boolean): Lack | null {
  if (how === "prescription") return prescribed ? null : "prescription";
  if (silent && how && how !== "advice") return "needs_advice";
  return silent && !prescribed ? "silent" : null;
}
