/** What a post may say about who is on duty: computed from the last answer and its age, with nobody in it who is off duty by now. */

import type { OnDutyNow, RotaNow } from "../../protocol/rota.ts";
import type { DutyLevel, Speciality } from "../../protocol/messages.ts";

/** The last answer of the server, and the server's time when it came, as the tablet knew it, ms since 1970. */
export interface Known {
  at: number;
  rota: RotaNow;
}

/** Who is rung for a speciality, in the order of the levels. */
export interface Order {
  /** False if no rota is kept: every connected doctor is rung. */
  kept: boolean;
  levels: { level: DutyLevel; duties: OnDutyNow[] }[];
  /** The doctors who follow a duty that has ended since the answer came. */
  since: string[];
}

/** The order as far as it still holds `age_ms` after the answer. */
export function orderOf({ kept, duties }: RotaNow, speciality: Speciality, age_ms: number): Order {
  const own = duties.filter((duty) => duty.speciality === speciality);
  const running = own.filter(({ ends_in_ms }) => ends_in_ms > age_ms);
  const ended = own.filter(({ level, ends_in_ms }) => level === "first" && ends_in_ms <= age_ms);
  const levels = LEVELS.map((level) => ({ level, duties: running.filter((duty) => duty.level === level) }));
  const since = running.some(({ level }) => level === "first") ? [] : [...new Set(ended.flatMap(({ then }) => then))];
  return { kept: kept.includes(speciality), levels: levels.filter((one) => one.duties.length > 0), since };
}

/** The age of an answer; null if nobody knows the time of now, or the tablet's clock was set back meanwhile: then it is old. */
export const ageOf = ({ at }: Known, now: number | null): number | null => (now !== null && now >= at ? now - at : null);

const LEVELS: readonly DutyLevel[] = ["first", "second", "regional"];
