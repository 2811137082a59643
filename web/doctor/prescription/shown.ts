/** What the doctor has read before signing, to be compared with what the server has signed. It is in the memory of the page only. */

import type { PrescribedLine, PrescriptionId } from "../../protocol/messages.ts";

/** The words of a line, as they are read. */
export type ShownLine = Omit<PrescribedLine, "product" | "atc">;

const shown = new Map<PrescriptionId, readonly ShownLine[]>();

/** Remembers what was read before a signature was asked for. */
export const rememberShown = (id: PrescriptionId, lines: readonly ShownLine[]): void => void shown.set(id, lines);

/** True if other words were signed than those that were read on this page. */
export function isSignedOtherwise(id: PrescriptionId, signed: readonly ShownLine[]): boolean {
  const read = shown.get(id);
  return read !== undefined && textOf(read) !== textOf(signed);
}

const textOf = (lines: readonly ShownLine[]): string =>
  JSON.stringify(lines.map(({ drug, directions, days, quantity, unit }) => [drug, directions, days, quantity, unit]));
