/** An amount of a drug with the word for its units, as `50 ml`, so that nobody takes millilitres for bottles. */

import { number } from "./i18n.ts";

/** The amount of one signed line. `unit` is French and has the right number already; it is empty where nothing names the units. */
export const quantityText = (quantity: number, unit: string): string => [number(quantity, 2), unit].filter(Boolean).join("\u00a0");
