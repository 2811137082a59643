// The bodies of the HTTP interface, generated from src/http and clinic/src/view.rs: do not edit.
// UPDATE_PROTOCOL=1 cargo test -p teranga --lib typescript writes it anew; docs/API.md tells it in prose.

import type { ActId, ChatMark, ChatMessage, ConsentGiver, ConsultationId, Disposition, FailReason, Language, MediaType, Outcome, PartyId, PatientId, PhotoKind, Pii, Place, Record, ReferralEvent, ReferralState, RingReason, Role, SetAside, Sex, Speciality, StaffId, Step, Urgency } from "./messages.ts";

/** Somebody who did something. */
export type Actor = {
  /** Name to show. */
  name: Pii<string>;
  /** Role. */
  role: Role;
};

/** Adds a member of staff. The first of a post needs no proof, and is responsible. */
export type AddStaff = {
  /** Proof of the responsible person; none for the first member. */
  by: string | null;
  /** The name, at most 60 characters. */
  name: string;
  /** The profession, at most 60 characters. */
  title: string;
  /** True if they may add and change others. */
  responsible: boolean;
  /** Four to six digits. */
  pin: string;
};

/** Begins an attachment, or asks how much of it is there. */
export type AnnounceAttachment = {
  /** The format. */
  media_type: MediaType;
  /** The length, bytes. */
  bytes: number;
  /** The SHA-256, base64url without padding. */
  sha256: string;
};

/** Begins a photo that was asked for, or asks how much of it is there. */
export type AnnouncePhoto = {
  /** The photo's format. */
  kind: PhotoKind;
  /** The photo's length, bytes. */
  bytes: number;
  /** The photo's SHA-256, base64url without padding. */
  sha256: string;
  /** A small picture of it, WebP or JPEG of at most 2,000 bytes, base64url without padding. */
  thumbnail: string;
};

/** Asks for a challenge to sign. */
export type AskChallenge = {
  /** Device identifier from [`Enrolled`]. */
  device: PartyId;
};

/** The first thing that is wrong with an audit log. */
export type AuditFlaw = "missing" | "changed" | "cut_off" | "head" | "fact" | "other_log";

/** What is known of the audit log, as the operations page shows it. */
export type AuditStatus = {
  /** The number of rows. */
  rows: number;
  /** The head, as `ROWS:HASH`; empty until it was read. */
  head: string;
  /** True once the whole log was verified since the start. */
  verified: boolean;
  /** The first thing that was found wrong with it. */
  flaw: AuditFlaw | null;
};

/** What a structure can do for a patient. */
export type Capability = "cesarean" | "surgery" | "transfusion" | "neonatal" | "imaging" | "laboratory" | "maternity" | "ambulance";

/** Bytes to sign. */
export type Challenge = {
  /** 32 bytes, base64url without padding; for one use within 60 s. */
  challenge: string;
};

/** Changes a member of staff: oneself, or anybody by the responsible person. */
export type ChangeStaff = {
  /** Proof of who asks. */
  by: string;
  /** The member. */
  staff: StaffId;
  /** The new name. */
  name?: string | null;
  /** The new profession. */
  title?: string | null;
  /** True if they may add and change others from now on; heeded only from the responsible person. */
  responsible?: boolean;
  /** A new PIN. */
  pin?: string | null;
  /** True if they work there no more. */
  leaves: boolean;
};

/** A doctor whom a doctor may ask for an opinion, or to whom a case may be given or addressed. */
export type Colleague = {
  /** The account. */
  party: PartyId;
  /** The doctor's name. */
  name: Pii<string>;
  /** The doctor's specialities. */
  specialities: Array<Speciality>;
  /** True if a page of the doctor is connected at this moment. */
  connected: boolean;
};

/** Answers the two questions about a patient who may be meant. */
export type ConfirmDppPatient = {
  /** The patient, as [`DppPossible`] names them. */
  patient: string;
  /** The date of birth, as `1994-05-12`. */
  born: string;
  /** The town or village. */
  town: string;
  /** The last four figures of the telephone number. */
  phone: string;
};

/** The answer of the server to it. */
export type ConsentStored = {
  /** True if it is on the disk; otherwise the page says it again. */
  stored: boolean;
};

