/**
 * What the QR code of a printed sheet holds: the number of the consultation, the time of the last advice, and the hash of the
 * text, by which anybody who has the record can tell whether the paper says the same. It holds nothing about the patient.
 */

import type { Advice } from "../../protocol/messages.ts";

/** The content of the code: four lines, of which the first names the form. */
export async function sealOf(advice: readonly Advice[]): Promise<string> {
  const { consultation = "", at = 0 } = advice.at(-1) ?? {};
  return [FORM, `n=${consultation}`, `d=${minuteOf(at)}`, `sha256=${await hashOf(advice)}`].join("\n");
}

/** The SHA-256 of all texts that the sheet prints, in its order, in UTF-8 with an empty line between two, as base64url. */
async function hashOf(advice: readonly Advice[]): Promise<string> {
  const text = new TextEncoder().encode(advice.map(({ text }) => text).join("\n\n"));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  return btoa(String.fromCharCode(...digest)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The minute in UTC, such as "2028-02-29T23:57Z": for machines, and so in no country's zone. */
const minuteOf = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`;

/** The number of a consultation as people read it out: the first eight digits of its identifier. */
export const shortNumber = (consultation: string): string =>
  `${consultation.slice(0, 4)}-${consultation.slice(4, 8)}`.toUpperCase();

const FORM = "TERANGA1";
