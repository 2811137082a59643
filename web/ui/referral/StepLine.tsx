/** The way of an evacuation as a stepped line, each step with its word and its time. */

import type { Referral } from "../../protocol/messages.ts";
import { moment } from "../dates.ts";
import { t } from "../i18n.ts";
import { lineOf } from "./line.ts";
import { stepText } from "./words.ts";

export function StepLine({ referral }: { referral: Referral }) {
  return (
    <ol class="step-line" aria-label={t("common.referral.line")}>
      {lineOf(referral).map(({ state, at, is }) => (
        <li key={state} class={`${is} ${state}`} aria-current={is === "now" ? "step" : undefined} data-step={state}>
          <span class="step-dot" aria-hidden="true" />
          <span class="step-word">{stepText(state, referral.failed)}</span>
          <span class="step-time digits">{at !== null ? moment(at) : is === "skipped" ? t("common.referral.skipped") : ""}</span>
        </li>
      ))}
    </ol>
  );
}
