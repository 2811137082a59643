/** Who is rung after a doctor: the next line during the same duty, and whoever is on duty when it ends. */

import type { DutyView, RotaView } from "../protocol/rota.ts";
import type { PartyId } from "../protocol/messages.ts";
import { LEVELS } from "../ui/rota/words.ts";

/**
 * `backup` are the doctors of the same level, or else of the next level that is taken, at the beginning of the duty (or now, if it runs);
 * `after` are those of the same level when it ends.
 */
export function nextOf(rota: RotaView, duty: DutyView): { backup: PartyId[]; after: PartyId[] } {
  const at = Math.max(duty.span.from, Math.min(rota.now, duty.span.until - 1));
  const running = (level: string, time: number) =>
    rota.duties
      .filter((one) => one.speciality === duty.speciality && one.level === level && one.span.from <= time && time < one.span.until)
      .map(({ doctor }) => doctor);
  const own = running(duty.level, at).filter((party) => party !== duty.doctor);
  const later = LEVELS.slice(LEVELS.indexOf(duty.level) + 1).map((level) => running(level, at).filter((party) => party !== duty.doctor));
  const backup = [own, ...later].find((list) => list.length > 0) ?? [];
  return { backup, after: [...new Set(running(duty.level, duty.span.until))] };
}
