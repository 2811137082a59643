/** The way of an evacuation as a line of stages, with the time at which each was reached. */

import { type Stage, STAGES, stagesOf } from "../../../client/workflow/referrals.ts";
import type { Referral } from "../../../protocol/messages.ts";
import { t } from "../../../ui/i18n.ts";
import { at } from "../words.ts";

export function Steps({ of }: { of: Referral }) {
  const reached = stagesOf(of);
  const last = STAGES.findLastIndex((stage) => reached.has(stage));
  const stateOf = (stage: Stage, i: number) => (i === last ? "now" : reached.has(stage) ? "done" : i < last ? "skipped" : "");
  return (
    <ol class="ev-steps">
      {STAGES.map((stage, i) => (
        <li key={stage} class={stateOf(stage, i)} data-reached={reached.has(stage)} aria-current={i === last ? "step" : undefined}>
          <span>{t(`kiosk.evac.stage.${stage}`)}</span>
          <small class="digits">{reached.has(stage) && at(reached.get(stage)!)}</small>
        </li>
      ))}
    </ol>
  );
}
