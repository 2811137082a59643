/**
 * A prescription as it is typed, kept on the device until it is signed. A signature whose answer was lost is asked for again with the same
 * identifier, also if the draft was changed meanwhile, and what was changed replaces it (`editor/signing.ts`). Pure.
 */

import { isInForce } from "../../client/workflow/prescriptions.ts";
import type { DppLine } from "../../protocol/api.ts";
import type { ConsultationId, FindingKind, PrescribedLine, Prescription, PrescriptionId } from "../../protocol/messages.ts";
import type { DraftDrug, DraftLine, PrescriptionDraft } from "../../protocol/prescriptions.ts";
import type { Product } from "../../ui/formulary/products.ts";
import { directionsOf, hasParts, labelOf, milliOf, quantityOf, quantityWord } from "./words.ts";

/** One drug as it is typed. */
export interface TypedLine {
  /** Names the line while others come and go. */
  key: string;
  drug: DraftDrug;
  dose: string;
  perDay: string;
  days: string;
  directions: string;
  /** The reasons for which the line stands although it is questioned. */
  whys: Partial<Record<FindingKind, string>>;
  /** How it was taken by the prescription that this one replaces. */
  before?: string;
}

/** A prescription as it is typed. */
export interface TypedPrescription {
  lines: readonly TypedLine[];
  allergies: string;
  /** The allergies that the national record tells, checked beside what is typed, which never replaces them. */
  known?: readonly DppLine[];
  /** The number of the person to whom they belong. */
  knownNumber?: string;
  /** The prescription that it replaces. */
  replaces?: PrescriptionId;
  /** The last signature that was asked for, whose answer may have been lost. */
  asked?: Asked;
}

/** A signature that was asked for. */
export interface Asked {
  prescription: PrescriptionId;
  /** What was to be signed. */
  content: string;
  /** The same as the server reads it, to be sent again. */
  draft: PrescriptionDraft;
}

/** The fields of a line. */
export type LineField = "drug" | "dose" | "perDay" | "days" | "directions";
/** A field that keeps a line from being signed: it is empty, or what was typed cannot be. */
export type Faults = Partial<Record<LineField, "missing" | "impossible">>;

/** The bounds of the server (`clinic/src/prescribing/draft.rs` and `clinic/src/prescription/mod.rs`). */
export const LIMITS = { prescriptions: 20, lines: 10, drug: 80, directions: 80, why: 200, doseMilli: 1_000_000, perDay: 24, days: 365 } as const;

export const blank = (allergies = ""): TypedPrescription => ({ lines: [], allergies });

/** True if there is something that would be lost. */
export const isBegun = ({ lines }: TypedPrescription): boolean => lines.length > 0;

/** A draft that knows no allergies of the national record. The same object if it knew none. */
export function forgetting(typed: TypedPrescription): TypedPrescription {
  const { known, knownNumber: _, ...rest } = typed;
  return known ? rest : typed;
}

/** A draft that knows what the national record told of this number, and of no other. The same object if it knew nothing else. */
export const ofNumber = (typed: TypedPrescription, number: string): TypedPrescription => (typed.knownNumber === number ? typed : forgetting(typed));

/** A draft from the device, with what the national record told before the device did. */
export function restored(kept: TypedPrescription, { known, knownNumber }: TypedPrescription): TypedPrescription {
  return known && knownNumber !== undefined ? { ...kept, known, knownNumber } : kept;
}

/**
 * What the device keeps of a draft that has changed: null if nothing, and undefined if what it has stays. What the national record tells is on the device
 * only with a draft that is begun, so that opening the editor after a signature brings nothing back there.
 */
export function keptOf(before: TypedPrescription, next: TypedPrescription): TypedPrescription | null | undefined {
  if (isBegun(next)) return next;
  if (next.known !== before.known) return undefined;
  // The allergies stay on the screen for the next prescription, and not on the device once one is signed.
  const isSigned = before.asked && !next.asked;
  return !isSigned && (next.allergies || next.replaces || next.asked) ? forgetting(next) : null;
}

