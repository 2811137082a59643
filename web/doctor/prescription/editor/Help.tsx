/** The published dose for this patient, and what the typed one gives, beside the field. */

import { number, t } from "../../../ui/i18n.ts";
import * as icon from "../../../ui/icons.ts";
import { Icon } from "../../../ui/Icon.tsx";
import { dailyUg, type DoseHelp, type Measure, measureOf, standingOf, unitFor } from "../dose-help.ts";
import type { Product } from "../../../ui/formulary/products.ts";
import { doseOf, type TypedLine, wholeOf } from "../typed.ts";

interface HelpProps {
  help: DoseHelp;
  line: TypedLine;
  product: Product;
}

export function Help({ help, line, product }: HelpProps) {
  const drafted_ug = dailyUg(product, doseOf(line), wholeOf(line.perDay));
  if (help.kind === "no_age" || help.kind === "no_weight")
    return (
      <p class="small warn rx-help" data-testid="rx-help" data-kind={help.kind}>
        <Icon of={icon.alert} /> {t(`doctor.rx.${help.kind}`)}
      </p>
    );
  const measure = measureOf(product);
  if (!measure || (help.kind === "none" && drafted_ug === null)) return null;
  const standing = help.kind === "published" && drafted_ug !== null ? standingOf(drafted_ug, help) : null;
  return (
    <p class="small rx-help digits" data-testid="rx-help" data-kind={help.kind} data-standing={standing ?? undefined} aria-live="polite">
      {help.kind === "published" && published(help, measure)}
      {drafted_ug !== null && (
        <strong class={standing === "low" || standing === "high" ? "warn" : ""}>
          {" "}
          {t("doctor.rx.gives", { amount: amountText(drafted_ug, measure) })}
          {standing && standing !== "within" && t(`doctor.rx.${standing}`)}
        </strong>
      )}
    </p>
  );
}

function published({ least_ug, most_ug, weight_g }: Extract<DoseHelp, { kind: "published" }>, measure: Measure): string {
  const amount = rangeText(least_ug, most_ug, measure);
  if (weight_g === null) return t("doctor.rx.published", { amount });
  return t("doctor.rx.published_for", { amount, weight: number(weight_g / 1000, weight_g < 10_000 ? 2 : 1) });
}

/** An amount, such as "750 mg" or "200 000 UI". */
export function amountText(ug: number, measure: Measure): string {
  if (measure.by === "units") return `${units(ug, measure)} UI`;
  const unit = unitFor(ug);
  return `${inUnit(ug, unit)} ${unit}`;
}

/** A range in the unit of its larger end, such as "480–1 080 mg". */
export function rangeText(least_ug: number, most_ug: number, measure: Measure): string {
  if (least_ug === most_ug) return amountText(most_ug, measure);
  if (measure.by === "units") return `${units(least_ug, measure)}–${units(most_ug, measure)} UI`;
  const unit = unitFor(most_ug);
  return `${inUnit(least_ug, unit)}–${inUnit(most_ug, unit)} ${unit}`;
}

/** Whole units, because the micrograms in one are rounded. */
const units = (ug: number, { per_ug }: Extract<Measure, { by: "units" }>) => number(ug * per_ug, ug * per_ug < 1 ? 2 : 0);

const inUnit = (ug: number, unit: "µg" | "mg") => number(unit === "mg" ? ug / 1000 : ug, ug < 10_000 ? 2 : ug < 100_000 ? 1 : 0);
