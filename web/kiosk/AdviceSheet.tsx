/** Signed advice, readable on the tablet without a network. `paper/` prints it. */

import type { Advice } from "../protocol/messages.ts";
import { correctionOf } from "../client/workflow/advice.ts";
import { moment } from "../ui/dates.ts";
import { t } from "../ui/i18n.ts";
import { signature } from "../ui/signer.ts";

export function AdviceSheet({ advice, brief }: { advice: readonly Advice[]; brief?: boolean }) {
  return (
    <div class={brief ? "sheet brief" : "sheet"}>
      {advice.map((one) => (
        <Item key={`${one.consultation}-${one.revision}`} advice={one} correction={correctionOf(one, advice)} />
      ))}
    </div>
  );
}

/** One piece of advice. A corrected one is struck through and stays readable. */
function Item({ advice, correction }: { advice: Advice; correction: Advice | null }) {
  const { text } = advice;
  return (
    <article data-testid="advice-item" data-corrected={!!correction}>
      <p class="said" dir="auto">{correction ? <del>{text}</del> : text}</p>
      <p class="soft">
        {signature(advice)}
        {correction && ` · ${t("common.corrected_at", { time: moment(correction.at) })}`}
      </p>
    </article>
  );
}
