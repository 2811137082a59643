/** What was given of a prescription, and what is left of it. `clinic/src/prescription/left.rs` is the same on the server. Pure. */

import type { DispensedLine, PrescribedLine } from "../../protocol/messages.ts";

/** Acts of dispensing, of whatever kind. */
type Acts = readonly { lines: readonly DispensedLine[] }[];

/** The units to be dispensed of a line: those prescribed, or one if they cannot be counted. */
export const toDispense = ({ quantity }: Pick<PrescribedLine, "quantity">): number => quantity || 1;

/** The units that were given of a line, counted from 0. */
export const givenOf = (place: number, acts: Acts): number =>
  acts.flatMap(({ lines }) => lines).reduce((sum, { line, quantity }) => (line === place ? sum + quantity : sum), 0);

/** The units of a line that are not given yet. */
export const leftOfLine = (line: Pick<PrescribedLine, "quantity">, place: number, acts: Acts): number => Math.max(0, toDispense(line) - givenOf(place, acts));

/** How much of a prescription was given. */
export type Extent = "none" | "part" | "whole";

/** How much of a prescription was given in all. */
export function extentOf(lines: readonly Pick<PrescribedLine, "quantity">[], acts: Acts): Extent {
  if (lines.every((line, place) => leftOfLine(line, place, acts) === 0)) return "whole";
  return lines.some((_, place) => givenOf(place, acts) > 0) ? "part" : "none";
}

/** What cannot be a quantity of a line that is given now; null if it can be. */
export function quantityFault(typed: string, left: number): "whole" | "zero" | "exceeds" | null {
  const text = typed.replace(/\s/g, "");
  if (!/^\d+$/.test(text)) return "whole";
  if (Number(text) === 0) return "zero";
  return Number(text) > left ? "exceeds" : null;
}
