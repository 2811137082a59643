/** Who signed a piece of advice, as screens and paper say it. */

import type { Advice } from "../protocol/messages.ts";
import { dateAndTime } from "./dates.ts";
import { t } from "./i18n.ts";

/** The name, the number in the register of the order if the signer has one, and the time. */
export function signature({ by, order_number, at }: Advice): string {
  const name = order_number ? t("common.signer_number", { name: by, number: order_number }) : by;
  return t("common.advice_by", { name, when: dateAndTime(at) });
}
