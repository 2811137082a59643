/** Who has seen a record, in sentences that are read aloud and printed. */

import type { ReadingLine } from "../../protocol/api.ts";
import { dateAndTime } from "../dates.ts";
import { t } from "../i18n.ts";

/** The person with the role and the place; for a tablet at which nobody had typed a PIN, somebody of the post. Nobody knows who has a paper. */
export function whoOf({ name, place, role, occasion }: ReadingLine): string {
  if (occasion === "prescription") return t("common.seen.paper");
  if (!role) return t("common.seen.gone");
  // The staff of a post are named with their profession, which says more than the role of their tablet.
  const person = role === "kiosk" || !name ? name : t("common.seen.as", { name, role: t(`common.role.${role}`) });
  return [person ?? t("common.seen.unnamed"), place].filter(Boolean).join(", ");
}

/** One reading as a sentence. */
export function sentenceOf(line: ReadingLine): string {
  const values = { who: whoOf(line), time: dateAndTime(line.at) };
  if (line.occasion === "prescription") return t(line.refused ? "common.seen.paper_refused" : "common.seen.paper_line", values);
  if (line.refused) return t("common.seen.refused", values);
  return t("common.seen.line", { ...values, why: t(`common.seen.why.${line.occasion}`) });
}
