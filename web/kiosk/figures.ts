/**
 * The figures of the form: how a typed text becomes a value, and what was probably meant by one that cannot be. Nothing
 * typed is dropped here: a text is a figure, or it travels as it was typed. Pure.
 */

import type { Vital } from "../protocol/messages.ts";
import { PLAUSIBLE, POSSIBLE } from "../protocol/rules.ts";

/** The fields for figures. */
export type NumberName =
  | "age"
  | "term"
  | "weight"
  | "systolic"
  | "diastolic"
  | "pulse"
  | "breathing"
  | "spo2"
  | "temperature"
  | "glucose"
  | "gravidity"
  | "parity";

/** The unit of an age, of which `born` is a year of birth, and of a blood glucose. */
export type AgeUnit = "years" | "months" | "days" | "born";
export type GlucoseUnit = "g_l" | "mmol_l";
/** The units that were chosen. */
export interface Units {
  age: AgeUnit;
  glucose: GlucoseUnit;
}

/** The vital that a field tells, and how many of its units are in one typed unit. */
export function scaleOf(name: NumberName, units: Units): { vital: Vital; scale: number } {
  switch (name) {
    case "age":
      return { vital: units.age === "born" ? "age_years" : `age_${units.age}`, scale: 1 };
    case "term":
      return { vital: "term_weeks", scale: 1 };
    case "weight":
      return { vital: "weight_g", scale: 1000 };
    case "breathing":
      return { vital: "breathing_rate", scale: 1 };
    case "temperature":
      return { vital: "temperature_dc", scale: 10 };
    case "glucose":
      return { vital: "glucose_mg_dl", scale: units.glucose === "g_l" ? 100 : MG_DL_IN_A_MMOL_L };
    default:
      return { vital: name, scale: 1 };
  }
}

/** The judgement of a text: a figure that can be, a figure that is rare, or none. */
export interface Judgement {
  state: "empty" | "good" | "rare" | "impossible";
  /** The figure in the vital's unit, where it can be. */
  figure: number | null;
  /** The texts that were probably meant, by field; null if nothing is near. */
  proposal: Partial<Record<NumberName, string>> | null;
}

/** Judges what was typed. `year` is the present one, because a year of birth is a common answer for an age. */
export function judge(name: NumberName, typed = "", units: Units, year: number): Judgement {
  const text = typed.trim();
  if (!text) return { state: "empty", figure: null, proposal: null };
  const value = parse(text);
  const figure = value === null ? null : figureOf(name, value, units, year);
  const { vital } = scaleOf(name, units);
  if (figure !== null && within(PLAUSIBLE[vital], figure)) return { state: "good", figure, proposal: null };
  const proposal = pair(name, text, units, year) ?? proposed(name, value, units, year);
  const possible = figure !== null && within(POSSIBLE[vital], figure);
  return possible ? { state: "rare", figure, proposal } : { state: "impossible", figure: null, proposal };
}

/** Parses a number with a decimal comma or point; null if it is none. */
export function parse(typed: string): number | null {
  const text = typed.trim().replace(",", ".");
  return /^\d+(\.\d*)?$/.test(text) ? Number(text) : null;
}

/** The value in the vital's unit. In the field for a year of birth, a number below 1,000 is no year and gives no age. */
function figureOf(name: NumberName, value: number, units: Units, year: number): number {
  if (name === "age" && units.age === "born") return value >= 1000 ? year - value : -1;
  return Math.round(value * scaleOf(name, units).scale);
}

/** "12/8" or "120/80" in the field of the systolic pressure. */
function pair(name: NumberName, text: string, units: Units, year: number): Judgement["proposal"] {
  if (name !== "systolic" && name !== "diastolic") return null;
  const [, high, low] = /^(\d+)\s*[/\s-]\s*(\d+)$/.exec(text) ?? [];
  if (!high || !low) return null;
  const [systolic, diastolic] = [pressure("systolic", high, units, year), pressure("diastolic", low, units, year)];
  return systolic && diastolic ? { systolic, diastolic } : null;
}

/** A pressure in mmHg; one that was said in cmHg is ten times as much. */
function pressure(name: NumberName, text: string, units: Units, year: number): string | null {
  const value = Number(text);
  const good = [value, value * 10].find((one) => isGood(name, one, units, year));
  return good === undefined ? null : String(good);
}

function proposed(name: NumberName, value: number | null, units: Units, year: number): Judgement["proposal"] {
  if (value === null || value <= 0) return null;
  const meant = [
    ...(name === "age" ? [year - value] : []),
    // Thousands in the field for kilograms are the grams of a baby.
    ...(name === "weight" && value >= 1000 ? [rounded(value / 1000)] : []),
    ...[0.1, 10, 0.01, 0.001, 100].map((by) => rounded(value * by)),
    ...(name === "temperature" ? [rounded((value - 32) / 1.8)] : []),
    ...(name === "glucose" ? [rounded((value / 100) * MG_DL_IN_A_MMOL_L)] : []),
  ].find((one) => isGood(name, one, units, year) && (SPLIT.includes(name) || Number.isInteger(one)));
  return meant === undefined ? null : { [name]: String(meant).replace(".", ",") };
}

const isGood = (name: NumberName, value: number, units: Units, year: number) =>
  within(PLAUSIBLE[scaleOf(name, units).vital], figureOf(name, value, units, year));
const within = ([least, most]: readonly [number, number], figure: number) => figure >= least && figure <= most;
const rounded = (value: number) => Math.round(value * 100) / 100;

/** The fields that have decimals. */
export const SPLIT: NumberName[] = ["temperature", "weight", "glucose"];
/** The milligrams per decilitre in a millimole of glucose per litre, of which a mole weighs 180.156 g. */
const MG_DL_IN_A_MMOL_L = 18.0156;