/** One thing that happened. */
export type ConsultationEvent = {
  /** Time by the server's clock, ms since 1970. */
  at: number;
  /** What. */
  kind: EventKind;
  /** Name of who did it; none for the server's own clock. */
  by: Actor | null;
  /** The member of staff who did it at a shared tablet, if one had signed in there. */
  staff?: StaffId;
  /** The step that an escalation reached. */
  step?: Step;
  /** The reason of an escalation. */
  escalation?: EscalationReason;
  /** The reason for which it rang again. */
  ring?: RingReason;
  /** The time until which it was put off, or of the appointment, ms since 1970. */
  until?: number;
  /** The speciality to which it was given. */
  speciality?: Speciality;
  /** What happened to a referral. The text of a counter-referral stands in the record. */
  referral?: ReferralEvent;
  /** The reason for that, or for cancelling a prescription or an appointment, in the doctor's words. */
  text?: Pii<string>;
};

/** State of a consultation. */
export type ConsultationState = "waiting" | "running" | "deferred" | "follow_up" | "closed" | "cancelled";

/** One line in the list of one's own consultations. */
export type ConsultationSummary = {
  /** Which. */
  id: ConsultationId;
  /** The post that asked. */
  place: Place;
  /** The requested speciality. */
  speciality: Speciality;
  /** The urgency. */
  urgency: Urgency;
  /** Reason for the call, in the nurse's words. */
  reason: Pii<string>;
  /** Time of the request by the server's clock, ms since 1970. */
  requested_at: number;
  /** State of the consultation. */
  state: ConsultationState;
  /** The disposition with which it ended. */
  disposition: Disposition | null;
  /** The doctor who holds it; none while it waits. */
  doctor: Pii<string> | null;
  /** Number of signed pieces of advice. */
  advice_count: number;
  /** Number of signed prescriptions, with those that were replaced or cancelled; none for a consultation without any. */
  prescription_count?: number;
  /** State of the last referral; none for a consultation without any. */
  referral?: ReferralState;
  /** The reason for which that referral failed; none if it did not. */
  referral_failed?: FailReason;
  /** Number of appointments, with those that were cancelled; none for a consultation without any. */
  appointment_count?: number;
  /** Time of the last appointment that was not cancelled, ms since 1970; none without one. */
  appointment_at?: number;
  /** Number of photos. */
  photo_count: number;
  /** Number of files that the post or a specialist added; none for a consultation without any. */
  attachment_count?: number;
  /** Number of messages that its members wrote to each other; none for a consultation without any. */
  chat_count?: number;
  /** What became of the patient; none until somebody told it, or the clock gave it up. */
  outcome?: ToldOutcome;
};

/** A whole consultation, for its members. Opening it is itself recorded. */
export type ConsultationView = {
  /** Its line in the list. */
  summary: ConsultationSummary;
  /** Form, last note (to doctors only) and signed advice. */
  record: Record;
  /** Events, oldest first. Saving a note and writing to each other are no events. */
  events: Array<ConsultationEvent>;
  /** The messages that its members wrote to each other, oldest first. */
  chat?: Array<ChatMessage>;
  /** How far the other members have received and read them. */
  chat_marks?: Array<ChatMark>;
  /** The members of staff whom the events name, and who took charge. */
  staff?: Array<StaffName>;
  /** The member of staff who said afterwards that they took charge of it. */
  in_charge?: StaffId;
};

/** What became of a patient as it is counted: what somebody told, and apart from that, that nobody told anything. */
export type CountedOutcome = Outcome | LossReason;

/** Answers a proposal. */
export type DecideProposal = {
  /** True if the structure is to be changed. */
  accepted: boolean;
  /** The reason, of at most 300 characters. A proposal is not rejected without one. */
  reason: string;
  /** The fact as the coordinator saw it beside the proposal (`known`). */
  seen: ProposedChange;
};

/** What an operator decides about a publication. */
export type DecidePublication = {
  /** The decision. */
  decision: PublicationChoice;
};

/** The space of a file system. */
export type DiskSpace = {
  /** What the server may still write, bytes. */
  free_bytes: number;
  /** Its size, bytes. */
  total_bytes: number;
  /** True if less than a tenth is free, and less than 5 GB: time to make space. */
  low: boolean;
};

