/** The way from the text of a QR code to a verdict. The signature is checked before any claim is read. */

import type { TrustedKey } from "../protocol/prescriptions.ts";
import { fromBase45 } from "./base45.ts";
import { MAX_BYTES } from "./cbor.ts";
import { readSign1, type SignedMessage, verifies } from "./cose.ts";
import { inflate } from "./inflate.ts";
import { readClaims } from "./prescription.ts";
import { type ClockReading, type Evidence, type Verdict, verdictOf } from "./verdict.ts";

/** The verdict about a text, by the keys that are trusted. It never rejects. */
export async function check(text: string, keys: readonly TrustedKey[], clock: ClockReading): Promise<Verdict> {
  return verdictOf(await evidence(text, keys), clock);
}

/** True if this browser has what a verification needs. */
export const canCheck = (): boolean => "DecompressionStream" in globalThis && globalThis.crypto?.subtle !== undefined;

async function evidence(text: string, keys: readonly TrustedKey[]): Promise<Evidence> {
  const signed = await unpack(text);
  if (!signed) return { readable: false, candidates: 0, signers: [], claims: null };
  const candidates = keys.filter(({ kid }) => kid === signed.kid);
  const tried = await Promise.all(candidates.map((key) => verifies(signed, key)));
  const signers = candidates.filter((_, i) => tried[i]);
  return { readable: true, candidates: candidates.length, signers, claims: signers.length ? readClaims(signed.payload) : null };
}

/** The signed message in a text; null if there is none. */
async function unpack(text: string): Promise<SignedMessage | null> {
  if (!text.startsWith(PREFIX) || text.length > MAX_TEXT) return null;
  const packed = fromBase45(text.slice(PREFIX.length));
  const bytes = packed && (await inflate(packed, MAX_BYTES));
  return bytes && readSign1(bytes);
}

/** The prefix of the WHO's and the EU's health certificates, and the bound of docs/adr/0047-signed-prescriptions.md. */
const PREFIX = "HC1:";
const MAX_TEXT = 1200;
