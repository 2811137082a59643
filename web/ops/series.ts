/** The last two minutes of named figures. Pure. */

/** The values of each figure by name, the oldest first. */
export type Series = ReadonlyMap<string, readonly number[]>;

/** The name of a link's series. */
export const linkKey = (consultation: string, member: number): string => `${consultation}/${member}`;

/** Adds a value to each series; with `drop`, series of links that are gone are removed. */
export function extend(series: Series, fresh: ReadonlyMap<string, number>, drop = true): Series {
  const kept = new Map([...series].filter(([name]) => !drop || fresh.has(name) || !name.includes("/")));
  for (const [name, value] of fresh) kept.set(name, [...(series.get(name) ?? []), value].slice(-KEPT));
  return kept;
}

/** The values that are kept; an overview comes every 2 s. */
const KEPT = 60;
