/** The letter to the structure ("fiche de liaison"), to be read on the tablet. */

import type { ReferralOrder } from "../../../protocol/messages.ts";
import { t } from "../../../ui/i18n.ts";
import { signature } from "../../../ui/signer.ts";
import { needsText, PARTS } from "../words.ts";

export function Letter({ of }: { of: ReferralOrder }) {
  const { letter, needs } = of;
  return (
    <details class="ev-letter" data-testid="ev-letter">
      <summary>{t("kiosk.evac.read")}</summary>
      <dl>
        <Part name={t("kiosk.evac.patient")} text={letter.patient} />
        <Part name={t("kiosk.evac.needs")} text={needsText(needs)} />
        {PARTS.map((part) => (
          <Part key={part} name={t(`kiosk.evac.letter.${part}`)} text={letter[part]} />
        ))}
      </dl>
      <p class="soft">{signature(of)}</p>
    </details>
  );
}

function Part({ name, text }: { name: string; text: string }) {
  if (!text) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd class="said" dir="auto">{text}</dd>
    </div>
  );
}
