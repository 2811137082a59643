/** Signed advice, readable on the tablet without a network, and printable. */

import type { Advice, Place } from "../protocol/messages.ts";
import { correctionOf } from "../client/workflow/advice.ts";
import { dateAndTime, t, timeOfDay } from "../ui/i18n.ts";
import { place } from "./shell.ts";

export function AdviceSheet({ advice, brief }: { advice: readonly Advice[]; brief?: boolean }) {
  return (
    <div class={brief ? "sheet brief" : "sheet"}>
      <PrintedHead place={place.value} />
      {advice.map((one) => (
        <Item key={`${one.consultation}-${one.revision}`} advice={one} correction={correctionOf(one, advice)} />
      ))}
    </div>
  );
}

/** One piece of advice. A corrected one is struck through and stays readable. */
function Item({ advice: { text, by, at }, correction }: { advice: Advice; correction: Advice | null }) {
  return (
    <article data-testid="advice-item" data-corrected={!!correction}>
      <p class="said">{correction ? <del>{text}</del> : text}</p>
      <p class="soft">
        {t("common.advice_by", { name: by, when: dateAndTime(at) })}
        {correction && ` · ${t("common.corrected_at", { time: timeOfDay(correction.at) })}`}
      </p>
    </article>
  );
}

/** The head of a printed sheet: the post that received the advice. The screen hides it. */
function PrintedHead({ place }: { place: Place | null }) {
  return (
    <p class="printed">
      <strong>Teranga</strong> · {place?.name} · {place?.district}
    </p>
  );
}
