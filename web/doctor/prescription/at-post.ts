/** What the post of a consultation has of the products, as it was counted there, and what could be taken in place of one that is not there. */

import { useEffect, useState } from "preact/hooks";
import { get } from "../../client/signalling/session.ts";
import type { ConsultationId, ProductId } from "../../protocol/messages.ts";
import type { StockLine, StockView } from "../../protocol/prescriptions.ts";
import type { Product } from "../../ui/formulary/products.ts";
import { stockStateOf } from "../../ui/formulary/stock.ts";

/** The counts by product; null until they are known, and for as long as they cannot be read. */
export type AtPost = ReadonlyMap<ProductId, StockLine> | null;

/** Reads the counts whenever the link is there, and again after some minutes. Nothing waits for them. */
export function useAtPost(id: ConsultationId, isOnline: boolean): AtPost {
  const [lines, setLines] = useState<AtPost>(null);
  useEffect(() => {
    if (!isOnline) return;
    let wanted = true;
    const read = () =>
      void get<StockView>(`/api/consultations/${id}/stock`).then(
        (view) => wanted && setLines(new Map(view.lines.map((line) => [line.product, line]))),
        () => undefined,
      );
    read();
    const timer = setInterval(read, AGAIN_MS);
    return () => {
      wanted = false;
      clearInterval(timer);
    };
  }, [id, isOnline]);
  return lines;
}

/**
 * What is there in place of a product that is not: the same substance in another form or strength first, then what acts alike (the same ATC subgroup, level 4).
 * Nothing for a product that is there, or of which nobody knows.
 */
export function alternativesTo(product: Product, products: Iterable<Product>, atPost: AtPost, now: number): Product[] {
  if (!isMissing(product, atPost, now)) return [];
  const isThere = ({ id, unit }: Product) => {
    const count = atPost?.get(id);
    return count !== undefined && ["there", "few"].includes(stockStateOf(count, unit, now));
  };
  const alike = [...products].filter((one) => one.id !== product.id && rankOf(one, product) !== null && isThere(one));
  return alike.sort((a, b) => rankOf(a, product)! - rankOf(b, product)!).slice(0, MOST);
}

/** True if the count says that it cannot be given at the post. */
export function isMissing({ id, unit }: Product, atPost: AtPost, now: number): boolean {
  const count = atPost?.get(id);
  return count !== undefined && ["out", "expired"].includes(stockStateOf(count, unit, now));
}

/** 0 for the same substance, 1 for one that acts alike, null for any other. */
function rankOf(one: Product, product: Product): 0 | 1 | null {
  if (one.inn === product.inn) return 0;
  return subgroup(one) === subgroup(product) && !subgroup(one).startsWith(SOLUTIONS) ? 1 : null;
}

/** The chemical subgroup of the ATC classification, as `J01CA`. */
const subgroup = ({ atc }: Product): string => atc.slice(0, 5);

/** Solutions for infusion: this part of ATC puts saline beside magnesium sulphate, of which neither stands for the other. */
const SOLUTIONS = "B05";
const AGAIN_MS = 3 * 60_000;
const MOST = 3;
