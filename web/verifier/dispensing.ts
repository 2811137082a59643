/** What somebody at a pharmacy types into the form of dispensing. Pure. */

import { leftOfLine, quantityFault } from "../client/workflow/dispensing.ts";
import type { DispensedLine, RefusalReason } from "../protocol/messages.ts";
import type { DispensedSomewhere } from "../protocol/prescriptions.ts";
import type { Line } from "./prescription.ts";

/** One line as it is typed. */
export interface TypedLine {
  /** Empty for a line of which nothing is left. */
  quantity: string;
  /** Why nothing is given; empty if it is simply not given now. */
  why: RefusalReason | "";
}

/** The reasons for which a line is not given. */
export const REASONS: readonly RefusalReason[] = ["out_of_stock", "declined", "too_expensive", "doubt"];

/** All that is left of each line. */
export const blankLines = (lines: readonly Line[], acts: readonly DispensedSomewhere[]): TypedLine[] =>
  lines.map((line, place) => ({ quantity: quantityLeft(line, place, acts), why: "" }));

function quantityLeft(line: Line, place: number, acts: readonly DispensedSomewhere[]): string {
  const left = leftOfLine(line, place, acts);
  return left === 0 ? "" : String(left);
}

/** What is wrong with what was typed. */
export interface Faults {
  ofLines: ("whole" | "exceeds" | null)[];
  /** True if nothing is said of any line. */
  isEmpty: boolean;
  isAny: boolean;
}

/** What is wrong with what was typed. None given is right: the line stays for another time. */
export function faultsOf(typed: readonly TypedLine[], lines: readonly Line[], acts: readonly DispensedSomewhere[]): Faults {
  const ofLines = lines.map((line, place) => {
    const left = leftOfLine(line, place, acts);
    const fault = left === 0 ? null : quantityFault(typed[place]?.quantity ?? "", left);
    return fault === "zero" ? null : fault;
  });
  const isEmpty = linesOf(typed).length === 0;
  return { ofLines, isEmpty, isAny: isEmpty || ofLines.some(Boolean) };
}

/** What is said of the lines: those of which something is given, and those that have a reason. */
export function linesOf(typed: readonly TypedLine[]): DispensedLine[] {
  return typed.flatMap(({ quantity, why }, line): DispensedLine[] => {
    const given = Number(quantity.replace(/\s/g, ""));
    if (given > 0) return [{ line, quantity: given }];
    return why ? [{ line, quantity: 0, refused: why }] : [];
  });
}