/** A document of the record. */
export type DppDocument = {
  /** The identifier with which a doctor opens it; none if it cannot be opened. */
  id?: string;
  /** Its title or kind. */
  title: string;
  /** The time of its making, as FHIR writes it. */
  date?: string;
  /** Its author. */
  author?: string;
};

/** A failure of the exchange. */
export type DppFailed = {
  /** Its time, ms since 1970. */
  at: number;
  /** The reason. */
  why: DppFailure;
};

/** The reason for which an exchange failed, for operations. */
export type DppFailure = "unreachable" | "denied" | "refused" | "unusable";

/** One line of the record. */
export type DppLine = {
  /** What it is. */
  text: string;
  /** What is added: the reaction of an allergy, the dose of a drug. */
  detail?: string;
  /** The date since which, as far as it is known, as `2024-03`. */
  since?: string;
  /** True for an allergy that may kill. */
  grave?: boolean;
  /** True for an entry that says that no allergy is known. */
  denies?: boolean;
};

/** Who was found in the DPP, or why nobody was. */
export type DppLookup = { "state": "found";
/** The patient. */
patient: DppPatient, } | { "state": "possible";
/** The patients, the likeliest first. */
patients: Array<DppPossible>, } | { "state": "unknown" } | { "state": "retired" } | { "state": "off" } | { "state": "unreachable" } | { "state": "unusable" };

/** A patient of the DPP. */
export type DppPatient = {
  /** The identifier of the DPP's server. */
  id: string;
  /** The name. */
  name: string;
  /** The date of birth as far as it is known, as `1994-05`. */
  born: string | null;
  /** The sex. */
  sex: Sex | null;
  /** The number in the DPP. */
  number: string | null;
  /** The town or village. */
  town: string | null;
};

/** A patient who may be meant, of whom nothing more is told before the questions are answered. */
export type DppPossible = {
  /** The identifier of the DPP's server. */
  id: string;
  /** The name. */
  name: string;
  /** The questions; fewer than two if the record knows too little for anybody to confirm the patient. */
  questions: Array<DppQuestion>;
};

/** A question to the patient. */
export type DppQuestion = "born" | "town" | "phone";

/** The record of a patient in short, or why there is none. */
export type DppRecord = { "state": "found";
/** The time of reading by the server's clock, ms since 1970. */
at: number;
/** The patient; none if the asker has it from the answer before. */
patient?: DppPatient;
/** Allergies and intolerances, the grave ones first. */
allergies: Array<DppLine>;
/** Problems that are not resolved. */
problems: Array<DppLine>;
/** Drugs that are taken. */
drugs: Array<DppLine>;
/** The last documents, the newest first. */
documents: Array<DppDocument>;
/** True if there is more than is shown. */
more: boolean, } | { "state": "unknown" } | { "state": "retired" } | { "state": "off" } | { "state": "unreachable" } | { "state": "unusable" };

/** The state of the exchange with the DPP, for operations. */
export type DppState = {
  /** True if a DPP is configured. */
  on: boolean;
  /** The time of the last answer that could be used since the server started, ms since 1970. */
  success_at: number | null;
  /** The last failure since the server started. */
  failure: DppFailed | null;
  /** The number of records that are owed. */
  owed: number;
  /** The time since which the oldest of them is owed, ms since 1970. */
  owed_since: number | null;
  /** The number of records that were refused and wait for a person. */
  refused_count: number;
  /** The first 20 of them, the longest first. */
  refused: Array<RefusedPublication>;
};

/** Enrols this browser as the kiosk of a post. */
export type EnrollDevice = {
  /** The one-time code, as printed; hyphens, spaces and case do not matter. */
  code: string;
  /** Raw uncompressed P-256 point, base64url without padding. */
  public_key: string;
};

/** The answer to an enrolment: the browser is a kiosk now. */
export type Enrolled = {
  /** The device's name for all later sign-ins: keep it beside the key. */
  device: PartyId;
};

/** Checks a PIN. */
export type EnterStaff = {
  /** The member of staff. */
  staff: StaffId;
  /** What was typed. */
  pin: string;
};

/** The reason for which a request goes on to the next step. */
export type EscalationReason = "unanswered" | "nobody_there";

