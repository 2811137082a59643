/** What became of a prescription meanwhile, asked before it is put on paper, which nobody can take back. */

import type { Prescription } from "../../protocol/messages.ts";
import { together } from "./list.ts";

/**
 * The prescriptions of a consultation with what `read` tells of them. What is here stands if it tells nothing in time: a post without a
 * network prints what it has.
 */
export async function toldNow(
  of: Prescription,
  all: readonly Prescription[],
  read: () => Promise<readonly Prescription[]>,
  patience_ms = PATIENCE_MS,
): Promise<Prescription[]> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<readonly Prescription[]>((resolve) => (timer = setTimeout(() => resolve([]), patience_ms)));
  const told = await Promise.race([read().catch(() => []), late]);
  clearTimeout(timer);
  return together(of.signed.consultation, all, told);
}

/** Somebody stands at the printer. */
const PATIENCE_MS = 3000;