/** A new line. The number of intakes is filled in where there is about one usual number. */
export function lineOf(drug: DraftDrug, product?: Product): TypedLine {
  const [least = 0, most = least] = product?.usual_per_day ?? [];
  const usual = least > 0 && most - least <= 1 ? String(least) : "";
  return { key: crypto.randomUUID(), drug, dose: "", perDay: usual, days: "", directions: "", whys: {} };
}

/** Another product in place of the one of a line. The days stay; the dose is asked anew, because another product has another strength or unit. */
export const inPlaceOf = ({ key, days }: TypedLine, product: Product): TypedLine => ({ ...lineOf({ listed: product.id }, product), key, days });

/** What replaces a signed prescription: its drugs and days. The dose is asked anew, because only its words were signed. */
export function replacing(typed: TypedPrescription, { signed }: Prescription): TypedPrescription {
  const again = ({ product, drug, days, directions }: PrescribedLine): TypedLine => ({
    ...lineOf(product ? { listed: product } : { other: drug }),
    days: String(days),
    before: directions,
  });
  return { ...typed, lines: isBegun(typed) ? typed.lines : signed.lines.map(again), replaces: signed.prescription };
}

/** The whole number that was typed; null if it is none. */
export const wholeOf = (typed: string): number | null => (/^\s*\d{1,6}\s*$/.test(typed) ? Number(typed) : null);

/** The thousandths of a unit at each intake; null for a drug that is not in the list, whose directions tell the dose. */
export const doseOf = ({ drug, dose }: TypedLine): number | null => ("listed" in drug ? milliOf(dose) : null);

/** What keeps a line from being signed. */
export function faultsOf(line: TypedLine): Faults {
  const faults: Faults = {};
  const [milli, perDay, days] = [doseOf(line), wholeOf(line.perDay), wholeOf(line.days)];
  const says = line.directions.trim() !== "";
  const out = (value: number | null, most: number) => value === null || value < 1 || value > most;
  if ("other" in line.drug && !line.drug.other.trim()) faults.drug = "missing";
  if ("other" in line.drug && !says) faults.directions = "missing";
  if ("listed" in line.drug) {
    if (line.dose.trim() && out(milli, LIMITS.doseMilli)) faults.dose = "impossible";
    else if (!line.dose.trim() && !says) faults.dose = "missing";
  }
  if (line.perDay.trim() && out(perDay, LIMITS.perDay)) faults.perDay = "impossible";
  else if (!line.perDay.trim() && !says) faults.perDay = "missing";
  if (!line.days.trim()) faults.days = "missing";
  else if (out(days, LIMITS.days)) faults.days = "impossible";
  return faults;
}

/** True if nothing in the lines keeps them from being signed. */
export const isComplete = ({ lines }: TypedPrescription): boolean =>
  lines.length > 0 && lines.every((line) => Object.keys(faultsOf(line)).length === 0);

/** Everything that the checks must know of allergies, one on a line; empty if nothing is known. */
const allergiesOf = ({ allergies, known = [] }: TypedPrescription): string =>
  [allergies.trim(), ...known.map(({ text }) => text)].filter(Boolean).join("\n");

/** The draft as the server reads it. What cannot be is left out of it, so that the rest can be checked. */
export function draftOf(typed: TypedPrescription, consultation: ConsultationId, prescription: PrescriptionId): PrescriptionDraft {
  const allergies = allergiesOf(typed);
  const justifications = typed.lines.flatMap(({ whys }, line) =>
    Object.entries(whys).flatMap(([kind, why]) => (why.trim() ? [{ line, kind: kind as FindingKind, why: why.trim() }] : [])),
  );
  return {
    prescription,
    consultation,
    lines: typed.lines.map(draftLine),
    ...(allergies && { allergies }),
    justifications,
    ...(typed.replaces && { replaces: typed.replaces }),
  };
}