/** The event. */
export type EventKind = "requested" | "escalated" | "claimed" | "rang_again" | "postponed" | "redirected" | "entered" | "left" | "advised" | "prescribed" | "prescription_cancelled" | "consented" | "consent_withdrawn" | "referred" | "referral_moved" | "dispensed" | "appointed" | "appointment_moved" | "appointment_cancelled" | "photo_asked" | "photo_taken" | "attached" | "cancelled" | "closed" | "deferred" | "assigned" | "case_read" | "reminded" | "examined" | "outcome_asked_again" | "lost_to_follow_up" | "outcome_told";

/** A tablet or a doctor whom operations expect to be connected. Nobody is named. */
export type Expected = {
  /** The account or device. */
  party: PartyId;
  /** A tablet's or a doctor's. */
  role: Role;
  /** The structure. */
  place: Place;
  /** The time at which it was last connected, ms since 1970; none if it never was. It is exact to half a minute. */
  seen_at: number | null;
};

/** Body of every answer that is not a success. */
export type Failure = {
  /** Stable code. */
  code: FailureCode;
  /** Seconds to wait, with `too_many_attempts`. */
  retry_after_s?: number;
};

/** The reason for a refusal. Every code has a sentence in each language of the pages. */
export type FailureCode = "signed_out" | "credentials" | "too_many_attempts" | "origin" | "not_found" | "malformed" | "too_large" | "enroll_code" | "device" | "pin" | "not_responsible" | "challenge" | "password" | "not_prescriber" | "signing_key" | "signing_key_expired" | "prescription_line" | "prescription_unanswered" | "prescription_long" | "prescription_replaced" | "prescriptions_full" | "appointment_date" | "appointment_past" | "appointment_far" | "appointment_taken" | "appointment_over" | "appointment_phone" | "referral_structure" | "referrals_full" | "referral_step" | "referral_code" | "referral_elsewhere" | "ambulance_link" | "ambulance_over" | "signing_key_not_begun" | "clocks_apart" | "prescription_cancelled" | "prescription_expired" | "dispensed_already" | "patient_other_number" | "patient_number_unknown" | "patient_number_retired" | "dpp_silent" | "dpp_unusable" | "dpp_document_elsewhere" | "dpp_document_large" | "dpp_document_busy" | "dpp_document_kind" | "proposals_full" | "proposal_decided" | "proposal_stale" | "photo_offset" | "photo_kind" | "photo_damaged" | "sound_silent" | "sound_short" | "own_recording" | "recording_state" | "slot_full" | "attachment_damaged" | "attachment_late" | "attachments_full" | "voice_note_kind" | "voice_note_long" | "document_kind" | "document_pages" | "document_encrypted" | "document_too_hard" | "set_aside" | "rota_changed" | "rota_uncovered" | "rota_on_duty" | "rota_span" | "rota_doctor" | "rota_not_on_duty" | "rota_full" | "rota_file" | "storage" | "too_many_connections" | "draining" | "internal";

/** Asks who a patient is: by the number, or by what is known without one. */
export type FindDppPatient = {
  /** The number in the DPP. */
  number?: string;
  /** The name; it counts only without a number. */
  name?: string;
  /** The year of birth. */
  birth_year?: number;
  /** The sex. */
  sex?: Sex;
};

/** The server's health, as the operations page shows it. */
export type Health = {
  /** Version of the program. */
  version: string;
  /** Seconds since the start. */
  uptime_s: number;
  /** Resident memory, bytes. */
  rss_bytes: number;
  /** Share of one core used over the last second, percent. */
  cpu_percent: number;
  /** Rooms with a transport. */
  rooms: number;
  /** Participants with a transport. */
  peers: number;
  /** Datagrams received a second. */
  packets_in_per_s: number;
  /** Datagrams sent a second. */
  packets_out_per_s: number;
  /** Datagrams refused a second. */
  dropped_per_s: number;
  /** Open `WebSocket`s. */
  ws_sessions: number;
  /** Requests in the queue. */
  waiting: number;
  /** True if the last write to the store succeeded. */
  store_ok: boolean;
  /** The space of the disk that holds the data; none if it cannot be read. */
  disk: DiskSpace | null;
  /** Consultations that cannot be read, by identifier. */
  set_aside: Array<SetAside>;
  /** The state of the audit log. */
  audit: AuditStatus;
  /** True if the server takes no new work. */
  draining: boolean;
  /** The security events of the last ten minutes, by kind. */
  security: Array<SecurityCount>;
};

