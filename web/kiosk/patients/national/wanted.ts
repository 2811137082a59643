/** Who is asked for, by what stands in the form. */

import type { FindDppPatient } from "../../../protocol/api.ts";
import { birthYearOf, type Form } from "../../form.ts";

/** What is asked for: by the number if one was typed, otherwise by name, year of birth and sex; null if that is too little. */
export function wantedOf(typed: Form): FindDppPatient | null {
  const number = typed.unknown ? "" : typed.dpp.trim();
  if (number.length >= LEAST_CHARS) return { number };
  const name = typed.name.trim();
  if (name.length < LEAST_CHARS) return null;
  const born = birthYearOf(typed);
  return { name, ...(born !== null && { birth_year: born }), ...(typed.choices.sex && { sex: typed.choices.sex }) };
}

/** True if both ask for the same person: age and sex may be filled in while the answer is on the screen. */
export const isSame = (one: FindDppPatient, other: FindDppPatient): boolean =>
  one.number === other.number && one.name === other.name;

/** A date as it is typed, such as "5/3/1994" or "03/1994", as the file has it: "1994-03-05" or "1994-03". */
export function isoDate(typed: string): string {
  const parts = typed.split(/\D+/).filter(Boolean);
  const isIso = parts[0]?.length === 4;
  return (isIso ? parts : parts.reverse()).map((part) => part.padStart(2, "0")).join("-");
}

/** The least that is asked for, in characters. */
const LEAST_CHARS = 3;
