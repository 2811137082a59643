/** The formulary as the pages have it: the products that can be prescribed by their international name (DCI), loaded when it is first wanted. */

import { useEffect, useState } from "preact/hooks";
import type { ProductId } from "../../protocol/messages.ts";

/** The unit in which a dose of a product is counted. */
export type DoseUnit =
  | "tablet"
  | "capsule"
  | "ml"
  | "ampoule"
  | "vial"
  | "sachet"
  | "drop"
  | "puff"
  | "suppository"
  | "application"
  | "dose"
  | "unit";

/** The published amounts of a substance a day, for patients of some ages. */
export interface DailyRange {
  /** The youngest age in months. */
  from_months: number;
  /** The age in months at which it ends; none if it does not. */
  to_months?: number;
  /** The least and most micrograms a day for each kilogram. */
  ug_per_kg?: readonly [number, number];
  /** The least and most micrograms a day, where the weight does not matter. */
  ug?: readonly [number, number];
  /** The most micrograms a day for any weight. */
  max_ug?: number;
}

/** A medicine that can be prescribed. */
export interface Product {
  id: ProductId;
  atc: string;
  /** International name (DCI) in French. */
  inn: string;
  /** Strength as on the label. */
  strength: string;
  /** Form, in French. */
  form: string;
  unit: DoseUnit;
  /** Micrograms of the substance in a unit; none where the dose does not follow from a substance. */
  ug_per_unit?: number;
  daily?: readonly DailyRange[];
  /** The least and most intakes a day that are usual. */
  usual_per_day?: readonly number[];
  /** Usual longest course in days; none for a treatment without an end. */
  days_max?: number;
  /** True if a health post is expected to have it. Nobody counted. */
  stock?: boolean;
  /** True for a narcotic or psychotropic drug. */
  not_renewable?: boolean;
}

/** The products by their identifiers; null until they are loaded, which is tried again until it succeeds. */
export function useFormulary(): ReadonlyMap<ProductId, Product> | null {
  const [list, setList] = useState(known);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (known) return;
    let wanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    loadFormulary().then(
      (loaded) => wanted && setList(loaded),
      () => (timer = setTimeout(() => wanted && setTries(tries + 1), RETRY_MS)),
    );
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [tries]);
  return list;
}

let known: ReadonlyMap<ProductId, Product> | null = null;

/** Loads the products for the life of this page. Rejects if they are neither on the device nor to be had from the network. */
export async function loadFormulary(): Promise<ReadonlyMap<ProductId, Product>> {
  const { default: list } = await import("../../protocol/formulary.json");
  const products = list as unknown as readonly Product[];
  return (known = new Map(products.map((product) => [product.id, product])));
}

const RETRY_MS = 2000;
