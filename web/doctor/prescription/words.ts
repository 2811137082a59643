/**
 * Doses and directions in French words, as they stand on a signed prescription whatever the language of the page.
 * `clinic/src/prescribing/words.rs` writes the words that are signed; these show them before that. Pure.
 */

import type { Intake } from "../../protocol/messages.ts";
import type { DoseUnit, Product } from "../../ui/formulary/products.ts";

/** The label of a product, as `amoxicilline 250 mg, comprimé dispersible`. */
export const labelOf = ({ inn, strength, form }: Pick<Product, "inn" | "strength" | "form">): string =>
  strength ? `${inn} ${strength}, ${form}` : `${inn}, ${form}`;

/** How a drug is taken: `1 ½ comprimé 2 fois par jour`, with what the specialist adds. A value is null if it is not typed. */
export function directionsOf(milli: number | null, unit: DoseUnit | null, perDay: number | null, more: string): string {
  const dose = milli !== null && unit ? amount(milli, unit) : "";
  const times = perDay !== null ? `${perDay} fois par jour` : "";
  const counted = [dose, times].filter(Boolean).join(" ");
  return [counted, more.split(/\s+/).filter(Boolean).join(" ")].filter(Boolean).join(", ");
}

/** A number of units, given in thousandths of one: `½ comprimé`, `2,5 ml`. */
export function amount(milli: number, unit: DoseUnit): string {
  const [one, many] = UNITS[unit];
  return `${numberOf(milli, hasParts(unit))} ${milli < 2000 ? one : many}`;
}

/** True if people speak of halves and quarters of this unit. */
export const hasParts = (unit: DoseUnit): boolean => UNITS[unit][2] === true;

/** The word for several of a unit. */
export const unitWord = (unit: DoseUnit): string => UNITS[unit][1];

/**
 * Thousandths of a unit in what was typed: `1,5`, `1.5`, `½`, `1 ½`, `3/4`, `1 1/2`. Null if it is no number; what has more than three
 * decimals is none, because it would be changed, and of fractions only halves and quarters can be broken.
 */
export function milliOf(typed: string): number | null {
  const text = typed.trim().replace(/[¼½¾]/g, (part) => ` ${PARTS[part]} `).trim();
  const [, whole = "0", over, under] = /^(?:(\d{1,4})\s+)?(\d{1,2})\s*\/\s*([24])$/.exec(text) ?? [];
  if (over && under) return Number(whole) * 1000 + (Number(over) * 1000) / Number(under);
  const [, units, decimals = ""] = /^(\d{1,6})(?:[.,](\d{1,3}))?$/.exec(text) ?? [];
  return units === undefined ? null : Number(units) * 1000 + Number(decimals.padEnd(3, "0"));
}

/** A number of thousandths as it is typed: `½`, `1 ½`, `2,5`. */
export function numberOf(milli: number, parts: boolean): string {
  const [whole, rest] = [Math.floor(milli / 1000), milli % 1000];
  const part = parts ? ({ 250: "¼", 500: "½", 750: "¾" } as Record<number, string>)[rest] : undefined;
  if (rest === 0) return String(whole);
  if (part) return whole ? `${whole} ${part}` : part;
  return `${whole},${String(rest).padStart(3, "0")}`.replace(/0+$/, "");
}

/** Units of the product for the whole course; 0 where they cannot be counted. */
export function quantityOf(milli: number | null, unit: DoseUnit | null, perDay: number | null, days: number | null): number {
  if (milli === null || !unit || perDay === null || days === null || UNCOUNTED.includes(unit)) return 0;
  return Math.ceil((milli * perDay * days) / 1000);
}

/** The word for the units of a quantity, as the server signs it: `comprimés` for 15, `comprimé` for 1. */
export const quantityWord = (quantity: number, unit: DoseUnit): string => UNITS[unit][quantity < 2 ? 0 : 1];

/** The patient as the prescription names them: `A. D., F, 1 an 4 mois`. Empty if nothing is known. */
export function patientWords({ name, sex, age_years, age_months, age_days }: Intake): string {
  const plural = (count: number | null | undefined, one: string, many: string) => (count ? `${count} ${count === 1 ? one : many}` : "");
  const age = [plural(age_years, "an", "ans"), plural(age_months, "mois", "mois"), plural(age_days, "jour", "jours")];
  const sexes: Record<string, string> = { female: "F", male: "M" };
  return [name, sex && sexes[sex], age.filter(Boolean).join(" ")].filter(Boolean).join(", ");
}

const UNCOUNTED: readonly DoseUnit[] = ["application", "drop", "puff", "unit"];
const PARTS: Record<string, string> = { "¼": "1/4", "½": "1/2", "¾": "3/4" };

/** The word for one and for several units, and whether people speak of halves and quarters. */
const UNITS: Record<DoseUnit, readonly [one: string, many: string, parts?: true]> = {
  tablet: ["comprimé", "comprimés", true],
  capsule: ["gélule", "gélules"],
  ml: ["ml", "ml"],
  ampoule: ["ampoule", "ampoules", true],
  vial: ["flacon", "flacons", true],
  sachet: ["sachet", "sachets", true],
  drop: ["goutte", "gouttes"],
  puff: ["bouffée", "bouffées"],
  suppository: ["suppositoire", "suppositoires", true],
  application: ["application", "applications"],
  dose: ["dose", "doses"],
  unit: ["UI", "UI"],
};
