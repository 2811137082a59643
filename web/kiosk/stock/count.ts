/** What somebody types while counting, and the list that is counted. Pure. */

import type { KnownCount } from "../../client/offline/stock.ts";
import type { DispensedLine, ProductId } from "../../protocol/messages.ts";
import type { DoseUnit, Product } from "../../ui/formulary/products.ts";
import { expiryOf, MOST_UNITS, shelfOf, stockStateOf } from "../../ui/formulary/stock.ts";

/** The number that was typed, or why it cannot be one, with what may have been meant. */
export type Typed = { quantity: number } | { fault: "missing" | "negative" | "large" | "part" | "letters"; proposal: number | null };

/** Reads a number of units. What cannot be is never changed in silence: it is named, with a proposal. `before` is the last count. */
export function typedQuantity(typed: string, before: number | null): Typed {
  const text = typed.replace(/\s/g, "").replace("−", "-");
  if (text === "") return { fault: "missing", proposal: null };
  if (/^-\d+$/.test(text)) return { fault: "negative", proposal: possible(Number(text.slice(1))) };
  if (/^\d+[.,]\d+$/.test(text)) return { fault: "part", proposal: possible(Math.floor(Number(text.replace(",", ".")))) };
  if (!/^\d+$/.test(text)) return { fault: "letters", proposal: possible(Number(text.replace(/\D/g, "") || NaN)) };
  const quantity = Number(text);
  if (quantity <= MOST_UNITS) return { quantity };
  return { fault: "large", proposal: before };
}

const possible = (number: number): number | null => (number <= MOST_UNITS ? number : null);

/** One more or one less than what was typed, within what can be. */
export function stepped(typed: string, step: number): string {
  const read = typedQuantity(typed, null);
  const from = "quantity" in read ? read.quantity : (read.proposal ?? 0);
  return String(Math.min(MOST_UNITS, Math.max(0, from + step)));
}

/** What a figure of the pad makes of what was typed; the first one replaces the count of before. */
export const withFigure = (typed: string, figure: string, isFirst: boolean): string => (isFirst || typed === "0" ? figure : `${typed}${figure}`.slice(0, 10));

/** What the list warns of: there is none, or few · the box has expired, or will soon · nobody has counted it for two weeks. */
export type Alert = "out" | "few" | "expired" | "soon" | "old";

export function alertsOf(count: KnownCount | undefined, unit: DoseUnit, now: number): Alert[] {
  if (!count) return [];
  const expiry = shelfOf(count, unit) > 0 ? expiryOf(count.expires, now) : null;
  // What the number says by itself, whatever is printed on the boxes.
  const state = stockStateOf({ ...count, expires: undefined }, unit, now);
  const first = state === "out" || state === "few" ? [state] : [];
  return [...first, ...(expiry ? [expiry] : []), ...(state === "old" ? [state] : [])];
}

/** The products that a post counts: those that it usually has, and those that somebody has counted there. */
export const countedProducts = (formulary: Iterable<Product>, counts: ReadonlyMap<ProductId, unknown>): Product[] =>
  [...formulary].filter(({ id, stock }) => stock || counts.has(id));

/** True if it was counted in this round: a post counts everything within a day. */
export const isCountedNow = (count: KnownCount | undefined, now: number): boolean => !!count && now - count.counted_at < ROUND_MS;

/** The products of a round of counting, in their order: those that are not counted in it yet, or all if every one is. */
export function roundOf(products: readonly Product[], counts: ReadonlyMap<ProductId, KnownCount>, now: number): readonly Product[] {
  const left = products.filter(({ id }) => !isCountedNow(counts.get(id), now));
  return left.length > 0 ? left : products;
}

/** What the door of the stock tells: the number of products of which there is none, that have expired or will within a month, and that nobody has counted for two weeks. */
export type DoorAlerts = Record<"out" | "expired" | "soon" | "old", number>;

export function doorAlerts(products: Iterable<Product>, counts: ReadonlyMap<ProductId, KnownCount>, now: number): DoorAlerts {
  const all: DoorAlerts = { out: 0, expired: 0, soon: 0, old: 0 };
  for (const { id, unit } of products) {
    const count = counts.get(id);
    for (const alert of alertsOf(count, unit, now)) {
      if (alert === "few" || (alert === "soon" && !expiryOf(count?.expires, now, MONTH_MS))) continue;
      all[alert] += 1;
    }
  }
  return all;
}

/** The next product after `from` that is not counted in this round; null if there is none. */
export function nextToCount(products: readonly Product[], from: ProductId, counts: ReadonlyMap<ProductId, KnownCount>, now: number): Product | null {
  const at = products.findIndex(({ id }) => id === from);
  const after = [...products.slice(at + 1), ...products.slice(0, Math.max(0, at))];
  return after.find(({ id }) => !isCountedNow(counts.get(id), now)) ?? null;
}

/** The counts without what was given since, and that the server does not know yet. */
export function withGiven(
  counts: ReadonlyMap<ProductId, KnownCount>,
  given: readonly { product?: ProductId; line: DispensedLine; at: number }[],
): ReadonlyMap<ProductId, KnownCount> {
  const all = new Map(counts);
  for (const { product, line, at } of given) {
    const count = product && all.get(product);
    if (count && at > count.counted_at) all.set(product, { ...count, dispensed_since: count.dispensed_since + line.quantity });
  }
  return all;
}

const MONTH_MS = 31 * 24 * 60 * 60_000;
const ROUND_MS = 24 * 60 * 60_000;
