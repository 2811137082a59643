// The bodies of the HTTP interface, generated from src/http and clinic/src/view.rs: do not edit.
// UPDATE_PROTOCOL=1 cargo test -p teranga --lib typescript writes it anew; docs/API.md tells it in prose.

import type { FailureCode } from "./api.ts";
import type { DutyLevel, Language, PartyId, Speciality } from "./messages.ts";

/** The time that a specialist is given for the answer to a case, by its urgency. */
export type AnswerTimes = {
  /** A vital emergency, milliseconds. */
  stat_ms: number;
  /** An urgent case, milliseconds. */
  urgent_ms: number;
  /** Any other case, milliseconds. */
  routine_ms: number;
};

/** A change of a plan. Its JSON is what the audit log of the rota keeps. */
export type Change =
  | { kind: "put_slots";
/** The slots. */
slots: Array<WeekSlot>, }
  | { kind: "remove_slot";
/** Its identifier. */
id: number, }
  | { kind: "put_exceptions";
/** The exceptions. */
exceptions: Array<Exception>, }
  | { kind: "remove_exception";
/** Its identifier. */
id: number, }
  | { kind: "ask_leave";
/** The doctor. */
doctor: PartyId;
/** The span. */
span: Span, }
  | { kind: "decide_leave";
/** Its identifier. */
id: number;
/** True if it is granted. */
granted: boolean, }
  | { kind: "withdraw_leave";
/** Its identifier. */
id: number, }
  | { kind: "propose_swap";
/** The doctor who would take it. */
to: PartyId;
/** The duty. */
gives: Stretch;
/** The duty that would be taken in return. */
in_return: Stretch | null, }
  | { kind: "answer_swap";
/** Its identifier. */
id: number;
/** True if it is accepted. */
accepted: boolean, }
  | { kind: "withdraw_swap";
/** Its identifier. */
id: number, }
  | { kind: "set_languages";
/** The doctor. */
doctor: PartyId;
/** The languages. */
languages: Array<Language>;
};

/** Changes the rota. */
export type ChangeRota = {
  /** The version that the person saw. */
  version: number;
  /** The change. */
  edit: RotaEdit;
  /** The reason, at most 200 characters, for the log of changes. */
  reason?: string;
  /** True if the person knows that somebody who is on duty now is not any more. */
  confirmed?: boolean;
  /** The days of the answer. */
  days: RotaDays;
};

/** Absence of a doctor, who is on no duty meanwhile once it is granted. */
export type DutyLeave = {
  /** The identifier within the plan; 0 in a new one. */
  id: number;
  /** The doctor. */
  doctor: PartyId;
  /** The span. */
  span: Span;
  /** True if a coordinator has granted it; it has no effect before. */
  granted: boolean;
};

/** News of the rota for one doctor. */
export type DutyNews =
  | { kind: "leave_granted";
/** The time of the leave. */
span: Span, }
  | { kind: "leave_refused";
/** The time that was asked for. */
span: Span, }
  | { kind: "leave_given";
/** The time of the leave. */
span: Span, }
  | { kind: "leave_withdrawn";
/** The time of the leave. */
span: Span, }
  | { kind: "swap_accepted";
/** The swap. */
swap: Swap, }
  | { kind: "swap_refused";
/** The swap. */
swap: Swap, }
  | { kind: "swap_undone";
/** The swap. */
swap: Swap;
};

/** Everything from which duties are computed. */
export type DutyPlan = {
  /** The identifier that was given last. */
  last_id: number;
  /** The weekly template. */
  template: Array<WeekSlot>;
  /** What differs from the template over a span. */
  exceptions: Array<Exception>;
  /** Absences of doctors, asked for or granted. */
  leaves: Array<DutyLeave>;
  /** Duties that doctors exchange. */
  swaps: Array<Swap>;
  /** The languages that each doctor speaks, as far as somebody has said so. */
  languages: Array<Spoken>;
};

/** A duty. */
export type DutyView = {
  /** The doctor. */
  doctor: PartyId;
  /** The speciality. */
  speciality: Speciality;
  /** The level. */
  level: DutyLevel;
  /** The span. */
  span: Span;
};

/** Exception to the template: over its span only exceptions say who is on duty for the speciality at the level. Several at the same
 * time add up. */
export type Exception = {
  /** The identifier within the plan; 0 in a new one. */
  id: number;
  /** The speciality. */
  speciality: Speciality;
  /** The level. */
  level: DutyLevel;
  /** The span. */
  span: Span;
  /** The doctor on duty; none if nobody is. */
  doctor: PartyId | null;
};

/** A time in which nobody is on duty, although somebody keeps the rota. */
export type Gap = {
  /** The speciality. */
  speciality: Speciality;
  /** The level. */
  level: DutyLevel;
  /** The span. */
  span: Span;
  /** The doctors who would be on duty, and are on leave. */
  on_leave: Array<PartyId>;
  /** The doctors who would be on duty, and have no account any more or not this speciality. */
  without_account: Array<PartyId>;
};

