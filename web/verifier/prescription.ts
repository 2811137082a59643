/** What a signed prescription says: the claims and the table of docs/adr/0047-signed-prescriptions.md. */

import type { PrescriptionId } from "../protocol/messages.ts";
import { fromCbor } from "./cbor.ts";

/** A prescription. Times are milliseconds since 1970. */
export interface Prescription {
  id: PrescriptionId;
  post: string;
  patient: { name: string; sex: "F" | "M" | ""; age: string };
  prescriber: { name: string; order_number: string };
  lines: Line[];
  /** The prescription that this one replaces. */
  replaces: PrescriptionId | null;
  signed_at: number;
  valid_until: number;
}

/** One drug. Days and quantity are 0 where they are unknown; the word for the units is French, and empty where nothing names them. */
export interface Line {
  atc: string;
  drug: string;
  directions: string;
  days: number;
  quantity: number;
  unit: string;
}

/** What stands in the payload of a signed message: a prescription, a version of it that this page cannot read, or something else. */
export type Claims = { is: "prescription"; prescription: Prescription } | { is: "newer_version" } | { is: "other" };

/** Reads a payload, whose signature was verified before. */
export function readClaims(payload: Uint8Array): Claims {
  const claims = fromCbor(payload);
  if (!(claims instanceof Map)) return OTHER;
  const container: unknown = claims.get(CLAIM.health);
  const table: unknown = container instanceof Map ? container.get(PRESCRIPTION) : null;
  if (!(table instanceof Map) || !isCount(table.get(KEY.version))) return OTHER;
  if (table.get(KEY.version) !== VERSION) return { is: "newer_version" };
  const prescription = readPrescription(claims, table);
  return prescription ? { is: "prescription", prescription } : OTHER;
}

/** The bytes of an identifier as a UUID is written (RFC 9562 section 4). */
function uuid(id: Uint8Array): PrescriptionId {
  const hex = Array.from(id, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function readPrescription(claims: Map<unknown, unknown>, table: Map<unknown, unknown>): Prescription | null {
  const [signed, until] = [claims.get(CLAIM.issued), claims.get(CLAIM.expires)];
  const [id, post, replaces = null] = [KEY.id, KEY.post, KEY.replaces].map((key) => table.get(key));
  const patient = texts(table.get(KEY.patient), 3);
  const prescriber = texts(table.get(KEY.prescriber), 2);
  const lines = readLines(table.get(KEY.lines));
  if (!isText(claims.get(CLAIM.issuer)) || !isCount(signed) || !isCount(until) || !isId(id) || !isText(post)) return null;
  if (!patient || !isSex(patient[1]) || !prescriber || !lines || !(replaces === null || isId(replaces))) return null;
  return {
    id: uuid(id),
    post,
    patient: { name: patient[0]!, sex: patient[1], age: patient[2]! },
    prescriber: { name: prescriber[0]!, order_number: prescriber[1]! },
    lines,
    replaces: replaces && uuid(replaces),
    signed_at: signed * 1000,
    valid_until: until * 1000,
  };
}

function readLines(value: unknown): Line[] | null {
  if (!Array.isArray(value) || value.length < 1 || value.length > MAX_LINES) return null;
  const lines = value.map(readLine);
  return lines.some((line) => !line) ? null : (lines as Line[]);
}

function readLine(value: unknown): Line | null {
  if (!Array.isArray(value) || value.length !== 6) return null;
  const words = texts(value.slice(0, 3), 3);
  const [days, quantity, unit] = value.slice(3) as unknown[];
  if (!words || !isAmount(days) || !isAmount(quantity) || !isText(unit)) return null;
  return { atc: words[0]!, drug: words[1]!, directions: words[2]!, days, quantity, unit };
}

/** An array of exactly `count` texts; null if it is something else. */
const texts = (value: unknown, count: number): string[] | null =>
  Array.isArray(value) && value.length === count && value.every(isText) ? value : null;

/** True for a text that was proper UTF-8; the decoder puts U+FFFD in the place of what is not. */
const isText = (value: unknown): value is string => typeof value === "string" && !value.includes("\ufffd");
const isSex = (value: unknown): value is Prescription["patient"]["sex"] => value === "F" || value === "M" || value === "";
const isId = (value: unknown): value is Uint8Array => value instanceof Uint8Array && value.length === 16;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isAmount = (value: unknown): value is number => typeof value === "number" && value >= 0;

const OTHER: Claims = { is: "other" };
/** Claims of a CWT (RFC 8392 section 3.1), and the container for health documents (HCERT). */
const CLAIM = { issuer: 1, expires: 4, issued: 6, health: -260 };
/** The place of a prescription in that container. */
const PRESCRIPTION = -7;
const KEY = { version: 1, id: 2, post: 3, patient: 4, prescriber: 5, lines: 6, replaces: 7 };
const VERSION = 1;
const MAX_LINES = 10;
