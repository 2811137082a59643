/** A patient in one line. */

import type { PatientLine } from "../../protocol/api.ts";
import { date, dateAndTime } from "../../ui/dates.ts";
import { t } from "../../ui/i18n.ts";

/** True if neither a name nor a number is known. */
export const isNameless = ({ name, dpp }: PatientLine): boolean => !name && !dpp;

/** The line of a patient: name, number, year of birth and last visit. One whom nobody knew is told by the time of the visit. */
export function lineText(line: PatientLine): string {
  const { name, birth_year, last_at, dpp } = line;
  const who = name ?? dpp ?? t("common.unknown");
  const born = birth_year ? t("kiosk.patient.born", { year: String(birth_year) }) : "";
  const number = name ? dpp : null;
  const day = isNameless(line) ? dateAndTime(last_at) : date(last_at);
  return [who, number, born, t("kiosk.patient.seen", { day })].filter(Boolean).join(" · ");
}