/** The hours at which a structure takes patients. */
export type Hours = "24h" | "day";

/** A decision about who a patient is in the national record. */
export type IdentificationLine = {
  /** The name by which it is undone. */
  id: string;
  /** The number in the DPP. */
  number: string;
  /** The name; none if nobody typed one and the record was not asked. */
  name: string | null;
  /** True if the record itself said that this name has this number. */
  confirmed: boolean;
  /** The time of the decision, ms since 1970. */
  at: number;
  /** The member of staff who decided it, as they are named on paper; none if nobody had typed a PIN. */
  staff: string | null;
};

/** Decides who a patient is in the national record. The server asks the record; only if it does not answer does the name count. */
export type IdentifyPatient = {
  /** The number in the DPP. */
  number: string;
  /** The name. */
  name?: string;
};

/** Decides that two patients are one person. */
export type JoinPatients = {
  /** The patient that is taken for the other one. */
  from: PatientId;
  /** The patient under which both are found. */
  into: PatientId;
};

/** The reason why the clock gave a patient up as lost to follow-up, although nobody said so. */
export type LossReason = "no_answer";

/** A decision that two patients are one person. */
export type MergeLine = {
  /** The name by which it is undone. */
  id: string;
  /** The time of the decision, ms since 1970. */
  at: number;
  /** The member of staff who decided it, as they are named on paper; none if nobody had typed a PIN. */
  staff: string | null;
  /** True if it was undone. */
  undone: boolean;
};

/** A structure near a post, whom its nurse may telephone. */
export type NearStructure = {
  /** The structure with its telephone number. */
  place: Place;
  /** Its level in the health pyramid. */
  level: StructureKind;
  /** The distance in a straight line, km; none if not even the districts of both have a position. The road is longer. */
  km: number | null;
  /** What the distance is worth: the worse of the two positions that it was computed from. */
  position: PositionQuality;
  /** An estimate of the time by road from the distance alone, minutes; none if there is no distance. */
  minutes: number | null;
  /** What the structure can do. */
  capabilities: Array<Capability>;
  /** When it takes patients. */
  hours: Hours;
  /** The time at which somebody last said that these facts are right, ms since 1970; none if nobody has. */
  data_at: number | null;
  /** True for demonstration data, with which nobody may decide anything. */
  demo: boolean;
};

/** The structures near a post. */
export type NearStructures = {
  /** The time of the list by the server's clock, ms since 1970: a tablet shows it for as long as it has no network. */
  at: number;
  /** For a post: those of a higher level first, then other posts, each by distance. For what a patient needs: those that can do it, by distance. */
  structures: Array<NearStructure>;
};

/** The kind of network of an address (RFC 6890). The address itself would tell where somebody lives, and is not kept. */
export type NetworkKind = "local" | "private" | "public";

/** A proposal beside what is known now. */
export type OpenProposal = {
  /** Its name. */
  proposal: ProposalId;
  /** The structure. */
  structure: Place;
  /** The level of the structure. */
  level: StructureKind;
  /** The post that proposes. */
  post: Place;
  /** The member of its staff who proposes; none if nobody had typed a PIN. */
  staff: string | null;
  /** The time at which it reached the server, ms since 1970. */
  at: number;
  /** What is proposed. */
  change: ProposedChange;
  /** The same fact as it is known now. */
  known: ProposedChange;
  /** The time at which somebody last said that what is known is right, ms since 1970; none if nobody has. */
  data_at: number | null;
  /** A remark; empty if there is none. */
  remark: string;
};

/** The proposals that wait for an answer. */
export type OpenProposals = {
  /** The time of the answer by the server's clock, ms since 1970. */
  at: number;
  /** The number of all that wait. */
  total: number;
  /** The oldest of them, at most 100. */
  proposals: Array<OpenProposal>;
};

/** The number of patients with an outcome. */
export type OutcomeCount = {
  /** The outcome. */
  outcome: CountedOutcome;
  /** The number of patients. */
  count: number;
};

