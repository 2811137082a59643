// The bodies of the HTTP interface, generated from src/http and clinic/src/view.rs: do not edit.
// UPDATE_PROTOCOL=1 cargo test -p teranga --lib typescript writes it anew; docs/API.md tells it in prose.
import type { ConsultationId, Intake, PartyId, Pii, Speciality } from "./messages.ts";

/** The end of an appointment that does not take place. */
export type AppointmentCancellation = {
  /** The name of the doctor who cancelled it. */
  by: Pii<string>;
  /** The time of the cancellation, ms since 1970. */
  at: number;
  /** The reason, in the doctor's words. */
  why: Pii<string>;
};

/** Identifier of an appointment, which its doctor's page makes, so that one that is sent twice is one appointment. */
export type AppointmentId = string;

/** The appointments of a post or of a doctor. */
export type AppointmentList = {
  /** The server's time, ms since 1970. */
  at: number;
  /** True if the server sends SMS, so that people are reminded. */
  reminds: boolean;
  /** Those that begin from today on, and were not cancelled, the first first; of one consultation, all. */
  appointments: Array<AppointmentRow>;
  /** Those of a post that begin from today on and were cancelled, so that somebody tells the patient. They stand apart, because a
   * page of before would call for them. */
  cancelled?: Array<AppointmentRow>;
};

/** An appointment, as its post and its doctor read it. */
export type AppointmentRow = {
  /** The appointment. */
  appointment: AppointmentId;
  /** The consultation in which it was made. */
  consultation: ConsultationId;
  /** The time at which it begins, ms since 1970. */
  at: number;
  /** Where it takes place. */
  way: AppointmentWay;
  /** The reason. */
  reason: string;
  /** The name of the post. */
  post: string;
  /** The doctor with whom it is. */
  doctor: PartyId;
  /** The doctor's name. */
  doctor_name: string;
  /** The speciality that was asked. */
  speciality: Speciality;
  /** The time at which it was to be before it was moved last, ms since 1970. */
  moved_from?: number;
  /** Its end, if it was cancelled. */
  cancelled?: AppointmentCancellation;
  /** The form with which its post calls: who the patient is, and the reason. */
  intake: Intake;
};

/** Where an appointment takes place. */
export type AppointmentWay = "call" | { "place": Pii<string> };

/** Cancels an appointment. */
export type CancelAppointment = {
  /** The reason. */
  why: string;
};

/** A date and a time on the wall of the post, as a page sends them. */
export type LocalTime = {
  /** The date, as `2027-02-28`. */
  day: string;
  /** The time of the day, as `09:30`. */
  time: string;
};

/** Makes an appointment. */
export type MakeAppointment = {
  /** The identifier, which the page makes. */
  appointment: AppointmentId;
  /** The date and time on the wall of the post. */
  local: LocalTime;
  /** Where it takes place. */
  way: AppointmentWay;
  /** The reason. */
  reason: string;
  /** The patient's telephone, which is reminded in place of the post's. */
  phone?: string;
};

/** Moves an appointment. */
export type MoveAppointment = {
  /** The date and time on the wall of the post. */
  local: LocalTime;
};

/** What became of an appointment that was made, moved or cancelled. */
export type StoredAppointment = {
  /** True if it is on the disk; false if it is on its way there. Saying it again is harmless. */
  stored: boolean;
};
