/** The server's questions about one line: each is a sentence, and a field for the reason where one is needed. */

import type { FindingKind } from "../../../protocol/messages.ts";
import { Field } from "../../../ui/Field.tsx";
import { t } from "../../../ui/i18n.ts";
import * as icon from "../../../ui/icons.ts";
import { Icon } from "../../../ui/Icon.tsx";
import { measureOf } from "../dose-help.ts";
import type { Product } from "../../../ui/formulary/products.ts";
import { LIMITS, type TypedLine } from "../typed.ts";
import type { Question } from "./checks.ts";
import { amountText, rangeText } from "./Help.tsx";

interface QuestionsProps {
  questions: readonly Question[];
  line: TypedLine;
  product: Product | undefined;
  /** The number on the paper of a line, counted from 1. */
  placeOf: (line: string) => number;
  /** True once a signature was tried: a reason that is missing is told. */
  isTried: boolean;
  onWhy: (kind: FindingKind, why: string) => void;
}

export function Questions({ questions, line, product, placeOf, isTried, onWhy }: QuestionsProps) {
  return (
    <ul class="rx-questions" aria-live="polite">
      {questions.map((question) => (
        <li key={question.kind} class={question.asks ? "asks" : ""} data-testid="rx-finding" data-kind={question.kind}>
          <p>
            <Icon of={icon.alert} /> {sentence(question, line, product, placeOf)}
          </p>
          {question.asks && (
            <Field
              label={t("doctor.rx.why")}
              value={line.whys[question.kind] ?? ""}
              onValue={(why) => onWhy(question.kind, why)}
              maxLength={LIMITS.why}
              fault={isTried && !line.whys[question.kind]?.trim() ? t("doctor.rx.missing.why") : null}
              data-testid="rx-why"
            />
          )}
        </li>
      ))}
    </ul>
  );
}

export function sentence({ kind, asks, amounts, other }: Question, line: TypedLine, product: Product | undefined, placeOf: (line: string) => number): string {
  if (kind === "unchecked" && asks) return t("doctor.rx.finding.unchecked_injection");
  const measure = product ? measureOf(product) : null;
  if ((kind === "dose_low" || kind === "dose_high") && !(amounts && measure)) return t(`doctor.rx.finding.${kind}_untold`);
  return t(`doctor.rx.finding.${kind}`, {
    ...(amounts && measure && { drafted: amountText(amounts.drafted_ug, measure), range: rangeText(amounts.least_ug, amounts.most_ug, measure) }),
    n: other === undefined ? 0 : placeOf(other),
    days: line.days.trim(),
  });
}
