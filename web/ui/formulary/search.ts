/**
 * The search for a product by its international name (DCI). Accents do not matter, a name that another school uses leads to the one of
 * the list, and if nothing begins as it was typed, a small misspelling is forgiven in words of four letters or more. Pure.
 */

import type { Product } from "./products.ts";

/** The products that match every typed word, the best first. */
export function found(products: Iterable<Product>, typed: string): Product[] {
  const words = wordsOf(typed);
  if (words.length === 0) return [];
  const ranked: { product: Product; rank: number; isNear: boolean }[] = [];
  for (const product of products) {
    const named = namesOf(product);
    const ranks = words.map((word) => rankOf(word, named));
    if (ranks.includes(NONE)) continue;
    ranked.push({ product, rank: ranks.reduce((sum, rank) => sum + rank, 0), isNear: ranks.some((rank) => rank > MISSPELT) });
  }
  const after = (one: Product) => (one.stock ? 0 : 1);
  ranked.sort((a, b) => a.rank - b.rank || after(a.product) - after(b.product));
  // A near miss of what is there as it was typed would only be in the way, and could be taken for it.
  const exact = ranked.filter(({ isNear }) => !isNear);
  return (exact.length > 0 ? exact : ranked).slice(0, MOST).map(({ product }) => product);
}

/** Small letters and figures without accents. */
export const fold = (text: string): string =>
  text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("œ", "oe").replaceAll("µ", "u");

/** The words by which a product is found: those of its name, of its other names, and of its strength and form. */
interface Names {
  /** The words of the name; the first of them is the one that people type. */
  own: readonly string[];
  others: readonly string[];
  more: readonly string[];
}

const known = new WeakMap<Product, Names>();

function namesOf(product: Product): Names {
  const before = known.get(product);
  if (before) return before;
  const name = fold(product.inn);
  const others = SYNONYMS.filter(([part]) => name.includes(part)).flatMap(([, words]) => words);
  const names = { own: wordsOf(name), others, more: wordsOf(`${product.strength} ${product.form}`) };
  known.set(product, names);
  return names;
}

/** How well a word fits, 0 being best; `NONE` if it does not. */
function rankOf(word: string, { own, others, more }: Names): number {
  if (own[0]?.startsWith(word)) return 0;
  if ([...own, ...others].some((name) => name.startsWith(word))) return 1;
  if (more.some((part) => part.startsWith(word))) return 2;
  const allowed = word.length < 4 ? 0 : word.length < 7 ? 1 : 2;
  const errors = Math.min(...[...own, ...others].map((name) => errorsIn(word, name)));
  return errors <= allowed ? MISSPELT + errors : NONE;
}

/**
 * The number of letters that are wrong, missing, too many or exchanged in the beginning of a name (optimal string alignment distance to
 * its nearest prefix).
 */
function errorsIn(typed: string, name: string): number {
  if (name.length < 4) return NONE;
  let [before, row] = [[] as number[], Array.from({ length: name.length + 1 }, (_, place) => place)];
  for (let i = 1; i <= typed.length; i++) {
    const next = [i];
    for (let j = 1; j <= name.length; j++) {
      const same = typed[i - 1] === name[j - 1] ? 0 : 1;
      let least = Math.min(row[j - 1]! + same, row[j]! + 1, next[j - 1]! + 1);
      if (i > 1 && j > 1 && typed[i - 1] === name[j - 2] && typed[i - 2] === name[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      next.push(least);
    }
    [before, row] = [row, next];
  }
  return Math.min(...row);
}

const wordsOf = (text: string): string[] => fold(text).split(/[^a-z0-9]+/).filter(Boolean);

/** Other names, by a part of the international one; all without accents. Brands are none of them. */
const SYNONYMS: readonly (readonly [part: string, words: readonly string[]])[] = [
  ["epinephrine", ["adrenaline"]],
  ["butylscopolamine", ["scopolamine", "hyoscine", "butylhyoscine"]],
  ["paracetamol", ["acetaminophen", "acetaminophene"]],
  ["sulfamethoxazole", ["cotrimoxazole"]],
  ["acetylsalicylique", ["aspirine"]],
  ["rehydratation", ["sro", "ors"]],
  ["retinol", ["vitamine", "a"]],
  ["phytomenadione", ["vitamine", "k", "k1"]],
  ["benzylpenicilline", ["penicilline", "g"]],
  ["phenoxymethylpenicilline", ["penicilline", "v"]],
  ["salbutamol", ["albuterol"]],
  ["glibenclamide", ["glyburide"]],
  ["furosemide", ["frusemide"]],
  ["phenobarbital", ["phenobarbitone"]],
  ["isophane", ["nph"]],
  ["antitetanique", ["sat"]],
  ["tetanos", ["vat"]],
];

/** The most that are shown. */
const MOST = 12;
/** The rank of a word without an error that is none of the better ones; each error is one more. */
const MISSPELT = 3;
const NONE = 99;
