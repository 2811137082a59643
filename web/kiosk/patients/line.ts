/** A patient in one line: the name, the year of birth, and the last visit. */

import type { PatientLine } from "../../protocol/api.ts";
import { date } from "../../ui/dates.ts";
import { t } from "../../ui/i18n.ts";

/** The line of a patient. */
export function lineText({ name, birth_year, last_at, dpp }: PatientLine): string {
  const who = name ?? dpp ?? t("common.unknown");
  const born = birth_year ? t("kiosk.patient.born", { year: String(birth_year) }) : "";
  return [who, born, t("kiosk.patient.seen", { day: date(last_at) })].filter(Boolean).join(" · ");
}
