/** The words of the rota: who, what level, from when to when. They are shared by the coordinator's page and the doctor's. */

import type { DutyLevel } from "../../protocol/messages.ts";
import type { RotaView, Span, Stretch } from "../../protocol/rota.ts";
import type { PartyId, Speciality } from "../../protocol/messages.ts";
import { shortDay, timeOfDay } from "../dates.ts";
import { t } from "../i18n.ts";

/** The specialities, in the order of the doors of a post. */
export const SPECIALITIES: readonly Speciality[] = ["obstetrics", "paediatrics", "general", "surgery"];

/** The levels, in the order in which they are rung. */
export const LEVELS: readonly DutyLevel[] = ["first", "second", "regional"];

/** The languages that are heard at the posts. */
export const LANGUAGES = ["fr", "wo", "ff", "snk", "mnk"] as const;

/** The name of an account, or a word for one that is gone. */
export function nameOf({ doctors }: RotaView, party: PartyId): string {
  return doctors.find((doctor) => doctor.party === party)?.name ?? t("duty.gone");
}

/** A span, such as "jeu. 26 nov., 20:00 – 06:00"; the day of the end is said if it is not the same or the next night. */
export function spanText({ from, until }: Span): string {
  const isShort = until - from < DAY_MS;
  const end = isShort ? timeOfDay(until) : `${shortDay(until)}, ${timeOfDay(until)}`;
  return `${shortDay(from)}, ${timeOfDay(from)} – ${end}`;
}

/** A stretch of duty, such as "Pédiatrie, première ligne : jeu. 26 nov., 20:00 – 06:00". */
export function stretchText({ speciality, level, span }: Stretch): string {
  return `${t(`common.speciality.${speciality}`)}, ${t(`duty.level.${level}`)} : ${spanText(span)}`;
}

const DAY_MS = 24 * 3_600_000;
