/** The geometry of a small line chart. Pure. */

/** The units of the box in which a line is drawn, and the margin above and below it. */
export const [WIDTH, HEIGHT] = [240, 48];
const MARGIN = 4;

/** The least and the greatest of all values of a row. */
export function rangeOf(known: readonly { values: (number | null)[] }[]): [number, number] {
  const all = known.flatMap(({ values }) => values).filter((value) => value !== null);
  return [Math.min(...all), Math.max(...all)];
}

/** The points of a line in the units of its box. Pure. */
export function pointsOf(known: readonly { at: number; value: number | null }[], [least, most]: [number, number]): string {
  const from = known[0]?.at ?? 0;
  const span = Math.max(1, (known.at(-1)?.at ?? 0) - from);
  const height = HEIGHT - 2 * MARGIN;
  const y = (value: number) => (most === least ? HEIGHT / 2 : MARGIN + (height * (most - value)) / (most - least));
  const points = known.filter((point): point is { at: number; value: number } => point.value !== null);
  return points.map(({ at, value }) => `${((WIDTH * (at - from)) / span).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
}
