//! The last two minutes of some figures, by name. Pure.

export type Series = ReadonlyMap<string, readonly number[]>;

/** An overview comes every 2 s. */
const KEPT = 60;

export const linkKey = (consultation: string, member: number): string => `${consultation}/${member}`;

/** Adds a figure to each series; with `drop`, those of links that are gone are forgotten. */
export function extend(series: Series, fresh: ReadonlyMap<string, number>, drop = true): Series {
  const kept = new Map([...series].filter(([name]) => !drop || fresh.has(name) || !name.includes("/")));
  for (const [name, value] of fresh) kept.set(name, [...(series.get(name) ?? []), value].slice(-KEPT));
  return kept;
}