/** What became of the patients of the last days. It names none of them. */
export type OutcomesView = {
  /** The number of days, with today. */
  days: number;
  /** The number of patients with each outcome, also where it is 0. */
  counts: Array<OutcomeCount>;
};

/** A proposal of the post that asks. */
export type OwnProposal = {
  /** Its name. */
  proposal: ProposalId;
  /** The structure. */
  structure: Place;
  /** The time at which it reached the server, ms since 1970. */
  at: number;
  /** Who proposed it; none if nobody had typed a PIN. */
  staff: StaffId | null;
  /** What is proposed. */
  change: ProposedChange;
  /** What became of it. */
  state: ProposalState;
  /** The time of the answer, ms since 1970. */
  decided_at: number | null;
  /** The reason of the answer; empty if there is none. */
  reason: string;
};

/** What a post has proposed, and what it may propose to open again. */
export type OwnProposals = {
  /** The time of the answer by the server's clock, ms since 1970. */
  at: number;
  /** The open proposals of the post and those that were answered in the last 30 days, the newest first. */
  proposals: Array<OwnProposal>;
  /** The nearest structures that are closed, which the list of structures near the post leaves out. */
  closed: Array<NearStructure>;
};

/** The way in which a doctor is reached once their page is closed. */
export type OwnReach = {
  /** True if the server sends SMS. */
  sms: boolean;
  /** The end of the doctor's own number, as `+221 …67`; none if no number is kept. */
  phone: string | null;
};

/** One of one's own sessions. */
export type OwnSession = {
  /** The name by which it is ended. */
  id: string;
  /** True for the session that asks. */
  current: boolean;
  /** True if a page of it is open at this moment. */
  online: boolean;
  /** Milliseconds since the sign-in. */
  opened_ms_ago: number;
  /** Milliseconds since its last use, to ten minutes. */
  seen_ms_ago: number;
  /** The kind of the browser, as `Firefox, Windows`; empty if it is not known. */
  browser: string;
};

/** A patient of a post, as its directory shows it. */
export type PatientLine = {
  /** The patient. */
  id: PatientId;
  /** The name or initials; none if nobody knows it. */
  name: string | null;
  /** The number in the DPP. */
  dpp: string | null;
  /** The year of birth, from the age; it may be one too high. */
  birth_year: number | null;
  /** The sex. */
  sex: Sex | null;
  /** The language spoken with the patient. */
  language: Language | null;
  /** The time of the last request, ms since 1970. */
  last_at: number;
  /** The number of consultations at this post. */
  visits: number;
};

/** A patient of a post, with what the post had before. */
export type PatientView = {
  /** The patient. */
  patient: PatientLine;
  /** The newest consultations. */
  consultations: Array<ConsultationSummary>;
  /** Patients who may be the same person. People decide that. */
  alike: Array<PatientLine>;
  /** What was decided, also what was undone. */
  joins: Array<MergeLine>;
  /** Who the patient is in the national record, as it was decided, without what was undone. */
  identifications: Array<IdentificationLine>;
};

/** State of an upload: the bytes of a photo that are durable at the server. */
export type PhotoHeld = {
  /** The number of durable bytes: the offset from which to go on. */
  held: number;
  /** True if the whole photo was right and is part of the consultation: the post may forget it. An empty piece behind the
   * last byte asks for this again. */
  stored: boolean;
};

/** What the position of a structure is worth, the best first. */
export type PositionQuality = "exact" | "approximate" | "district_seat" | "unknown";

/** Identifier of what a post proposes about a structure, which its tablet makes, so that a proposal that is sent twice is one proposal. */
export type ProposalId = string;

/** What became of a proposal. */
export type ProposalState = "open" | "accepted" | "rejected";

/** Proposes a correction. A proposal that is sent twice under one name is one proposal. */
export type ProposeChange = {
  /** The name of the proposal, which the tablet makes. */
  proposal: ProposalId;
  /** The identifier of the structure. */
  structure: string;
  /** What is proposed. */
  change: ProposedChange;
  /** A remark of at most 300 characters. */
  remark: string;
};

/** One fact about a structure, as a post proposes it, or as it is known. Its JSON is kept with each proposal. */
export type ProposedChange =
  | { kind: "phone";
/** The number; empty if there is none. */
phone: string, }
  | { kind: "capability";
/** The capability. */
capability: Capability;
/** True if the structure has it. */
present: boolean, }
  | { kind: "hours";
/** The hours. */
hours: Hours, }
  | { kind: "closed";
/** True if it takes none until further notice. */
closed: boolean;
};

