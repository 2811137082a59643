/**
 * True for a line of a signed prescription of which each delivery needs a prescription of its own, a narcotic or psychotropic drug. The signed words do
 * not say it: its code tells it, and for a drug in free words its name (`clinic/src/prescribing/renewal.rs`). Pure.
 */

import { NOT_RENEWABLE } from "../../protocol/not-renewable.ts";

export function isNotRenewable({ atc, drug }: { atc: string; drug: string }): boolean {
  if (atc) return NOT_RENEWABLE.atc.includes(atc);
  const words = drug.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return words.some((word) => NOT_RENEWABLE.words.includes(word));
}
