/**
 * Two coordinators at one slot: what was there when a dialog was opened, and what is there now. The server refuses a change of an old
 * version of the rota; a page that is told of changes has the new version at once, so it compares the slot itself.
 */

import type { DutyView, Exception, RotaView, Span, Stretch, WeekSlot } from "../protocol/rota.ts";

/** What an edit is about, as the rota has it. */
export interface Standing {
  /** The slot of the template; null if it is gone, or if another kind of entry is edited. */
  slot: WeekSlot | null;
  /** The exception; null likewise. */
  exception: Exception | null;
  /** The duties that run at these hours, whatever they follow from. */
  duties: DutyView[];
}

/** The slot of the template with this identifier, as it stands. */
export function slotStanding(rota: RotaView, id: number): Standing {
  return { slot: rota.plan.template.find((slot) => slot.id === id) ?? null, exception: null, duties: [] };
}

/** What stands at the hours of a duty, and its exception if it is one (`exception` is 0 if it is none). */
export function dutyStanding(rota: RotaView, { speciality, level, span }: Stretch, exception: number): Standing {
  return {
    slot: null,
    exception: rota.plan.exceptions.find(({ id }) => id === exception) ?? null,
    duties: rota.duties.filter((duty) => duty.speciality === speciality && duty.level === level && overlaps(duty.span, span)),
  };
}

/** True if somebody has changed what an edit is about. */
export function isChanged(before: Standing, now: Standing): boolean {
  return JSON.stringify(before) !== JSON.stringify(now);
}

const overlaps = (a: Span, b: Span): boolean => a.from < b.until && b.from < a.until;
