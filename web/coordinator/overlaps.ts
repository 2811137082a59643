/**
 * A doctor with two duties at once: what a duty that somebody writes overlaps. It is said before it is saved and never refused, because
 * a small hospital may mean it so. Pure; times are local, as the fields of a form have them.
 */

import type { DutyView, Exception, Stretch, WeekSlot } from "../protocol/rota.ts";
import type { PartyId } from "../protocol/messages.ts";
import { localInput, mondayOf } from "../ui/dates.ts";
import { DAYS } from "./words.ts";

/** A time as two fields of a form have it, such as "2028-02-29T20:00". */
export interface Typed {
  from: string;
  until: string;
}

/**
 * The duties of a doctor that overlap a typed time. `edited` is the duty that is being changed, whose own hours are no overlap; it is
 * null for a new one.
 */
export function overlapsOf(duties: readonly DutyView[], doctor: PartyId, typed: Typed, edited: DutyView | null): DutyView[] {
  const meets = ({ span }: Stretch) => localInput(span.from) < typed.until && typed.from < localInput(span.until);
  const isEdited = (duty: DutyView) =>
    edited !== null &&
    duty.doctor === edited.doctor &&
    duty.speciality === edited.speciality &&
    duty.level === edited.level &&
    duty.span.from < edited.span.until &&
    edited.span.from < duty.span.until;
  return duties.filter((duty) => duty.doctor === doctor && meets(duty) && !isEdited(duty));
}

/** The other slots of the week, and the exceptions of other lines, that a slot overlaps with its doctor; a Sunday night reaches into Monday. */
export function slotOverlapsOf(
  template: readonly WeekSlot[],
  exceptions: readonly Exception[],
  slot: WeekSlot,
): { slots: WeekSlot[]; exceptions: Exception[] } {
  const own = weekly(slot);
  const isOther = ({ speciality, level }: Stretch) => speciality !== slot.speciality || level !== slot.level;
  return {
    slots: template.filter((other) => other.id !== slot.id && other.doctor === slot.doctor && meet(weekly(other), own)),
    // An exception of the same speciality and level takes the place of the slot, so the doctor has one duty then.
    exceptions: exceptions.filter((one) => one.doctor === slot.doctor && isOther(one) && meet(weeklyOf(one), own)),
  };
}

/** A stretch of the week, in minutes since its beginning on Monday. */
interface Weekly {
  from: number;
  length: number;
}

function weekly({ weekday, from_min, until_min }: WeekSlot): Weekly {
  const length = until_min > from_min ? until_min - from_min : until_min + DAY_MIN - from_min;
  return { from: DAYS.indexOf(weekday) * DAY_MIN + from_min, length };
}

function weeklyOf({ span }: Exception): Weekly {
  const [date, time] = localInput(span.from).split("T") as [string, string];
  const noon = (day: string) => Date.parse(`${day}T12:00Z`);
  const sinceMonday = Math.round((noon(date) - noon(mondayOf(span.from))) / 86_400_000);
  const minute = Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
  return { from: sinceMonday * DAY_MIN + minute, length: Math.min(WEEK_MIN, (span.until - span.from) / 60_000) };
}

/** True if two stretches have a minute in common, in a week that begins again at its end. */
const meet = (a: Weekly, b: Weekly): boolean => ahead(a.from, b.from) < a.length || ahead(b.from, a.from) < b.length;

const ahead = (from: number, to: number): number => (((to - from) % WEEK_MIN) + WEEK_MIN) % WEEK_MIN;

const DAY_MIN = 24 * 60;
const WEEK_MIN = 7 * DAY_MIN;
