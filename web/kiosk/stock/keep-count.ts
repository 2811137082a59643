/** Keeps a count in the name of whoever counts at this tablet. */

import { wallNow } from "../../client/platform/wall-clock.ts";
import type { Product } from "../../ui/formulary/products.ts";
import { book, nurseHere } from "../staff.ts";
import { stock } from "./book.ts";

/** `expires` is a month such as "2028-02". Resolves when the count is kept, or when the device had no space for it. */
export function keepCount({ id }: Product, quantity: number, expires?: string): Promise<void> {
  const count = { product: id, quantity, counted_at: Math.floor(wallNow()), proof: book.proof() ?? "", name: nurseHere() };
  return stock.count({ ...count, ...(expires && { expires }) });
}
