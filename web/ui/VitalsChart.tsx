/**
 * Measured values over time: a small line for each value that was measured at least twice, and a table of all of them for whoever would rather read
 * figures, or does not see the lines.
 */

import type { Intake } from "../protocol/messages.ts";
import { HEIGHT, pointsOf, rangeOf, WIDTH } from "./chart.ts";
import { moment } from "./dates.ts";
import { type Key, number, t } from "./i18n.ts";

/** What was measured at one time. */
export interface Measured {
  /** Time by the server's clock, ms since 1970. */
  at: number;
  vitals: Intake;
}

/** Nothing if no value was measured twice. */
export function VitalsChart({ measured }: { measured: readonly Measured[] }) {
  const rows = ROWS.filter(({ of }) => measured.filter(({ vitals }) => of(vitals)[0] !== null).length > 1);
  if (!rows.length) return null;
  return (
    <section class="vitals-chart" data-testid="vitals-chart">
      <h3>{t("common.attach.over_time")}</h3>
      {rows.map((row) => (
        <Line key={row.label} row={row} measured={measured} />
      ))}
      <details>
        <summary>{t("common.attach.figures")}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("common.attach.time")}</th>
              {rows.map(({ label }) => (
                <th key={label} scope="col">
                  {t(label)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {measured.map(({ at, vitals }) => (
              <tr key={at}>
                <th scope="row" class="digits">
                  {moment(at)}
                </th>
                {rows.map(({ label, of }) => (
                  <td key={label} class="digits">
                    {textOf(of(vitals))}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

interface Row {
  label: Key;
  /** The value, and a second one that belongs to it; null if it was not measured. */
  of: (vitals: Intake) => (number | null)[];
}

/** The line of one value, with its first and its last figure. */
function Line({ row, measured }: { row: Row; measured: readonly Measured[] }) {
  const known = measured.map(({ at, vitals }) => ({ at, values: row.of(vitals) })).filter(({ values }) => values[0] !== null);
  const [first, last] = [known[0]!, known.at(-1)!];
  const label = t("common.attach.trend", { what: t(row.label), from: textOf(first.values), to: textOf(last.values) });
  return (
    <figure>
      <figcaption>
        {t(row.label)} <strong class="digits">{textOf(last.values)}</strong>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label} preserveAspectRatio="none">
        {row.of(measured[0]!.vitals).map((_, nth) => (
          <polyline key={nth} points={pointsOf(known.map(({ at, values }) => ({ at, value: values[nth] ?? null })), rangeOf(known))} />
        ))}
      </svg>
    </figure>
  );
}

const textOf = ([value, second]: (number | null)[]): string =>
  value == null ? "–" : second == null ? number(value, 1) : `${number(value)}/${number(second)}`;

const tenth = (value: number | null | undefined) => (value == null ? null : value / 10);
const ROWS: Row[] = [
  { label: "common.vital.pressure", of: ({ systolic, diastolic }) => [systolic ?? null, diastolic ?? null] },
  { label: "common.vital.pulse", of: ({ pulse }) => [pulse ?? null] },
  { label: "common.vital.breathing", of: ({ breathing_rate }) => [breathing_rate ?? null] },
  { label: "common.vital.spo2", of: ({ spo2 }) => [spo2 ?? null] },
  { label: "common.vital.temperature", of: ({ temperature_dc }) => [tenth(temperature_dc)] },
  { label: "common.vital.glucose", of: ({ glucose_mg_dl }) => [glucose_mg_dl == null ? null : glucose_mg_dl / 100] },
];
