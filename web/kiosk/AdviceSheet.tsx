/** Signed advice, readable on the tablet without a network, and printable. */

import type { Advice, Place } from "../protocol/messages.ts";
import { dateAndTime, t } from "../ui/i18n.ts";
import { place } from "./shell.ts";

export function AdviceSheet({ advice, brief }: { advice: readonly Advice[]; brief?: boolean }) {
  return (
    <div class={brief ? "sheet brief" : "sheet"}>
      <PrintedHead place={place.value} />
      {advice.map((one) => (
        <article key={`${one.consultation}-${one.revision}`} data-testid="advice-item">
          <p class="said">{one.text}</p>
          <p class="soft">{t("common.advice_by", { name: one.by, when: dateAndTime(one.at) })}</p>
        </article>
      ))}
    </div>
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