/** What became of one version of a record, as people are told. */
export type Publication = {
  /** The name of the document. */
  key: string;
  /** What has become of it. */
  state: PublicationState;
  /** The reason for that; none if there was no trouble. */
  trouble?: PublicationTrouble;
  /** Who can do something about the trouble. */
  actor: PublicationActor;
  /** The time since which it is owed, ms since 1970. */
  made_at: number;
  /** The time of its last change, ms since 1970. */
  at: number;
};

/** Who can do something about a trouble. */
export type PublicationActor = "nobody" | "post" | "operator" | "national_record";

/** A decision about a publication. */
export type PublicationChoice = "retry" | "abandon";

/** What has become of a publication. */
export type PublicationState = "waiting" | "sent" | "refused" | "abandoned" | "dropped";

/** The reason why a publication waits, was refused or was dropped, or what is wrong with one that was sent. */
export type PublicationTrouble = "unreachable" | "denied" | "unusable" | "patient_unknown" | "other_patient" | "refused" | "doubled" | "unreadable" | "not_superseded" | "withdrawn" | "replaced";

/** Asks for the record of a patient who was found. */
export type ReadDppRecord = {
  /** The patient, as the answer before named them. */
  patient: string;
};

/** Everybody who has seen the record of a consultation, or asked for it and was refused, the earliest first. */
export type ReadersView = {
  /** The newest readings; at most 500. */
  readings: Array<ReadingLine>;
  /** The number of earlier ones that are left out. */
  left_out: number;
  /** The head of the audit log, `ROWS:HASH`, which covers all of them. A sheet on which it is printed keeps it outside this machine. */
  head: string;
};

/** One time at which somebody saw a record, or was refused. */
export type ReadingLine = {
  /** The time, ms since 1970. */
  at: number;
  /** The occasion. */
  occasion: ReadingOccasion;
  /** True if nothing was shown. */
  refused: boolean;
  /** The person's name. For a tablet it is the member of staff with the profession, and none if nobody had typed a PIN. */
  name: string | null;
  /** The name of the post or hospital; none if nobody knows the party any more. */
  place: string | null;
  /** The role; none if nobody knows the party any more. */
  role: Role | null;
  /** The kind of network from which it was asked for; none for what the server showed by itself. */
  network: NetworkKind | null;
};

/** The occasion on which somebody saw a record, or wanted to. */
export type ReadingOccasion = "request" | "ring" | "call" | "invitation" | "case" | "record" | "photo" | "attachment" | "prescription";

/** What became of the versions of the record of one consultation. */
export type RecordPublications = {
  /** True if a DPP is configured. */
  on: boolean;
  /** The versions that were owed, the oldest first. */
  publications: Array<Publication>;
  /** What the DPP keeps of them, also after the patient has withdrawn the consent. */
  remains: Remains;
  /** Whom a patient asks to have something hidden there; none if the configuration names nobody. */
  contact?: string;
};

/** A record that the DPP refused, or that could not be sent. */
export type RefusedPublication = {
  /** The consultation. */
  consultation: string;
  /** The name of its post; none if the consultation cannot be read. */
  place: string | null;
  /** What became of it. */
  publication: Publication;
};

/** What the national record keeps of a consultation if the patient withdraws the consent: MHD has no deletion. */
export type Remains = "nothing" | "unclear" | "sent";

/** What a patient answered, as the post writes it down. */
export type SayConsent = {
  /** True for yes; false for no, which after a yes withdraws it. */
  given: boolean;
  /** The language in which it was asked for. */
  language: Language;
  /** The person who answered. */
  giver: ConsentGiver;
};

/** The number of events of one kind in the last ten minutes. */
export type SecurityCount = {
  /** The kind. */
  kind: SecurityKind;
  /** The events of the last ten minutes. */
  recent: number;
};

/** The kind of a security event, which is its name in the log, the label in `/metrics` and the word on the operations
 * page. */
