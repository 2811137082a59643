/** The drugs of a prescription as they read on the paper. */

import { t } from "../../ui/i18n.ts";
import { quantityText } from "../../ui/quantity.ts";
import type { ShownLine } from "./shown.ts";

interface LinesProps {
  lines: readonly ShownLine[];
  /** True for a prescription that nobody shall follow. */
  isStruck?: boolean;
}

export function Lines({ lines, isStruck = false }: LinesProps) {
  return (
    <ol class="rx-lines">
      {lines.map((line, place) => (
        <li key={place} dir="auto">
          {isStruck ? (
            <del>
              <Words line={line} />
            </del>
          ) : (
            <Words line={line} />
          )}
        </li>
      ))}
    </ol>
  );
}

function Words({ line: { drug, directions, days, quantity, unit } }: { line: LinesProps["lines"][number] }) {
  return (
    <>
      <strong>{drug}</strong>
      <br />
      {directions}, {t("doctor.rx.for_days", { n: days })}
      {quantity > 0 && ` · ${t("doctor.rx.quantity", { quantity: quantityText(quantity, unit) })}`}
    </>
  );
}
