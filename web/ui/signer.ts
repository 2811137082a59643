/** Who signed a piece of advice or a prescription, as screens and paper say it. */

import type { Advice } from "../protocol/messages.ts";
import { dateAndTime } from "./dates.ts";
import { t } from "./i18n.ts";

/** The name, and the number in the register of the order if the signer has one. */
export const signerName = ({ by, order_number }: Pick<Advice, "by" | "order_number">): string =>
  order_number ? t("common.signer_number", { name: by, number: order_number }) : by;

/** The name, the number in the register of the order if the signer has one, and the time. */
export const signature = (signed: Pick<Advice, "by" | "order_number" | "at">): string =>
  t("common.advice_by", { name: signerName(signed), when: dateAndTime(signed.at) });
