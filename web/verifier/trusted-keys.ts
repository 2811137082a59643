/** The list of certified keys, as the server gives it and as this device keeps it. */

import type { TrustedKey, TrustedKeys } from "../protocol/prescriptions.ts";
import { fromBase64url } from "./base64url.ts";

/** Reads a list. A key that this page does not understand or that is one too many is left out, so that whoever has signed with it is unknown. */
export function readTrustList(value: unknown): TrustedKeys | null {
  const { at, keys } = (value ?? {}) as Partial<Record<keyof TrustedKeys, unknown>>;
  if (!isTime(at) || !Array.isArray(keys)) return null;
  return { at, keys: keys.slice(0, MAX_KEYS).filter(isTrustedKey) };
}

function isTrustedKey(value: unknown): value is TrustedKey {
  if (!isObject(value)) return false;
  const { kid, x, y, name, order_number, from, to, withdrawn } = value as Partial<Record<keyof TrustedKey, unknown>>;
  const isWhole = hasBytes(kid, 8) && hasBytes(x, 32) && hasBytes(y, 32) && isTime(from) && isTime(to);
  return isWhole && isName(name) && (order_number === undefined || isName(order_number)) && (withdrawn === undefined || isWithdrawal(withdrawn));
}

function isWithdrawal(value: unknown): boolean {
  const { at, why } = (isObject(value) ? value : {}) as { at?: unknown; why?: unknown };
  return isTime(at) && (why === "left" || why === "lost");
}

/** True for what may have fields. */
export const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
const isTime = (value: unknown): value is number => Number.isSafeInteger(value);
const isName = (value: unknown): value is string => typeof value === "string" && value.length <= MAX_NAME;
const hasBytes = (value: unknown, length: number): boolean =>
  typeof value === "string" && value.length <= MAX_NAME && fromBase64url(value)?.length === length;

/** Bounds on what the server may make this device keep: two thousand keys take 400 kB, and are more than the country has. */
const MAX_KEYS = 2000;
const MAX_NAME = 200;
