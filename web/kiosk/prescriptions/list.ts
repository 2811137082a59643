/** The prescriptions of one consultation as a list shows them. Pure, and independent of the order in which they came. */

import { isInForce, merged } from "../../client/workflow/prescriptions.ts";
import type { ConsultationId, Prescription } from "../../protocol/messages.ts";

/** What became of a prescription. One that was cancelled is cancelled, also if another one had replaced it. */
export type State = "in_force" | "replaced" | "cancelled";

/** The state of a prescription. */
export function stateOf(one: Prescription): State {
  if (one.cancelled) return "cancelled";
  return one.replaced_by ? "replaced" : "in_force";
}

/** Those in force first, and of two the later one. */
export const inOrder = (all: readonly Prescription[]): Prescription[] =>
  [...all].sort((a, b) => Number(isInForce(b)) - Number(isInForce(a)) || b.signed.at - a.signed.at);

/** The prescription that stands in place of this one; null if there is none, or if the tablet does not have it. */
export const replacementOf = ({ replaced_by }: Prescription, all: readonly Prescription[]): Prescription | null =>
  all.find(({ signed }) => signed.prescription === replaced_by) ?? null;

/** A prescription that another one replaces: its identifier, and when it was signed if the tablet has it. */
export interface Former {
  prescription: string;
  at: number | null;
}

/** Everything that a prescription replaces, also through those between them, the latest first. */
export function formerOf({ signed }: Prescription, all: readonly Prescription[]): Former[] {
  const found: Former[] = [];
  let before = signed.replaces;
  while (before !== undefined && !found.some(({ prescription }) => prescription === before)) {
    const known = all.find((one) => one.signed.prescription === before)?.signed;
    found.push({ prescription: before, at: known?.at ?? null });
    before = known?.replaces;
  }
  return found;
}

/** True if it may be printed: nothing ended it, and its time is not over. */
export const isPrintable = (one: Prescription, now: number): boolean => isInForce(one) && now < one.signed.valid_until;

/** What the tablet has kept and what it was told of one consultation; of two states of a prescription the one that ended it counts. */
export const together = (of: ConsultationId, kept: readonly Prescription[], told: readonly Prescription[]): Prescription[] =>
  merged(kept, told).filter(({ signed }) => signed.consultation === of);

/** The prescriptions of each consultation, the latest first. */
export function byConsultation(all: readonly Prescription[]): [ConsultationId, Prescription[]][] {
  const groups = new Map<ConsultationId, Prescription[]>();
  for (const one of [...all].sort((a, b) => b.signed.at - a.signed.at)) {
    const group = groups.get(one.signed.consultation) ?? [];
    groups.set(one.signed.consultation, [...group, one]);
  }
  return [...groups];
}

/** A thing of which the post is told in a call. */
export interface News {
  /** The same until something else became of the prescription. */
  key: string;
  prescription: Prescription;
}

/**
 * What was cancelled, and after it what was signed, each with the latest first: a drug that must not be given may not hide behind a new
 * one. That one was replaced is told by the one that replaces it.
 */
export function newsOf(all: readonly Prescription[]): News[] {
  const at = ({ prescription: { cancelled, signed } }: News) => cancelled?.at ?? signed.at;
  const isEnd = ({ prescription: { cancelled } }: News) => Number(!!cancelled);
  const told = all.filter((one) => stateOf(one) !== "replaced");
  return told
    .map((one) => ({ key: `${one.signed.prescription} ${stateOf(one)}`, prescription: one }))
    .sort((a, b) => isEnd(b) - isEnd(a) || at(b) - at(a));
}

/** The first thing that the post has not seen yet; null if it has seen all. */
export const nextNews = (all: readonly Prescription[], seen: ReadonlySet<string>): News | null =>
  newsOf(all).find(({ key }) => !seen.has(key)) ?? null;

/** How often something was signed or ended; it grows with each thing of which the post is told. */
export const countOfNews = (all: readonly Prescription[]): number => all.length + all.filter((one) => !isInForce(one)).length;
