/** The words for a prescription, on the screen and on paper. */

import { wallNow } from "../../client/platform/wall-clock.ts";
import type { PrescribedLine, PrescribedTo, Prescription } from "../../protocol/messages.ts";
import { date, dateAndTime, timeOfDay } from "../../ui/dates.ts";
import { t } from "../../ui/i18n.ts";
import { quantityText } from "../../ui/quantity.ts";
import { signerName } from "../../ui/signer.ts";
import { replacementOf } from "./list.ts";

/** The time, such as "à 14:05" of today, and otherwise "le mardi 29 février 2028 à 14:05". */
const when = (at: number): string =>
  date(at) === date(wallNow()) ? t("kiosk.rx.at", { time: timeOfDay(at) }) : t("kiosk.rx.on", { time: dateAndTime(at) });

/** For how long and how much of a drug. */
export function courseOf({ days, quantity, unit }: PrescribedLine): string {
  const course = days ? t("kiosk.rx.days", { n: days }) : t("kiosk.rx.days_unknown");
  return quantity ? `${course} · ${t("kiosk.rx.quantity", { quantity: quantityText(quantity, unit) })}` : course;
}

/** The sex of a patient; empty if it is unknown. */
export function sexOf({ sex }: PrescribedTo): string {
  if (sex === "F") return t("common.sex.female");
  return sex === "M" ? t("common.sex.male") : "";
}

/** The patient in one line. */
export const patientOf = (patient: PrescribedTo): string =>
  [patient.name || t("kiosk.rx.unnamed"), patient.age, sexOf(patient)].filter(Boolean).join(", ");

/** Who signed it, with the number in the register of the order, and when. */
export const signedBy = ({ signed }: Prescription): string =>
  t("kiosk.rx.signed", { name: signerName(signed), when: dateAndTime(signed.at) });

/** Until when it is valid, and that it is not any more once that time is over. */
export const validity = ({ signed }: Prescription, now: number): string =>
  t(now < signed.valid_until ? "kiosk.rx.until" : "kiosk.rx.expired", { time: date(signed.valid_until) });

/** How a prescription ended; empty if it is in force. */
export function endOf(one: Prescription, all: readonly Prescription[]): string {
  const { cancelled, replaced_by } = one;
  if (cancelled) return t("kiosk.rx.cancelled", { when: when(cancelled.at), name: cancelled.by, why: cancelled.why });
  if (!replaced_by) return "";
  const by = replacementOf(one, all);
  return t("kiosk.rx.replaced", { when: by ? when(by.signed.at) : "" }).trim();
}