/** Reads a calendar file as exceptions. */
export type ImportCalendar = {
  /** The version that the person saw. */
  version: number;
  /** The speciality of all its events. */
  speciality: Speciality;
  /** The level of all its events. */
  level: DutyLevel;
  /** The text of the file. */
  file: string;
  /** True to store it; false for a preview that changes nothing. */
  store: boolean;
  /** True if the person knows that nobody is on duty at once. */
  confirmed?: boolean;
};

/** What a calendar file would change, or has changed. */
export type ImportPreview = {
  /** Its events, understood or not. */
  events: Array<ImportedEvent>;
  /** The present duties that it replaces. */
  replaced: Array<DutyView>;
  /** True if it is stored now. */
  stored: boolean;
};

/** The reason for which an event is left out. */
export type ImportProblem = "doctor" | "time" | "zone" | "repeats" | "past" | "cancelled";

/** One event of a file. */
export type ImportedEvent = {
  /** The title of the event, shortened. */
  title: string;
  /** The time of the duty; none if it is not understood. */
  span: Span | null;
  /** The doctor whom the title names; none if it names none, or several. */
  doctor: PartyId | null;
  /** The reason for which it is left out; none if it becomes a duty. */
  problem: ImportProblem | null;
};

/** A span of local time. */
export type LocalSpan = {
  /** The beginning, as `2026-11-28T20:00`. */
  from: string;
  /** The end. */
  until: string;
};

/** A calendar feed. */
export type MadeFeed = {
  /** The address on this server. It is shown once; a new one makes it useless. */
  path: string;
};

/** Asks for a calendar feed with a new secret address. */
export type MakeFeed = {
  /** The speciality; none for one's own duties. */
  speciality?: Speciality;
};

/** A duty that runs now, as a post sees it. */
export type OnDutyNow = {
  /** The speciality. */
  speciality: Speciality;
  /** The level. */
  level: DutyLevel;
  /** The doctor's name. */
  name: string;
  /** The end of the duty, milliseconds from now: a tablet's clock may be wrong. */
  ends_in_ms: number;
  /** The end on the server's clock, milliseconds since 1970, to be shown as a time of day. */
  until: number;
  /** The doctors who are on duty after it for the same speciality and level. */
  then: string[];
};

/** The entries of a plan that a change replaces, removes or decides, as they were before it. */
export type Replaced = {
  /** Slots of the template. */
  slots: Array<WeekSlot>;
  /** Exceptions. */
  exceptions: Array<Exception>;
  /** Leave. */
  leaves: Array<DutyLeave>;
  /** Swaps. */
  swaps: Array<Swap>;
};

/** Days of the rota. */
export type RotaDays = {
  /** The first day, as `2026-11-23`; today if it is absent. */
  from?: string;
  /** The number of days, at most 42; a week if it is absent. */
  days?: number;
};

/** A doctor who can be on duty. */
export type RotaDoctor = {
  /** The account. */
  party: PartyId;
  /** The name. */
  name: string;
  /** The hospital. */
  place: string;
  /** The specialities. */
  specialities: Array<Speciality>;
};

/** A change as a page says it. Dates are local times of the country, as `2026-11-28T20:00`. */
export type RotaEdit =
  | { kind: "put_slots";
/** The slots; the `id` of a new one is 0. */
slots: Array<WeekSlot>, }
  | { kind: "remove_slot";
/** Its identifier. */
id: number, }
  | { kind: "put_exception";
/** Its identifier; 0 if it is new. */
id: number;
/** The speciality. */
speciality: Speciality;
/** The level. */
level: DutyLevel;
/** The doctor; none if nobody is on duty. */
doctor: PartyId | null;
/** The time. */
when: LocalSpan, }
  | { kind: "remove_exception";
/** Its identifier. */
id: number, }
  | { kind: "ask_leave";
/** The doctor. */
doctor: PartyId;
/** The time. */
when: LocalSpan, }
  | { kind: "decide_leave";
/** Its identifier. */
id: number;
/** True if it is granted. */
granted: boolean, }
  | { kind: "withdraw_leave";
/** Its identifier. */
id: number, }
  | { kind: "propose_swap";
/** The doctor who would take it. */
to: PartyId;
/** The duty. */
gives: Stretch;
/** The duty that would be taken in return. */
in_return?: Stretch, }
  | { kind: "answer_swap";
/** Its identifier. */
id: number;
/** True if it is accepted. */
accepted: boolean, }
  | { kind: "withdraw_swap";
/** Its identifier. */
id: number, }
  | { kind: "set_languages";
/** The doctor. */
doctor: PartyId;
/** The languages. */
languages: Array<Language>;
};

/** A part of the log of changes. */
export type RotaLog = {
  /** The changes, the newest first. */
  changes: Array<RotaLogLine>;
  /** True if there are older ones. */
  more: boolean;
};

