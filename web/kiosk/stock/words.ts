/** The words for a count of a product. */

import type { KnownCount } from "../../client/offline/stock.ts";
import type { Product } from "../../ui/formulary/products.ts";
import { daysSince, isCountedInUnits, printedMonth } from "../../ui/formulary/stock.ts";
import { t } from "../../ui/i18n.ts";
import { book } from "../staff.ts";
import type { Alert } from "./count.ts";

/** The name of a product with its strength and form. */
export const titleOf = ({ inn, strength, form }: Product): string => `${[inn, strength].filter(Boolean).join(" ")}, ${form}`;

/** In what a post counts a product. */
const unitOf = ({ unit }: Product) => (isCountedInUnits(unit) ? (unit as "tablet") : "container");

/** The word for several of what a post counts of a product. */
export const unitsOf = (product: Product): string => t(`kiosk.stock.units.${unitOf(product)}`);

/** How many there are, with the word for them. */
export const quantityWords = (n: number, product: Product): string => t(`kiosk.stock.unit.${unitOf(product)}`, { n });

/** When it was counted and by whom, and that only this tablet knows it. */
export function countedWords({ counted_at, name, staff, at }: KnownCount, now: number): string {
  const days = daysSince(counted_at, now);
  const who = name || book.members.value.find(({ id }) => id === staff)?.name;
  const words = [days === 0 ? t("kiosk.stock.today") : t("kiosk.stock.days", { n: days }), who && t("kiosk.stock.by", { name: who })];
  return [words.filter(Boolean).join(" "), at && t(`kiosk.stock.${at}`)].filter(Boolean).join(" · ");
}

export const alertWords = (alert: Alert, { expires }: KnownCount): string => t(`kiosk.stock.alert.${alert}`, { month: expires ? printedMonth(expires) : "" });
