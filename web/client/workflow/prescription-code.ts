/**
 * The code of a prescription, for where there is no camera: the first 50 bits of its identifier in ten characters of Crockford's base 32,
 * in two groups of five. `clinic/src/prescription/code.rs` is the same on the server. Pure.
 */

import type { PrescriptionId } from "../../protocol/messages.ts";

/** The code of a prescription, as `7K3M9-QRT2X`; empty if it is no identifier. */
export function codeOf(id: PrescriptionId): string {
  // Thirteen hexadecimal digits have 52 bits, of which the last two are not told; a number holds 53 without rounding.
  let told = Math.floor(Number.parseInt(id.replaceAll("-", "").slice(0, 13), 16) / 4);
  if (!Number.isFinite(told)) return "";
  let code = "";
  for (let place = 0; place < CHARS; place++) {
    code = ALPHABET[told % 32] + code;
    told = Math.floor(told / 32);
  }
  return grouped(code);
}

/** Reads a code as people type it; null if these are not ten characters of the alphabet. */
export const readCode = (typed: string): string | null => read(typed, [CHARS]);

/** Reads the code of an evacuation: the structures that are asked after the first one have five characters more. */
export const readLetterCode = (typed: string): string | null => read(typed, [CHARS, CHARS + GROUP]);

function read(typed: string, lengths: readonly number[]): string | null {
  const code = typed.toUpperCase().replace(/[\s\p{Pd}]/gu, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  return lengths.includes(code.length) && [...code].every((letter) => ALPHABET.includes(letter)) ? grouped(code) : null;
}

const grouped = (code: string): string => (code.match(/.{5}/g) ?? []).join("-");

/** No I, L, O and U, which are mistaken for others. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHARS = 10;
const GROUP = 5;