export type SecurityKind = "signed_in" | "sign_in_failed" | "enrolment_code" | "liaison_code" | "device_refused" | "revoked_device" | "challenge_refused" | "throttled" | "foreign_origin" | "unknown_session" | "route_refused" | "record_refused" | "photo_refused" | "malformed" | "grant_refused" | "message_refused" | "socket_abuse" | "session_ended" | "revoked";

/** A sentence of the catalogue. */
export type Sentence = "consent" | "share" | "photo" | "wait" | "fear" | "look" | "hurt" | "breathe" | "still" | "drink" | "ambulance";

/** Signs a person in. */
export type SignIn = {
  /** The account's sign-in name. */
  login: string;
  /** Its password. */
  password: string;
};

/** Signs a kiosk in. */
export type SignInDevice = {
  /** Device identifier from [`Enrolled`]. */
  device: PartyId;
  /** The bytes of [`Challenge`], unchanged. */
  challenge: string;
  /** ECDSA P-256 with SHA-256 over the challenge's 32 bytes, r‖s, base64url without padding. */
  signature: string;
};

/** Who did something to a recording, and when. */
export type SpokenAct = {
  /** The name of an operator; none for a stand-in. */
  by: string | null;
  /** The time, ms since 1970. */
  at: number;
};

/** A recording of a sentence that a tablet may play to a patient. */
export type SpokenOffer = {
  /** The sentence. */
  sentence: Sentence;
  /** The language in which it is said. */
  language: Language;
  /** The version. */
  version: number;
  /** True if a program speaks it, in place of a person who has not recorded it yet. */
  stand_in: boolean;
  /** The length, milliseconds. */
  duration_ms: number;
  /** The size, bytes. */
  bytes: number;
  /** The SHA-256 of the file, base64url without padding. */
  sha256: string;
};

/** A recording of a sentence, as operators see it. */
export type SpokenRecording = {
  /** The sentence. */
  sentence: Sentence;
  /** The language in which it is said. */
  language: Language;
  /** The version. */
  version: number;
  /** Its state. */
  state: SpokenState;
  /** True if a program speaks it. */
  stand_in: boolean;
  /** True if the asker has recorded it, and so cannot sign it off. */
  own: boolean;
  /** Who recorded it and when. */
  recorded: SpokenAct;
  /** Who signed it off and when. */
  signed_off: SpokenAct | null;
  /** Who withdrew it and when. */
  withdrawn: SpokenAct | null;
  /** The length, milliseconds. */
  duration_ms: number;
  /** The size, bytes. */
  bytes: number;
};

/** The state of a recording. It only moves forward. */
export type SpokenState = "draft" | "signed_off" | "withdrawn";

/** A member of the staff of the post that asks. */
export type StaffLine = {
  /** The identifier. */
  id: StaffId;
  /** The name to show. */
  name: string;
  /** The profession, as `ICP` or `sage-femme`. */
  title: string;
  /** True for who may add and change the others. */
  responsible: boolean;
  /** True for who works there no more. */
  left: boolean;
};

/** A member of the staff of a post. */
export type StaffName = {
  /** Who. */
  id: StaffId;
  /** The name to show. */
  name: Pii<string>;
  /** The profession, as `ICP` or `sage-femme`. */
  title: Pii<string>;
};

/** The PIN was right. */
export type StaffProof = {
  /** The secret by which this tablet tells who is there, until the PIN changes. */
  proof: string;
};

/** The level of a structure in the health pyramid. */
export type StructureKind = "case" | "post" | "district" | "hospital" | "eps1" | "eps2" | "eps3" | "office";

/** Says who took charge of a consultation that was begun without a PIN. */
export type TakeCharge = {
  /** The consultation. */
  consultation: ConsultationId;
  /** Proof of who took charge. */
  by: string;
};

/** What became of the patient, and when that was said, or given up. */
export type ToldOutcome = {
  /** The outcome. */
  outcome: Outcome;
  /** A remark; empty if there is none. */
  text: Pii<string>;
  /** Time by the server's clock, ms since 1970. */
  at: number;
  /** The act, as its page named it; none for one that has no name. */
  act?: ActId;
  /** The reason for which the clock gave the patient up; none for an outcome that somebody told. */
  lost?: LossReason;
};

/** Who took charge. The first one who said so stands. */
export type TookCharge = {
  /** The member of staff. */
  staff: StaffId;
};