/** One change of the rota. */
export type RotaLogLine = {
  /** The version that it made. */
  version: number;
  /** The time. */
  at: number;
  /** The name of the person who made it. */
  by: string;
  /** The change; none if another version of the server wrote what this one cannot read. */
  change: Change | null;
  /** The entries that it took the place of. */
  replaced: Replaced;
  /** The reason that the person gave; empty for none. */
  reason: string;
};

/** What is new for the doctor who asks: answers to their leave and swaps that they have not seen, and swaps that wait for them. */
export type RotaNews = {
  /** The version of the rota up to which the news go. */
  version: number;
  /** The answers, the newest first. */
  lines: Array<RotaNewsLine>;
  /** The swaps that wait for the doctor's answer. */
  asked: Array<Swap>;
};

/** An answer to a leave or a swap. */
export type RotaNewsLine = {
  /** The version of the rota that it made. */
  version: number;
  /** The time, ms since 1970. */
  at: number;
  /** The name of the person who answered. */
  by: string;
  /** What was answered. */
  what: DutyNews;
};

/** Who is on duty now: what a post may know. */
export type RotaNow = {
  /** The specialities for which a rota is kept. For any other one, every connected doctor is rung. */
  kept: Array<Speciality>;
  /** The duties that run now. */
  duties: Array<OnDutyNow>;
  /** The times within which cases are answered; none from a server of before. */
  answers?: AnswerTimes;
};

/** The answer to a change that was not made. */
export type RotaRefusal = {
  /** The stable code. */
  code: FailureCode;
  /** With `rota_uncovered`: the duties after which nobody would be on duty. */
  uncovered: Array<DutyView>;
  /** With `rota_uncovered` and `rota_on_duty`: the duties that would end at once. */
  taken_off: Array<DutyView>;
  /** With these codes, too: the duties of the same specialities that would run instead, in the order in which they are rung. */
  instead: Array<DutyView>;
  /** With these codes, too: the specialities for which a rota would be kept. For any other one, every connected doctor is rung. */
  kept: Array<Speciality>;
  /** With `rota_changed`: what is there now. */
  rota?: RotaView;
};

/** The rota as a coordinator or a doctor sees it. Times are ms since 1970. */
export type RotaView = {
  /** The number of changes so far, which a change must name. */
  version: number;
  /** The time at the server. */
  now: number;
  /** The country's time zone in the IANA database, in which everything is shown and typed. */
  zone: string;
  /** The days that were asked for: the midnight that begins each, and the one that ends the last. */
  midnights: number[];
  /** The doctors who can be on duty. */
  doctors: Array<RotaDoctor>;
  /** The duties of those days. */
  duties: Array<DutyView>;
  /** The duties that run now. */
  on_duty: Array<DutyView>;
  /** The gaps of the next two weeks. */
  gaps: Array<Gap>;
  /** The specialities for which a rota is kept. For any other one, every connected doctor is rung. */
  kept: Array<Speciality>;
  /** What the duties follow from. A doctor sees only their own leave and the swaps that concern them. */
  plan: DutyPlan;
};

/** Says that the doctor has seen the news. */
export type SeenRotaNews = {
  /** The version up to which they went. */
  version: number;
};

/** Span of time, from its first millisecond to the one before its end. */
export type Span = {
  /** The beginning, ms since 1970. */
  from: number;
  /** The end, ms since 1970, which is no longer part of it. */
  until: number;
};

/** The languages that a doctor speaks. */
export type Spoken = {
  /** The doctor. */
  doctor: PartyId;
  /** The languages. */
  languages: Array<Language>;
};

/** Stretch of duty: a speciality at a level over a span. */
export type Stretch = {
  /** The speciality. */
  speciality: Speciality;
  /** The level. */
  level: DutyLevel;
  /** The span. */
  span: Span;
};

/** Exchange of duties between two doctors. It has no effect until the other one accepts. */
export type Swap = {
  /** The identifier within the plan; 0 in a new one. */
  id: number;
  /** The doctor who proposes it and gives a duty away. */
  from: PartyId;
  /** The doctor who takes it. */
  to: PartyId;
  /** The duty that is given away. */
  gives: Stretch;
  /** The duty of the other that is taken in return; none for a favour. */
  in_return: Stretch | null;
  /** True once the other has accepted. */
  accepted: boolean;
};

/** Duty that comes back each week at the same local time. */
export type WeekSlot = {
  /** The identifier within the plan; 0 in a new one. */
  id: number;
  /** The speciality. */
  speciality: Speciality;
  /** The level. */
  level: DutyLevel;
  /** The day on which it begins. */
  weekday: Weekday;
  /** The local time at which it begins, minutes since midnight, below 1,440. */
  from_min: number;
  /** The local time at which it ends, minutes since midnight, at most 1,440. If it is not after the beginning, it is on the next day. */
  until_min: number;
  /** The doctor. */
  doctor: PartyId;
};

/** Day of the week. */
export type Weekday = "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";
