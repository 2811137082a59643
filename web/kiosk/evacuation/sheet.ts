/** What the letter of an evacuation ("fiche de liaison") and what the structure wrote back ("contre-référence") say on paper. */

import type { Place, Referral } from "../../protocol/messages.ts";
import { dateAndTime } from "../../ui/dates.ts";
import { t } from "../../ui/i18n.ts";
import { signature } from "../../ui/signer.ts";
import type { CounterPageProps } from "../paper/CounterPage.tsx";
import type { ReferralPageProps } from "../paper/ReferralPage.tsx";
import { needsText, PARTS, transportText, triedText } from "./words.ts";

/** The sheet of an evacuation from `place`, which is opened at the server `host`. */
export function sheetOf(of: Referral, place: Place | null, host: string): ReferralPageProps {
  const { order, structure } = of;
  const { letter } = order;
  return {
    consultation: order.consultation,
    urgency: `${t(`common.urgency.${order.urgency}`)} · ${dateAndTime(order.at)}`,
    from: place,
    to: structure,
    notes: [askedBefore(of), departure(of)].filter(Boolean),
    patient: [
      [t("kiosk.evac.patient"), letter.patient],
      [t("kiosk.evac.needs"), needsText(order.needs)],
    ],
    parts: PARTS.map((part) => [t(`kiosk.evac.letter.${part}`), letter[part]]),
    signature: signature(order),
    code: order.code,
    address: addressOf(order.code, host),
    host,
  };
}

/** The sheet of what the structure wrote back to `place`; null as long as it has not. */
export function counterSheetOf({ order, structure, counter_referral: counter, arrived_at }: Referral, place: Place | null): CounterPageProps | null {
  if (!counter) return null;
  const answers = [
    t("kiosk.evac.answers", { when: dateAndTime(order.at), name: order.by }),
    arrived_at !== undefined && t("kiosk.evac.arrived_at", { when: dateAndTime(arrived_at) }),
  ];
  return {
    consultation: order.consultation,
    from: structure,
    to: place,
    answers: answers.filter(Boolean).join(" "),
    patient: [
      [t("kiosk.evac.patient"), order.letter.patient],
      [t("kiosk.evac.letter.reason"), order.letter.reason],
    ],
    text: counter.text,
    signature: t("kiosk.evac.counter_by", { name: counter.by, when: dateAndTime(counter.at) }),
  };
}

/**
 * The address that the QR code holds. Its scheme and host are in capitals, which mean the same and take two thirds of the room in a code; the path is not,
 * because servers tell capitals from small letters there.
 */
export const addressOf = (code: string, host: string): string => `HTTPS://${host.toUpperCase()}/accueil#${code}`;

/** The structures that were asked before, so that nobody goes there. */
function askedBefore(of: Referral): string {
  const { tried = [] } = of;
  if (tried.length === 0) return "";
  const told = tried.map((one) => `${one.structure.name} (${triedText(of, one)})`);
  return t("kiosk.evac.asked_before", { which: told.join(", ") });
}

function departure({ departed }: Referral): string {
  return departed ? t("kiosk.evac.departed", { when: dateAndTime(departed.at), how: transportText(departed.transport) }) : "";
}