function draftLine(line: TypedLine): DraftLine {
  const faults = faultsOf(line);
  const [milli, perDay] = [doseOf(line), wholeOf(line.perDay)];
  return {
    drug: line.drug,
    ...(milli !== null && !faults.dose && { dose_milli: milli }),
    ...(perDay !== null && !faults.perDay && { per_day: perDay }),
    days: faults.days ? 0 : (wholeOf(line.days) ?? 0),
    directions: line.directions.trim(),
  };
}

/** A line as it will read on the signed prescription. */
export function worded(line: TypedLine, product: Product | undefined): Omit<PrescribedLine, "product" | "atc"> {
  const drug = "other" in line.drug ? line.drug.other.trim() : product ? labelOf(product) : line.drug.listed;
  const [milli, unit, perDay, days] = [doseOf(line), product?.unit ?? null, wholeOf(line.perDay), wholeOf(line.days)];
  const directions = directionsOf(milli, unit, perDay, line.directions);
  const quantity = quantityOf(milli, unit, perDay, days);
  return { drug, directions, days: days ?? 0, quantity, unit: unit && quantity > 0 ? quantityWord(quantity, unit) : "" };
}

/** Doses that are usual for a product's unit, as they are typed. */
export const usualDoses = ({ unit }: Product): string[] => (hasParts(unit) ? ["¼", "½", "1", "1 ½", "2"] : ["1", "2"]);

/** The usual numbers of intakes a day, where there are few. */
export function usualPerDay({ usual_per_day: [least, most = least] = [] }: Product): number[] {
  if (least === undefined || most === undefined || most - least > 3) return [];
  return Array.from({ length: most - least + 1 }, (_, more) => least + more);
}

/** A new signature to ask for. */
export const asking = (typed: TypedPrescription, consultation: ConsultationId, prescription: PrescriptionId): Asked => ({
  prescription,
  content: contentOf(typed),
  draft: draftOf(typed, consultation, prescription),
});

/** The signature of exactly this draft that was asked for before and may be there; none if there is none. */
export const askedBefore = (typed: TypedPrescription): Asked | undefined =>
  typed.asked?.content === contentOf(typed) ? typed.asked : undefined;

/** The signature that was asked for before the draft was changed, of which nobody knows yet if it is there. */
export const unsettled = (typed: TypedPrescription): Asked | undefined => (askedBefore(typed) ? undefined : typed.asked);

/** What becomes of a draft when the server has refused the signature that was asked for. */
export function refused(typed: TypedPrescription, prescription: PrescriptionId): TypedPrescription {
  const { asked, ...rest } = typed;
  return asked?.prescription === prescription ? rest : typed;
}

/**
 * What becomes of a draft when the server tells the prescriptions of the consultation: it is gone if it was signed, replaces what was
 * signed of it before it was changed, and replaces nothing that is not in force any more. The same object if nothing becomes of it.
 */
export function told(typed: TypedPrescription, prescriptions: readonly Prescription[]): TypedPrescription {
  const of = (id: PrescriptionId | undefined) => prescriptions.find(({ signed }) => signed.prescription === id);
  const [signed, replaced] = [of(typed.asked?.prescription), of(typed.replaces)];
  if (signed) return settled(typed, signed.signed.prescription, isInForce(signed));
  if (!replaced || isInForce(replaced)) return typed;
  const { replaces: _, ...rest } = typed;
  return rest;
}

/** What becomes of a draft when the signature that was asked for is on the server's disk. */
export function settled(typed: TypedPrescription, prescription: PrescriptionId, inForce = true): TypedPrescription {
  const { asked, replaces, ...rest } = typed;
  if (asked?.prescription !== prescription) return typed;
  if (asked.content === contentOf(typed)) return restored(blank(typed.allergies), typed);
  return { ...rest, ...(inForce ? { replaces: prescription } : replaces && { replaces }) };
}

/** What is signed of a draft, without its allergies, which only the checks read. */
function contentOf({ lines, replaces }: TypedPrescription): string {
  return JSON.stringify([lines.map(({ drug, dose, perDay, days, directions, whys }) => [drug, dose, perDay, days, directions, whys]), replaces]);
}
