/** What the count of a product at a post says: whether it is there, when it expires, and how old the count is. Pure. */

import type { StockLine } from "../../protocol/prescriptions.ts";
import type { DoseUnit } from "./products.ts";

/** The part of a count that says whether the product can be given. */
export type Count = Pick<StockLine, "quantity" | "expires" | "counted_at" | "prescribed_since" | "dispensed_since">;

/** The age from which on a count says nothing any more. */
export const OLD_MS = 14 * 86_400_000;

/** The most units of one product that a post can count, as on the server. */
export const MOST_UNITS = 1_000_000;

/** `expired` first, because it must not be given whatever the number is; `old`: the count says nothing any more. */
export type StockState = "expired" | "old" | "out" | "few" | "there";

/** What a count says at a time. */
export function stockStateOf(count: Count, unit: DoseUnit, now: number): StockState {
  const { expires, counted_at } = count;
  const shelf = shelfOf(count, unit);
  if (shelf > 0 && expiryOf(expires, now) === "expired") return "expired";
  if (now - counted_at > OLD_MS) return "old";
  if (shelf === 0) return "out";
  return leftOf(count, unit) <= fewOf(unit) ? "few" : "there";
}

/** What is on the shelf: what was counted without what was given since; never below 0. What is given by the millilitre says nothing about bottles. */
export const shelfOf = ({ quantity, dispensed_since }: Pick<Count, "quantity" | "dispensed_since">, unit: DoseUnit): number =>
  Math.max(0, quantity - (isCountedInUnits(unit) ? dispensed_since : 0));

/** What is left on it if what is prescribed and not given yet is given, too. */
export const leftOf = (count: Pick<Count, "quantity" | "dispensed_since" | "prescribed_since">, unit: DoseUnit): number =>
  Math.max(0, shelfOf(count, unit) - (isCountedInUnits(unit) ? count.prescribed_since : 0));

/** The quantity that is few: about what one patient takes. */
const fewOf = (unit: DoseUnit): number => (unit === "tablet" || unit === "capsule" ? 20 : 4);

/** Whole days since a count; a clock that was ahead makes none of them negative. */
export const daysSince = (at: number, now: number): number => Math.max(0, Math.floor((now - at) / 86_400_000));

/** Whether a box with this month printed on it has expired, or will within 60 days or another time. It may be used until the end of that month. */
export function expiryOf(month: string | undefined, now: number, soon_ms = SOON_MS): "expired" | "soon" | null {
  const [, year, of] = /^(\d{4})-(\d\d)$/.exec(month ?? "") ?? [];
  if (!year) return null;
  // Senegal keeps UTC, and a month has no hour that would matter elsewhere.
  const left_ms = Date.UTC(Number(year), Number(of), 1) - now;
  if (left_ms <= 0) return "expired";
  return left_ms <= soon_ms ? "soon" : null;
}

/** The month as it is printed on a box: `03/2027`. */
export const printedMonth = (month: string): string => month.split("-").reverse().join("/");

/** In what a post counts a product: its units, or the bottles, tubes and inhalers of what is measured out of them. */
export const isCountedInUnits = (unit: DoseUnit): boolean => !IN_CONTAINERS.has(unit);

const IN_CONTAINERS: ReadonlySet<DoseUnit> = new Set(["ml", "drop", "application", "puff", "unit"]);
const SOON_MS = 60 * 86_400_000;
