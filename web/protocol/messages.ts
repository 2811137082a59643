// The messages of the WebSocket, generated from signaling/src/message and clinic/src: do not edit.
// UPDATE_PROTOCOL=1 cargo test -p teranga --lib typescript writes it anew; signaling/PROTOCOL.md tells it in prose.

/** The version of this protocol that the server and its own pages speak. */
export const PROTOCOL_VERSION = 2;

/** Most characters of a text; beyond, the message is refused as `too_large`. */
export const TEXT_LIMITS = {
  reason: 500,
  dpp: 32,
  name: 60,
  typed: 16,
  note: 12000,
  advice: 4000,
  chat: 500,
} as const;

/** Most marks on a photo, and its right and lower border in their units. */
export const PHOTO_MARKS = { most: 16, place: 10000 } as const;

/** Somebody who is on duty and not there. */
export type Absence = {
  /** The doctor's name. */
  name: Pii<string>;
  /** The doctor's hospital, with its telephone. */
  place: Place;
  /** The speciality. */
  speciality: Speciality;
  /** The level. */
  level: DutyLevel;
  /** The reason. */
  why: AbsenceReason;
  /** The time since which the doctor is not there, or the beginning of the duty if that is later; ms since 1970. */
  since: number;
  /** The end of the duty, ms since 1970. */
  until: number;
  /** What became of the SMS and the e-mail to the doctor; none if there is neither a gateway nor a relay, or nothing was to be sent. */
  notices?: Array<Notice>;
};

/** The way in which somebody is not there. */
export type AbsenceReason = "not_connected" | "declared_away";

/** An act of a party on a consultation, as far as it leads on or out of it. */
export type Act = "rejoin" | "leave" | "cancel" | "ring_again" | "defer" | "take_over" | "hand_on" | "postpone" | "redirect" | "answer" | "direct";

/** Identifier of an act of a post in a deferred case, or of anybody in a referral, which its page makes, so that an act that is said twice is one act. */
export type ActId = string;

/** A waiting or running consultation. */
export type Activity = {
  /** Which. */
  consultation: ConsultationId;
  /** The post that asked. */
  place: Place;
  /** The speciality that it needs. */
  speciality: Speciality;
  /** The urgency. */
  urgency: Urgency;
  /** Waiting: whom the clock has reached. None once it was taken. */
  step: Step | null;
  /** The time since the request, in milliseconds. */
  age_ms: number;
  /** Links of those who have a transport, with their role and place. */
  links: Array<ActivityLink>;
};

/** A member's link as operations see it. */
export type ActivityLink = {
  /** The role of the member. */
  role: Role;
  /** Where. */
  place: Place;
  /** The figures. */
  link: MemberLink;
};

/** The addressee of a deferred case. */
export type Addressee = { "speciality": Speciality } | { "party": PartyId };

/** Signed advice. */
export type Advice = {
  /** The consultation. */
  consultation: ConsultationId;
  /** Revision of the page that wrote it; it orders several pieces of advice. */
  revision: number;
  /** The text. */
  text: Pii<string>;
  /** The name of the doctor who signed. */
  by: Pii<string>;
  /** Their number in the register of the professional order; none if it was not known when they signed. */
  order_number?: Pii<string>;
  /** Time by the server's clock, ms since 1970. */
  at: number;
  /** The revision of the same consultation that this one corrects; none for further advice. */
  replaces?: number;
};

/** Advice to the post. Sending it signs it: the server records author, time and text. */
export type Advise = {
  /** The consultation. */
  consultation: ConsultationId;
  /** Revision, counted up by the page and repeated in `saved`. The same revision again changes nothing. */
  revision: number;
  /** The text. */
  text: Pii<string>;
  /** The revision that this one corrects: a member reads this text in its place. None for further advice. */
  replaces?: number;
};

/** What stands out in a consultation that rings again. */
export type Again = {
  /** The reason. */
  why: RingReason;
  /** The doctor who held it last. */
  party: PartyId;
  /** That doctor's name. */
  by: Pii<string>;
  /** The number of signed pieces of advice. */
  advice: number;
};

/** The age of a patient, as roughly as the choice among waiting requests needs it. */
export type AgeBand = "infant" | "small_child" | "child" | "adult" | "older";

/** SDP answer to `join` or `offer`, in their order. */
export type Answer = {
  /** SDP answer. */
  sdp: string;
};

/** Answer to a `ring` with `invited_by`. */
export type AnswerInvite = {
  /** The consultation. */
  consultation: ConsultationId;
  /** True if the party comes. */
  accept: boolean;
};

/** What somebody typed into the field of a value that it cannot be. It travels as it was typed, because a slip of the
 * finger must not hide that something was measured. */
export type AsTyped = {
  /** The value that was asked for. */
  vital: Vital;
  /** The text in the field. */
  text: Pii<string>;
};

/** The specialist of a case asks a colleague for a second opinion. */
export type AskOpinion = {
  /** The consultation. */
  consultation: ConsultationId;
  /** The colleague. */
  party: PartyId;
};

/** The holder asks the post for a photo. */
export type AskPhoto = {
  /** The consultation. */
  consultation: ConsultationId;
  /** Identifier of the photo, made by the page. Asking again with the same one changes nothing. */
  photo: PhotoId;
};

/** A specialist takes a case that nobody answers for, or gives one to a colleague; a coordinator gives it to a specialist. */
export type AssignCase = {
  /** The consultation. */
  consultation: ConsultationId;
  /** The specialist who will answer for it. */
  to: PartyId;
};

/** An attachment of a consultation. */
export type Attachment = {
  /** The consultation. */
  consultation: ConsultationId;
  /** The attachment. */
  attachment: AttachmentId;
  /** Name of the post or the specialist who added it. */
  by: Pii<string>;
  /** The role of whoever added it. */
  role: Role;
  /** Time by the server's clock, ms since 1970. */
  at: number;
  /** The stored file. */
  file: AttachmentFile;
  /** True if it came after the end of the consultation. */
  late?: boolean;
};

/** What was found in an attachment when it was checked. */
export type AttachmentContent =
  | { kind: "photo";
/** Width, pixels. */
width: number;
/** Height, pixels. */
height: number, }
  | { kind: "voice_note";
/** Duration in milliseconds. */
duration_ms: number;
/** True if no sample of it is louder than silence. */
silent: boolean, }
  | { kind: "document";
/** The pictures that the server made of the pages, in their order. */
pages: Array<PhotoFile>;
};

/** Properties of a stored attachment. */
export type AttachmentFile = {
  /** Format of the original. */
  media_type: MediaType;
  /** Length of the original in bytes. */
  bytes: number;
  /** SHA-256 of the original, base64url without padding. */
  sha256: string;
  /** What is in it. */
  content: AttachmentContent;
};

/** Identifier of an attachment, which its sender's page makes, so that one that is sent twice is one attachment. */
export type AttachmentId = string;

/** Availability of a specialist, which decides when they are rung. */
export type Availability = "available" | "busy" | "away";

/** A heartbeat, and the answer that proves both directions. */
export type Beat = {
  /** Chosen by the client, echoed by the server. */
  n: number;
};

/** Severity of a bleeding. */
export type Bleeding = "none" | "light" | "heavy";

/** Last message of a socket. */
export type Bye = {
  /** Why. */
  reason: ByeReason;
};

/** Why the server closes a socket. */
export type ByeReason = "replaced" | "revoked" | "signed_out" | "draining" | "slow" | "lost" | "abuse";

/** A running consultation, sent on entering and whenever its members change. */
export type Call = {
  /** The consultation. */
  consultation: ConsultationId;
  /** Your member number in the room. */
  member: MemberId;
  /** All members, including you. */
  members: Array<Member>;
  /** Time since it was taken. */
  age_ms: number;
  /** New join token to join with; none if your transport still stands. */
  grant: Grant | null;
  /** The record so far; sent on entering only. */
  record: Record | null;
  /** Parties that can be invited; sent to the holder only, on entering and when they change. */
  invitable: Array<Invitable>;
  /** What you may do now. A page draws its buttons from it. */
  may: Array<Act>;
  /** The consultation rings again, because its doctor is not there; none while the doctor is. */
  rings: RingsAgain | null;
  /** The call is on hold, or its post wants to be called back: it rings nobody until a time. */
  postponed?: Postponed;
};

/** The specialist of a case calls its post. */
export type CallCase = {
  /** The consultation. */
  consultation: ConsultationId;
};

/** The post withdraws a request that still waits, or ends a consultation whose doctor is not there any more or which it has
 * left itself. */
export type Cancel = {
  /** The consultation. */
  consultation: ConsultationId;
};

/** The end of a prescription that nobody shall follow. */
export type Cancellation = {
  /** The specialist who cancelled it. */
  by: Pii<string>;
  /** Time by the server's clock, ms since 1970. */
  at: number;
  /** The reason, in the specialist's words. */
  why: Pii<string>;
};

/** Sender limits: what you may send from now on. The server drops what exceeds them. */
export type Caps = {
  /** Opus target rate, bits per second. */
  audio_bps: number;
  /** Opus packet time, ms: 20, 40, 60 or 120. */
  ptime_ms: number;
  /** Distance in packets of the copy that each voice packet also carries (RED, RFC 2198); 0 for no copies. */
  red: number;
  /** Rate of all video layers together, bits per second; none to send no video. */
  video_bps: number | null;
  /** Rate of pictures on the data channel with their headers, bits per second; none to send no pictures. */
  pictures_bps: number | null;
  /** Least playout delay of the voices that you receive, ms; 0 leaves it to you. */
  playout_ms: number;
  /** Rung of the ladder that the weakest link of the conversation carries. */
  rung: Rung;
};

/** A case leaves the page's list. */
export type CaseGone = {
  /** The consultation. */
  consultation: ConsultationId;
};

/** The cases of a page's list; sent after `welcome` if there are any. */
export type CaseList = {
  /** The rows: cases without an answer that nobody has, that are late, or that the reader has; then the others; then those whose outcome
   * is awaited. Among them the most urgent come first, and then what is due first. The last ones are left out if there are too many. */
  cases: Array<CaseRow>;
};

/** One row of a list of cases. */
export type CaseRow = {
  /** The consultation. */
  consultation: ConsultationId;
  /** The post. */
  place: Place;
  /** The speciality that is asked. */
  speciality: Speciality;
  /** The urgency. */
  urgency: Urgency;
  /** The gravest danger in the form; none if nothing in it is dangerous. */
  danger?: Severity;
  /** The name or the number of the patient, for members of the case; none if neither is known. */
  patient?: Pii<string>;
  /** The reason in the nurse's words, for members of the case. */
  reason?: Pii<string>;
  /** How far it has come. */
  state: CaseState;
  /** The name of the specialist who answers for it; none if nobody does. */
  doctor: Pii<string> | null;
  /** True if the reader is that specialist. */
  mine: boolean;
  /** Time since it is a case, or since it ended if the outcome is awaited. */
  age_ms: number;
  /** Time until whoever has the next step must have taken it, or until the outcome is asked; 0 if that time is over. */
  due_in_ms: number;
  /** True if whoever has the next step was reminded; if the outcome is awaited, true if the post was asked for it again. */
  reminded: boolean;
  /** Number of times that a specialist let the deadline pass. */
  lapses: number;
  /** Number of messages of others that the reader has not read. */
  unread: number;
  /** Number of facts: a page that has read the case with this number has everything. */
  facts: number;
  /** The disposition with which it ended; none before. */
  disposition?: Disposition;
};

/** How far a case has come. */
export type CaseState = "unassigned" | "assigned" | "read" | "asked" | "answered" | "answer_read" | "follow_up";

/** Identifier of a chat message, which its writer's page makes, so that a message that is said twice is one message. */
export type ChatId = string;

/** How far one member other than the reader has come in the chat. */
export type ChatMark = {
  /** The member's name. */
  by: Pii<string>;
  /** The highest number that the member's page has received. */
  received: number;
  /** The highest number that was shown in an open chat on a visible page. */
  read: number;
};

/** A chat message, as one reader is shown it. */
export type ChatMessage = {
  /** Its place among the messages of the consultation, counted from 1 without a gap. */
  number: number;
  /** The identifier that the reader's own page gave it; none for a message of somebody else. */
  chat?: ChatId;
  /** The name of whoever wrote it. */
  by: Pii<string>;
  /** Time by the server's clock, ms since 1970. */
  at: number;
  /** The text; none if it only tells its writer's page that the text is stored. */
  text?: Pii<string>;
};

/** What is new in the chat. */
export type ChatNews = {
  /** The consultation. */
  consultation: ConsultationId;
  /** The messages, oldest first. */
  messages?: Array<ChatMessage>;
  /** How far other members have come, each of whom replaces what was told of them before. */
  marks?: Array<ChatMark>;
  /** The number up to which the reader has read, told with the first answer on a socket; none for nothing. */
  read?: number;
};

/** A specialist takes a request. Exactly one of several succeeds. */
export type Claim = {
  /** The consultation. */
  consultation: ConsultationId;
};

/** Message of a client. */
export type ClientMessage =
  | { type: "hello" } & Hello
  | { type: "beat" } & Beat
  | { type: "piece_received" }
  | { type: "availability" } & SetAvailability
  | { type: "staff" } & SetStaff
  | { type: "prepare" } & Prepare
  | { type: "request" } & Request
  | { type: "cancel" } & Cancel
  | { type: "postpone" } & Postpone
  | { type: "redirect" } & Redirect
  | { type: "claim" } & Claim
  | { type: "join" } & Join
  | { type: "offer" } & Offer
  | { type: "measured" } & Measured
  | { type: "voice_only" } & VoiceOnly
  | { type: "screen" } & Screen
  | { type: "voice" } & Voice
  | { type: "invite" } & Invite
  | { type: "answer_invite" } & AnswerInvite
  | { type: "leave" } & Leave
  | { type: "rejoin" } & Rejoin
  | { type: "ring_again" } & RingAgain
  | { type: "hand_on" } & HandOn
  | { type: "note" } & Note
  | { type: "advise" } & Advise
  | { type: "ask_photo" } & AskPhoto
  | { type: "mark_photo" } & MarkPhoto
  | { type: "write_chat" } & WriteChat
  | { type: "see_chat" } & SeeChat
  | { type: "close" } & Close
  | { type: "defer" } & Defer
  | { type: "assign_case" } & AssignCase
  | { type: "read_case" } & ReadCase
  | { type: "ask_opinion" } & AskOpinion
  | { type: "call_case" } & CallCase
  | { type: "examine" } & Examine
  | { type: "tell_outcome" } & TellOutcome
  | { type: "watch" } & Watch;

/** Ends a consultation. Only the holder may send it. */
export type Close = {
  /** The consultation. */
  consultation: ConsultationId;
  /** The disposition. */
  disposition: Disposition;
  /** Hours until the post is asked for the outcome; none if it is not asked. */
  follow_up_h?: number;
};

/** The consultation is over. */
export type Closed = {
  /** The consultation. */
  consultation: ConsultationId;
  /** The disposition; none if it was withdrawn. */
  disposition: Disposition | null;
  /** True if it is not over, but goes on as a deferred case, of which `case` tells. */
  deferred?: boolean;
};

/** Consciousness by the AVPU scale. */
export type Consciousness = "alert" | "voice" | "pain" | "unresponsive";

/** The answer of a patient. */
export type Consent = {
  /** What it means. */
  standing: ConsentStanding;
  /** The answer. */
  said: ConsentAct;
  /** Time by the server's clock, ms since 1970. */
  at: number;
  /** The member of staff who asked; none if nobody had typed a PIN. */
  staff?: StaffId;
};

/** An answer as the post wrote it down. */
export type ConsentAct = {
  /** The act, as its page named it, so that it is one act if it is said twice. */
  act: ActId;
  /** The language in which it was asked for. */
  language: Language;
  /** The person who answered. */
  giver: ConsentGiver;
};

/** The person who answered. */
export type ConsentGiver = "patient" | "guardian";

/** What an answer means after those before it. */
export type ConsentStanding = "given" | "refused" | "withdrawn";

/** The patient answered about sharing the record. */
export type ConsentTold = {
  /** The consultation. */
  consultation: ConsultationId;
  /** The answer that counts from now on. */
  consent: Consent;
};

/** Identifier of a consultation, from the request to the disposition. It is random: knowing it gives no access, and guessing it
 * is hopeless. */
export type ConsultationId = string;

/** What the receiver wrote back ("contre-référence"). */
export type CounterReferral = {
  /** The text. */
  text: Pii<string>;
  /** The name of whoever wrote it. */
  by: Pii<string>;
  /** Time by the server's clock, ms since 1970. */
  at: number;
};

/** A dangerous value of a form. It tells how ill a patient is, so no log may hold it: `Debug` prints a placeholder. */
export type Danger = {
  /** The value that turns red. */
  vital: Vital;
  /** How grave it is. */
  severity: Severity;
  /** The sentence that explains it. */
  word: Word;
};

/** Makes a call a deferred case, or gives a case to another addressee. */
export type Defer = {
  /** The consultation. */
  consultation: ConsultationId;
  /** The addressee; none for the speciality that the post asked for. */
  to?: Addressee;
};

/** The departure of the patient for the structure that is asked. */
export type Departed = {
  /** How the patient travels. */
  transport: Transport;
  /** The expected travelling time in minutes; none if nobody knows it. */
  eta_min?: number;
  /** Time of the departure by the server's clock, ms since 1970. It is earlier than that of its step if it was told later. */
  at: number;
};

/** What was given of a prescription at one time and place. */
export type Dispensed = {
  /** Name of the act, which whoever does it makes. The same act said twice is one. */
  act: ActId;
  /** The lines to which something happened, each once. */
  lines: Pii<Array<DispensedLine>>;
  /** The pharmacy; none if it was the post for which the prescription was written. */
  pharmacy?: Pharmacy;
  /** The time at which it was given by the server's clock, which a tablet without a network knows only roughly, ms since 1970. */
  at: number;
};

/** What was given of one line, or that it was not given. */
export type DispensedLine = {
  /** The line, counted from 0. */
  line: number;
  /** Units that were given. A line whose units cannot be counted is one unit. */
  quantity: number;
  /** The reason for which nothing was given; none if something was. */
  refused?: RefusalReason;
};

/** The way in which a consultation ends. */
export type Disposition = "advice" | "prescription" | "evacuation" | "appointment";

/** The presence of a doctor, as far as it changes when the doctor is rung. */
export type DoctorState = "available" | "in_call" | "busy" | "away" | "not_connected";

/** Everybody who is on duty and not there, sent to coordinators after `welcome` and whenever it changes. It replaces the list
 * before. */
export type DutyAbsent = {
  /** The absences. */
  absences: Array<Absence>;
};

/** Level of a duty: the order in which doctors are rung. */
export type DutyLevel = "first" | "second" | "regional";

/** One row of the queue. */
export type Entry = {
  /** The consultation. */
  consultation: ConsultationId;
  /** The requested speciality. */
  speciality: Speciality;
  /** The urgency. */
  urgency: Urgency;
  /** The post that asks. */
  place: Place;
  /** The form, for the doctors whom the request rings. The others get it empty but for the language, and see the rest
   * when they take the request. */
  intake: Intake;
  /** The gravest danger in the form, also for who does not see the form; none if nothing in it is dangerous. */
  danger?: Severity;
  /** The dangerous values of the form, the gravest first. */
  dangers?: Array<Danger>;
  /** The patient's age, roughly; none if it is unknown. */
  age_band?: AgeBand;
  /** True if the form is left out because the request does not ring here. */
  reduced?: boolean;
  /** Time since the request became durable, or since it rings again. */
  waited_ms: number;
  /** Escalation step reached, see [`Step`]. */
  step: Step;
  /** True if the post's page is connected at this moment. */
  present: boolean;
  /** The consultation was taken before and rings again; none for a request that nobody has taken. */
  again: Again | null;
  /** Time until it rings again by itself, because it is put off; none if it rings. */
  postponed_ms?: number;
  /** Who rings now and next, and why. */
  who?: WhoRings;
  /** The reasons for which it rings here before it rings for others. */
  prefers?: Array<Preference>;
  /** The reason for which another speciality gave it to this one, in its doctor's words. */
  redirected?: Pii<string>;
};

/** One request left the queue. */
export type EntryGone = {
  /** The consultation. */
  consultation: ConsultationId;
  /** Name of the doctor who took it; none if it was withdrawn. */
  by: Pii<string> | null;
  /** True if it only stops ringing, because it is put off or was given to another speciality; its new row follows. */
  returns?: boolean;
};

/** Why something was refused. Every code has a sentence in each catalogue of the pages. */
export type ErrorCode = "malformed" | "too_large" | "version" | "elsewhere" | "unprescribed" | "unreferred" | "unappointed" | "order" | "not_found" | "already_taken" | "busy" | "outcome_told" | "queue_full" | "post_away" | "grant" | "offer" | "room_full" | "set_aside" | "storage" | "too_fast" | "draining" | "internal";

/** The wait of those who asked for one speciality in the last hours. Somebody who gave up counts with the time they waited. */
export type Estimate = {
  /** The median. */
  median_ms: number;
  /** The bad case: nine of ten waited no longer. */
  bad_ms: number;
  /** The number of requests. */
  count: number;
  /** The hours that they span, back from now. */
  hours: number;
};

/** One examination of the patient. */
export type Examination = {
  /** Time by the server's clock, ms since 1970. */
  at: number;
  /** The whole form with the values of that time. */
  intake: Intake;
  /** The act, as its page named it; none for the form of the request. */
  act?: ActId;
};

/** The post has examined the patient again. */
export type Examine = {
  /** The consultation. */
  consultation: ConsultationId;
  /** The whole form with the new values. */
  intake: Intake;
  /** The act, as the page names it; a page that says it again with the same name means the same act. */
  act?: ActId;
};

/** The reason for which a referral failed. */
export type FailReason = "not_arrived" | "died_on_the_way";

/** Movement of the fetus, as the mother feels it. */
export type FetalMovement = "normal" | "reduced" | "absent";

/** The reason why a line is questioned. */
export type FindingKind = "allergy" | "same_subgroup" | "pregnancy" | "male_and_pregnant" | "same_substance" | "pregnancy_unknown" | "intake_high" | "age_unlisted" | "dose_low" | "dose_high" | "patient_unknown" | "course_long" | "too_long" | "not_renewable" | "unchecked";

/** Join token for the media plane. It names session and room, lives five minutes at most, and works once. */
export type Grant = {
  /** The token: 128 random bits. */
  token: Pii<string>;
  /** Your member number in the room. */
  member: MemberId;
};

/** Hands a consultation on: it rings for others, and its holder is free. */
export type HandOn = {
  /** The consultation. */
  consultation: ConsultationId;
  /** The request that the holder claims instead. */
  take?: ConsultationId;
};

/** First message of a socket. The HTTP session that opened the socket tells who speaks. */
export type Hello = {
  /** [`PROTOCOL_VERSION`] of the client. */
  version: number;
  /** The token of the last `welcome`: this page, back after a loss. */
  resume?: Pii<string>;
  /** Continue here although another window of the same account is open; that one is told goodbye. */
  take_over: boolean;
  /** True if the page puts long messages together from [`Piece`](super::piece::Piece)s. */
  pieces?: boolean;
};

/** Identity of a client, as the server has authenticated it. */
export type Identity = {
  /** Account or device. */
  party: PartyId;
  /** Role. */
  role: Role;
  /** Name shown to the other members: a person's or a post's. */
  name: Pii<string>;
  /** Post or hospital. */
  place: Place;
  /** Specialities of a specialist; empty for others. */
  specialities: Array<Speciality>;
};

/** Intake form that the post fills in before calling. Every value may be unknown. The fields after `language` are left
 * out where they are unknown, because a page of the previous version does not know them. */
export type Intake = {
  /** Number in the DPP ("dossier patient partagé", the national shared patient record); none if it is unknown. */
  dpp: Pii<string> | null;
  /** Reason for the call, in the nurse's words. */
  reason: Pii<string>;
  /** Age in whole years. */
  age_years: Pii<number> | null;
  /** Duration of the pregnancy in weeks. */
  term_weeks: Pii<number> | null;
  /** Systolic blood pressure, mmHg. */
  systolic: Pii<number> | null;
  /** Diastolic blood pressure, mmHg. */
  diastolic: Pii<number> | null;
  /** Pulse, beats a minute. */
  pulse: Pii<number> | null;
  /** Temperature in tenths of a degree Celsius. */
  temperature_dc: Pii<number> | null;
  /** Vaginal or other bleeding. */
  bleeding: Pii<Bleeding> | null;
  /** Convulsions now or earlier today. */
  convulsions: Pii<boolean> | null;
  /** Language spoken with the patient. */
  language: Language | null;
  /** Name or initials of the patient. */
  name?: Pii<string>;
  /** Sex. */
  sex?: Pii<Sex>;
  /** Age of a small child in whole months, added to the years. */
  age_months?: Pii<number>;
  /** Age of a newborn in days, added to years and months. */
  age_days?: Pii<number>;
  /** Weight in grams. */
  weight_g?: Pii<number>;
  /** Breathing rate, breaths a minute. */
  breathing_rate?: Pii<number>;
  /** Oxygen saturation by pulse oximeter, percent. */
  spo2?: Pii<number>;
  /** Consciousness by the AVPU scale. */
  consciousness?: Pii<Consciousness>;
  /** Capillary refill time in seconds. */
  capillary_refill_s?: Pii<number>;
  /** Pallor of palms and conjunctivae. */
  pallor?: Pii<Pallor>;
  /** Blood glucose in milligrams per decilitre; 100 of them are 1 g/L or 5.55 mmol/L. */
  glucose_mg_dl?: Pii<number>;
  /** Pregnancy. */
  pregnancy?: Pii<Pregnancy>;
  /** Number of pregnancies, this one included. */
  gravidity?: Pii<number>;
  /** Number of births. */
  parity?: Pii<number>;
  /** Movement of the fetus. */
  fetal_movement?: Pii<FetalMovement>;
  /** Membranes of the fetus. */
  membranes?: Pii<Membranes>;
  /** Values that somebody tried to measure and could not. */
  unmeasurable?: Array<Vital>;
  /** Texts that were typed for values that they cannot be. */
  as_typed?: Array<AsTyped>;
};

/** Party that can be invited. */
export type Invitable = {
  /** Value for [`Invite::party`]. */
  party: PartyId;
  /** Name to show. */
  name: Pii<string>;
  /** Role. */
  role: Role;
  /** Place. */
  place: Place;
};

/** Invites a party into a consultation. */
export type Invite = {
  /** The consultation of which the sender is a member. */
  consultation: ConsultationId;
  /** The party, from [`Call::invitable`]. */
  party: PartyId;
  /** True to hand the consultation over: the invited doctor holds it from the moment they come. */
  hand_over: boolean;
  /** The reason, in the holder's words, at most [`REASON_CHARS`](crate::limits::REASON_CHARS) characters; none if none is given. */
  why?: Pii<string>;
};

/** First offer of a page to the media plane. */
export type Join = {
  /** The token of the last [`Grant`]. */
  token: Pii<string>;
  /** SDP offer: audio first; the server is ICE-lite, so no candidates are needed. */
  sdp: string;
};

/** The reason for which a questioned line stands. */
export type Justification = {
  /** The line, counted from 0. */
  line: number;
  /** The question. */
  kind: FindingKind;
  /** The reason, in the specialist's words. */
  why: string;
};

/** Languages heard at the posts. */
export type Language = "fr" | "wo" | "ff" | "snk" | "mnk";

/** Leaves the call. */
export type Leave = {
  /** The consultation. */
  consultation: ConsultationId;
};

/** The letter to the receiving structure ("fiche de liaison"). Each field has 2,000 characters at most and may be empty. */
export type Letter = {
  /** The patient in one line: name or initials, age, sex, weight. */
  patient: Pii<string>;
  /** The reason of the referral. */
  reason: Pii<string>;
  /** Vital signs and findings, one a line. */
  findings: Pii<string>;
  /** What was done: treatment, advice, prescriptions in force. */
  done: Pii<string>;
  /** What could not be examined. */
  not_examined: Pii<string>;
  /** What the receiver is asked. */
  question: Pii<string>;
};

/** State of the members' links; a post gets its own only. Each 2 s beside cameras, else each 10 s and on changes. */
export type Link = {
  /** One entry for each member that has a transport. */
  members: Array<MemberLink>;
};

/** One direction of a link. */
export type LinkDirection = {
  /** Rate of the last second with IP headers, bits per second. */
  bps: number;
  /** Loss before any repair, 0 to 1: the share of about two hundred voice packets that did not arrive at first. */
  loss: number;
  /** Interarrival jitter of the voice, ms. */
  jitter_ms: number;
  /** Bytes since the member joined: "données utilisées". */
  total_bytes: number;
};

/** One mark. Coordinates are `[x, y]` in ten-thousandths of the photo's width and height from its upper left
 * corner, so that they fit every screen. */
export type Mark = {
  /** The shape. */
  shape: MarkShape;
  /** A corner of the box around the circle, or the arrow's tail. */
  from: [number, number];
  /** The opposite corner, or the arrow's head. */
  to: [number, number];
};

/** The holder draws on a photo. Each message has all marks, and the last message counts. */
export type MarkPhoto = {
  /** The consultation. */
  consultation: ConsultationId;
  /** The photo. */
  photo: PhotoId;
  /** All marks on it. */
  marks: Array<Mark>;
};

/** Shape of a mark. */
export type MarkShape = "circle" | "arrow";

/** Capacity of the link that the page measured before the call. The server measures on from there. */
export type Measured = {
  /** Uplink capacity, bits per second. */
  up_bps: number;
  /** Downlink capacity, bits per second. */
  down_bps: number;
};

/** Audio or video. */
export type MediaKind = "audio" | "video";

/** Formats of the files that are kept. */
export type MediaType = "webp" | "jpeg" | "ogg" | "webm" | "pdf";

/** Member of a consultation. */
export type Member = {
  /** Member number in the room, which names the member's streams. */
  member: MemberId;
  /** Name to show. */
  name: Pii<string>;
  /** Role. */
  role: Role;
  /** Place. */
  place: Place;
  /** True for the doctor who holds the consultation. */
  holds: boolean;
  /** State of the connection. */
  state: MemberState;
  /** State of the voice that the server hears. */
  voice: MemberVoice;
  /** True if the member reports that it hears nobody although somebody speaks. */
  deaf: boolean;
};

/** A member of a room, unique in the process. Media streams are named by it. */
export type MemberId = number;

/** One member's link. */
export type MemberLink = {
  /** The member. */
  member: MemberId;
  /** Round trip to the server, ms; none before the first measurement. */
  rtt_ms: number | null;
  /** Uplink: from the member to the server. */
  up: LinkDirection;
  /** Downlink: from the server to the member. */
  down: LinkDirection;
};

/** State of a member's connection. */
export type MemberState = "invited" | "joining" | "here" | "lost" | "left";

/** State of a member's voice, as the server hears it. */
export type MemberVoice = "flows" | "muted" | "dead" | "stopped";

/** Membranes of the fetus. */
export type Membranes = "intact" | "ruptured";

/** State of a microphone, as its page sees it. */
export type Mic = "open" | "muted" | "dead";

/** What the patient needs and the post does not have. */
export type Need = "cesarean" | "surgery" | "transfusion" | "neonatal" | "imaging" | "laboratory" | "maternity";

/** The specialist's note. Each one is the whole text, and the last one counts. */
export type Note = {
  /** The consultation. */
  consultation: ConsultationId;
  /** Revision, counted up by the page and repeated in `saved`. */
  revision: number;
  /** The text. */
  text: Pii<string>;
};

/** What became of one notice to one person, as the coordinators are told. */
export type Notice = {
  /** The way by which it goes. */
  channel: NoticeChannel;
  /** What has become of it. */
  state: NoticeState;
  /** The reason of the last trouble; none if there was no trouble, or if it was sent. */
  trouble?: NoticeTrouble;
  /** The time of that, ms since 1970. */
  at: number;
};

/** The way by which a notice goes. */
export type NoticeChannel = "sms" | "mail";

/** What has become of a notice. */
export type NoticeState = "waiting" | "sent" | "failed" | "dropped";

/** The reason why a notice waits or has failed. */
export type NoticeTrouble = "no_address" | "unreachable" | "denied" | "refused";

/** A later offer. Only clients offer, so glare cannot happen. */
export type Offer = {
  /** SDP offer. */
  sdp: string;
};

/** A connected party. */
export type Online = {
  /** Account or device. */
  party: PartyId;
  /** The role. */
  role: Role;
  /** The structure. */
  place: Place;
  /** A specialist's availability. */
  availability: Availability;
  /** The time since it connected, in milliseconds. */
  since_ms: number;
};

/** What became of the patient. */
export type Outcome = "arrived" | "recovered" | "improved" | "worse" | "evacuated" | "died" | "lost_to_follow_up";

/** Everything that goes on, every 2 s. */
export type Overview = {
  /** Connected parties. */
  online: Array<Online>;
  /** Waiting and running consultations. */
  consultations: Array<Activity>;
  /** Consultations that cannot be read and are set aside. A server from before this field existed does not name any. */
  set_aside: Array<SetAside>;
};

/** A duty of one's own. */
export type OwnDuty = {
  /** The speciality. */
  speciality: Speciality;
  /** The level. */
  level: DutyLevel;
  /** Time until it ends. */
  until_ms: number;
};

/** A specialist's own presence, sent to them after `welcome` and whenever it changes. */
export type OwnPresence = {
  /** The state that counts for rings; a call makes the specialist busy without changing it. */
  state: Availability;
  /** The way by which the state is known. */
  by: PresenceBasis;
  /** Time until what was declared ends; none if it has no end. */
  until_ms?: number;
  /** The specialist's duties that run now. */
  duties: Array<OwnDuty>;
};

/** The pace of heartbeats. Live pages (waiting, an available specialist, a call that has lost its media) beat fast
 * enough that a dead peer is known in under 2 s; an idle page spares the post's data, and a page whose voice
 * is heard the voice: packets tell of it sooner than beats. */
export type Pace = {
  /** Milliseconds between two beats. */
  heartbeat_ms: number;
  /** Milliseconds without a beat after which either side takes the other for absent, and says so. The socket
   * is kept: on a thin link TCP is silent for seconds after a loss, and a new socket would cost seconds more. */
  absent_after_ms: number;
  /** Milliseconds without a beat after which the socket is given up. Never less than `absent_after_ms`. */
  lost_after_ms: number;
};

/** Pallor of palms and conjunctivae. */
export type Pallor = "none" | "some" | "severe";

/** Identifier of an account or an enrolled device, as the store names it (`doctor-awa`, `kiosk-7f3a`). It is not a person's name. */
export type PartyId = string;

/** Identifier of a patient of a post. It means nothing at another post: knowing it gives no access. */
export type PatientId = string;

/** A pharmacy that dispensed, as it named itself. Nobody has checked the names. */
export type Pharmacy = {
  /** Name of the pharmacy. */
  name: Pii<string>;
  /** Name of the person who dispensed. */
  person: Pii<string>;
};

/** A photo that is new or has changed: it was asked for, is uploading, is stored, or was marked. */
export type Photo = {
  /** The consultation. */
  consultation: ConsultationId;
  /** The photo. */
  photo: PhotoId;
  /** Name of the doctor who asked for it. */
  asked_by: Pii<string>;
  /** Time of the request by the server's clock, ms since 1970. */
  asked_at: number;
  /** State of the upload, while it runs. The thumbnail can be read from then on. */
  moving: PhotoMoving | null;
  /** The stored file; none until all of it is durable and was checked. */
  file: PhotoFile | null;
  /** All marks on it. */
  marks: Array<Mark>;
};

/** Properties of a stored photo. */
export type PhotoFile = {
  /** Format. */
  kind: PhotoKind;
  /** Width, pixels. */
  width: number;
  /** Height, pixels. */
  height: number;
  /** Length in bytes. */
  bytes: number;
  /** SHA-256, base64url without padding. */
  sha256: string;
};

/** Identifier of a photo. It is as random as that of a consultation. */
export type PhotoId = string;

/** Formats of photos. */
export type PhotoKind = "webp" | "jpeg";

/** State of an upload. */
export type PhotoMoving = {
  /** Bytes that are durable at the server. */
  held: number;
  /** Length of the photo in bytes. */
  bytes: number;
};

/** A person's name, a vital sign, a note, a token. `Debug` and `Display` print a placeholder;
 * [`reveal`](Self::reveal) is the only way to the value, and easy to search for in review. Serde passes the value through,
 * because it belongs on the wire and in the store. */
export type Pii<T> = T;

/** Health structure in which somebody works. Its data is public and describes no person. */
export type Place = {
  /** Identifier of the structure, as `poste-nabadji`. */
  id: string;
  /** Name of the structure, as `Poste de santé de Nabadji Civol`. */
  name: string;
  /** Health district. */
  district: string;
  /** Medical region ("Région médicale"). */
  region: string;
  /** Telephone number for when nobody answers; empty if there is none. */
  phone: string;
};

/** A post wants to be called back, or the holder puts the call on hold: it rings nobody for a time, and then rings again by itself. */
export type Postpone = {
  /** The consultation. */
  consultation: ConsultationId;
  /** The time for which it rings nobody: one minute to four hours. */
  for_ms: number;
};

/** A consultation that rings nobody until a time. */
export type Postponed = {
  /** The name of the doctor who put it on hold; none if its post wants to be called back. */
  by: Pii<string> | null;
  /** Time until it rings again by itself. */
  for_ms: number;
};

/** A reason for which a doctor is rung before the others of the same step. */
export type Preference = { "language": Language } | { "followed": number } | "held" | "appointment";

/** Pregnancy of the patient. */
export type Pregnancy = "none" | "pregnant" | "postpartum";

/** Pre-warms the transport of a post that will send a request soon, or of a specialist for whom one rings; or ends that. */
export type Prepare = {
  /** True while the form is open or the request rings. */
  on: boolean;
};

/** Answer to `prepare`: the page has a room of its own, in which its transport waits for the call. */
export type Prepared = {
  /** Join token; none if the transport stands already. */
  grant: Grant | null;
};

/** One drug of a signed prescription, in the words that stand on the paper. */
export type PrescribedLine = {
  /** The product; none for a drug that is not in the formulary. */
  product?: ProductId;
  /** ATC code; empty for a drug that is not in the formulary. */
  atc: string;
  /** International name, strength and form. */
  drug: string;
  /** How it is taken. */
  directions: string;
  /** Days of the course. */
  days: number;
  /** Units of the product for the whole course; 0 where they cannot be counted. */
  quantity: number;
  /** Word for these units, in French; empty where they cannot be counted. */
  unit: string;
};

/** The patient as a prescription names them. */
export type PrescribedTo = {
  /** Name or initials; empty if the post knows none. */
  name: string;
  /** `F`, `M`, or empty. */
  sex: string;
  /** Age in French words, as `27 ans`; empty if it is unknown. */
  age: string;
};

/** A prescription of a consultation, with what became of it. */
export type Prescription = {
  /** The document. */
  signed: SignedPrescription;
  /** The prescription that replaced it. */
  replaced_by?: PrescriptionId;
  /** Its cancellation. */
  cancelled?: Cancellation;
  /** What was given of it, oldest first. */
  dispensed?: Array<Dispensed>;
};

/** Identifier of a prescription, which its specialist's page makes, so that a draft that is sent twice is signed once. */
export type PrescriptionId = string;

/** The way by which the availability of a specialist is known. */
export type PresenceBasis = "declared" | "expired" | "undeclared";

/** Name of a product in the formulary, as `amoxicilline-250-cd`. It is never given to another product. */
export type ProductId = string;

/** All waiting requests, most urgent first, then longest wait. */
export type Queue = {
  /** The rows. */
  entries: Array<Entry>;
};

/** The specialist has opened the case, or the post the answer. */
export type ReadCase = {
  /** The consultation. */
  consultation: ConsultationId;
};

/** The record of a consultation that a member gets on entering. */
export type Record = {
  /** The requested speciality. */
  speciality: Speciality;
  /** The urgency. */
  urgency: Urgency;
  /** The form. */
  intake: Intake;
  /** The dangerous values of the form, the gravest first; none for members who are not doctors. */
  dangers?: Array<Danger>;
  /** The last note; none for members who are not doctors. */
  note: Note | null;
  /** Signed advice, oldest first. */
  advice: Array<Advice>;
  /** Signed prescriptions, oldest first. */
  prescriptions?: Array<Prescription>;
  /** Referrals, oldest first. */
  referrals?: Array<Referral>;
  /** Photos that were asked for, oldest first. */
  photos: Array<Photo>;
  /** Files that the post or a specialist added, oldest first. */
  attachments?: Array<Attachment>;
  /** What the patient answered last about sharing the record; none if nobody asked. */
  consent?: Consent;
  /** All examinations, oldest first, if there was one after the request, whose form is then the first of them; `intake` has the
   * values of the last one. */
  examinations?: Array<Examination>;
};

/** What a message about a case asked for is durable. A page may say so to its user only now. */
export type Recorded = {
  /** The consultation. */
  consultation: ConsultationId;
  /** The `type` of the message. */
  of: string;
  /** The act, if the message named it. */
  act?: ActId;
};

/** The holder gives the consultation to another speciality, whose doctors it rings from the first step on. */
export type Redirect = {
  /** The consultation. */
  consultation: ConsultationId;
  /** The speciality that is asked from now on. */
  speciality: Speciality;
  /** The reason, for the doctor who takes it. */
  why: Pii<string>;
};

/** A referral, with everything that happened to it. */
export type Referral = {
  /** The order. */
  order: ReferralOrder;
  /** State. */
  state: ReferralState;
  /** The structure that is asked now, or took the patient. */
  structure: Place;
  /** Time since which this structure is asked, ms since 1970. */
  asked_at: number;
  /** The structures that rejected it or did not answer, in their order. */
  tried?: Array<TriedStructure>;
  /** What happened after the order, oldest first. */
  steps?: Array<ReferralStep>;
  /** The departure for the structure that is asked now; none if nobody has noted it. */
  departed?: Departed;
  /** Time of the arrival, ms since 1970. */
  arrived_at?: number;
  /** Time since which nobody answers and nobody is left to be asked, ms since 1970: somebody must telephone. */
  unanswered_since?: number;
  /** Time at which both sides were asked if the patient arrived, ms since 1970. */
  arrival_asked_at?: number;
  /** Time at which the receiver was reminded to write back, ms since 1970. */
  counter_asked_at?: number;
  /** What the receiver wrote back. */
  counter_referral?: CounterReferral;
  /** The reason for which it failed. */
  failed?: FailReason;
  /** Time of its end, ms since 1970: it was completed, failed or was cancelled. */
  over_at?: number;
};

/** Whoever does something with a referral. */
export type ReferralActor = "post" | "doctor" | "receiver" | "server";

/** The event. */
export type ReferralEvent = { "event": "received" } | { "event": "accepted";
/** A remark, 500 characters at most. */
text?: Pii<string>, } | { "event": "rejected";
/** The reason. */
reason: RejectReason;
/** A remark, 500 characters at most. */
text?: Pii<string>, } | { "event": "asked_next";
/** The structure. */
structure: Place;
/** Its code of the letter, which the server makes; none in the steps of a referral, and where the code is that of before. */
code?: Pii<string>, } | { "event": "unanswered" } | { "event": "departed";
/** How the patient travels. */
transport: Transport;
/** The expected travelling time from the departure in minutes, 5 to 1,440; none if nobody knows it. */
eta_min?: number;
/** How long ago the patient left when this is told, in minutes, 0 to 1,440; none if they leave now. */
ago_min?: number;
/** A remark, 500 characters at most. */
text?: Pii<string>, } | { "event": "arrived" } | { "event": "in_care" } | { "event": "arrival_asked" } | { "event": "counter_referral";
/** The text, 1 to 4,000 characters. It is empty in the steps of a referral, which has it in a field of its own. */
text: Pii<string>, } | { "event": "counter_asked" } | { "event": "failed";
/** The reason. */
reason: FailReason;
/** A remark, 500 characters at most. */
text?: Pii<string>, } | { "event": "cancelled";
/** The reason, 1 to 500 characters. */
text: Pii<string>;
};

/** Identifier of a referral, which its doctor's page makes, so that an order that is sent twice is one order. */
export type ReferralId = string;

/** The order of a doctor to send a patient to another structure. */
export type ReferralOrder = {
  /** Identifier, which the doctor's page made. */
  referral: ReferralId;
  /** The consultation. */
  consultation: ConsultationId;
  /** The structure that is asked first. */
  structure: Place;
  /** The structures that are asked after it, in this order, if one rejects or does not answer; [`OTHERS`] at most. */
  others: Array<Place>;
  /** What the patient needs. */
  needs: Array<Need>;
  /** The urgency of the consultation. */
  urgency: Urgency;
  /** The letter. */
  letter: Letter;
  /** The name of the doctor who ordered it. */
  by: Pii<string>;
  /** Their number in the register of the professional order; none if it was not known. */
  order_number?: Pii<string>;
  /** Time by the server's clock, ms since 1970. */
  at: number;
  /** The code with which the structure that is asked now opens the letter without an account, as `7K3M9-QRT2X`. Each one that is asked
   * after the first one has another code, as `7K3M9-QRT2X-4F7ZP`. */
  code: Pii<string>;
};

/** State of a referral. */
export type ReferralState = "requested" | "received" | "accepted" | "rejected" | "en_route" | "arrived" | "in_care" | "completed" | "failed" | "cancelled";

/** One thing that happened to a referral. */
export type ReferralStep = {
  /** Time by the server's clock, ms since 1970. */
  at: number;
  /** Who did it. */
  actor: ReferralActor;
  /** Their name; empty for the server. */
  by: Pii<string>;
  /** The event. The text of a counter-referral is not repeated here. */
  event: ReferralEvent;
  /** The act, as its page named it; none for the server. */
  act?: ActId;
};

/** The reason for which a line was not dispensed. */
export type RefusalReason = "out_of_stock" | "declined" | "too_expensive" | "doubt";

/** A refusal. The socket stays open. */
export type Refused = {
  /** Stable code. */
  code: ErrorCode;
  /** The `type` of the message that was refused, or empty if it could not be read. */
  of: string;
  /** The name of whoever has it, for [`ErrorCode::AlreadyTaken`]. */
  by: Pii<string> | null;
};

/** The reason for which a structure cannot take the patient. */
export type RejectReason = "no_bed" | "no_equipment" | "no_specialist" | "no_transport" | "other";

/** Asks for `call` again, with a new grant. */
export type Rejoin = {
  /** The consultation. */
  consultation: ConsultationId;
};

/** You do not hold this consultation any more and are out of it. */
export type Released = {
  /** The consultation. */
  consultation: ConsultationId;
  /** The name of the doctor who took it over; none if you handed it on. */
  by: Pii<string> | null;
};

/** A post's request for a specialist. Sending it again with the same `request` changes nothing. */
export type Request = {
  /** Random identifier that the device makes when its call button is pressed, and later the consultation's. */
  request: ConsultationId;
  /** The requested speciality. */
  speciality: Speciality;
  /** The urgency. */
  urgency: Urgency;
  /** The form. */
  intake: Intake;
  /** The addressee of a request that is a deferred case from its beginning; none for one that rings. */
  defer_to?: Addressee;
  /** The patient, if the post found them among its own; none if the post did not look, or does not know them. */
  patient?: PatientId;
  /** The doctor with whom the post has an appointment now, and who is rung before the others; none without one. */
  appointment_with?: PartyId;
};

/** The request is durable. */
export type Requested = {
  /** State of the request. */
  status: Waiting;
  /** The request itself, so that a page without memory can show it. */
  request: Request;
  /** Join token for a transport that is up before somebody answers; none if the
   * transport stands already. */
  grant: Grant | null;
};

/** A request or an invitation rings: the page shows it and sounds. */
export type Ring = {
  /** The request, as in the queue. */
  entry: Entry;
  /** Name of the holder who invites; none for a waiting request. */
  invited_by: Pii<string> | null;
  /** The reason for which a doctor is invited, in the holder's words. A guest reads it once they have come. */
  why?: Pii<string>;
};

/** Calls again: a post calls doctors, the holder calls back a post that has left. */
export type RingAgain = {
  /** The consultation. */
  consultation: ConsultationId;
};

/** The holder of a consultation asks the post to come back to it. */
export type RingBack = {
  /** The consultation. */
  consultation: ConsultationId;
  /** The name of the holder. */
  by: Pii<string>;
};

/** A doctor in the order of one speciality. */
export type RingLine = {
  /** The speciality. */
  speciality: Speciality;
  /** The doctor. */
  doctor: PartyId;
  /** The level of the duty; none for a doctor who is not on duty. */
  level?: DutyLevel;
  /** The doctor's presence. */
  state: DoctorState;
  /** The end of what the doctor has declared, ms since 1970; none if it has no end, or does not count. */
  until?: number;
  /** The first step that rings the doctor; none if no step does. */
  step?: Step;
};

/** The order in which a request of now would ring, by speciality, sent to coordinators after `welcome` and whenever it changes. It
 * replaces the order before. What one patient's request changes in it, such as a language, is not part of it. */
export type RingOrder = {
  /** The doctors who are on duty, and those whom one of the first two steps rings without a duty; by speciality and step. */
  lines: Array<RingLine>;
};

/** The reason why a consultation rings again. */
export type RingReason = "absent" | "asked" | "handed_on" | "due";

/** A consultation that was taken and rings again. */
export type RingsAgain = {
  /** The reason. */
  why: RingReason;
  /** The name of the doctor who held it last. */
  by: Pii<string> | null;
  /** How far the call for a doctor has come. `waiting` tells how it goes on. */
  status: Waiting;
};

/** Role of a party, which decides its rights. */
export type Role = "kiosk" | "doctor" | "guest" | "operator" | "coordinator";

/** Roster: the number of specialists by speciality. It names no person. */
export type Roster = {
  /** One line for each speciality, including those without a specialist. */
  lines: Array<RosterLine>;
};

/** One speciality's presence. */
export type RosterLine = {
  /** The speciality. */
  speciality: Speciality;
  /** Number of those who are connected and [`Availability::Available`]. */
  available: number;
  /** Number of those who are connected and [`Availability::Busy`]. */
  busy: number;
};

/** Rung of the quality ladder: the media of a conversation, by what its weakest link carries. */
export type Rung = "deferred" | "fragile" | "voice" | "pictures" | "video";

/** A doctor who is rung, and why. */
export type RungDoctor = {
  /** The doctor's name. */
  name: Pii<string>;
  /** The name of the hospital. */
  place: string;
  /** The level of the duty; none for a doctor who is not on duty. */
  level?: DutyLevel;
  /** The reasons for which this doctor is preferred. */
  prefers?: Array<Preference>;
};

/** A text of the sender is durable. A page may say "enregistré" only now. */
export type Saved = {
  /** The consultation. */
  consultation: ConsultationId;
  /** Note or advice. */
  what: SavedKind;
  /** Its revision. */
  revision: number;
};

/** Kind of a text that became durable. */
export type SavedKind = "note" | "advice";

/** True while somebody can see the page: a hidden page is sent no pictures. */
export type Screen = {
  /** True if the page is on a screen. */
  shown: boolean;
};

/** Tells how far the page has received and read the chat. The first one on a socket asks for the messages after
 * `received`, and for every message and mark from then on. */
export type SeeChat = {
  /** The consultation. */
  consultation: ConsultationId;
  /** The highest number up to which the page has every message; 0 for none. */
  received: number;
  /** The highest number that was shown in an open chat on a visible page; 0 for none. */
  read: number;
};

/** Message of the server. */
export type ServerMessage =
  | { type: "welcome" } & Welcome
  | { type: "beat" } & Beat
  | { type: "pace" } & Pace
  | { type: "appointments_changed" }
  | { type: "error" } & Refused
  | { type: "bye" } & Bye
  | { type: "presence" } & OwnPresence
  | { type: "duty_absent" } & DutyAbsent
  | { type: "ring_order" } & RingOrder
  | { type: "rota_changed" }
  | { type: "roster" } & Roster
  | { type: "staff" } & StaffHere
  | { type: "queue" } & Queue
  | { type: "entry" } & Entry
  | { type: "entry_gone" } & EntryGone
  | { type: "prepared" } & Prepared
  | { type: "requested" } & Requested
  | { type: "waiting" } & Waiting
  | { type: "ring" } & Ring
  | { type: "call" } & Call
  | { type: "released" } & Released
  | { type: "ring_back" } & RingBack
  | { type: "answer" } & Answer
  | { type: "streams" } & Streams
  | { type: "caps" } & Caps
  | { type: "link" } & Link
  | { type: "saved" } & Saved
  | { type: "advice" } & Advice
  | { type: "photo" } & Photo
  | { type: "prescription" } & Prescription
  | { type: "consent" } & ConsentTold
  | { type: "referral" } & Referral
  | { type: "attachment" } & Attachment
  | { type: "chat" } & ChatNews
  | { type: "closed" } & Closed
  | { type: "cases" } & CaseList
  | { type: "case" } & CaseRow
  | { type: "case_gone" } & CaseGone
  | { type: "recorded" } & Recorded
  | { type: "overview" } & Overview;

/** A consultation that cannot be read. It is not shown, not resumed and never written to until a program reads all of it. */
export type SetAside = {
  /** The consultation. */
  consultation: ConsultationId;
  /** The reason why it cannot be read. */
  reason: SetAsideReason;
  /** Number of the first fact that cannot be read, counted from 1. */
  number: number;
  /** Time of that fact, by the server's clock, ms since 1970: up to then everything can be read. */
  since: number;
};

/** Why a consultation is set aside. The names are stable: they stand in logs and on the operations page. */
export type SetAsideReason = "unknown_version" | "unknown_kind" | "unknown_field" | "unknown_value" | "cut_short" | "damaged" | "gap" | "same_number" | "out_of_order" | "conflict";

/** A specialist changes their own availability. */
export type SetAvailability = {
  /** The new state. A call makes the specialist busy without changing it. */
  state: Availability;
  /** The time for which it holds, in milliseconds; none until the specialist changes it. */
  for_ms?: number;
};

/** Says who is at the shared tablet of a post. It holds for this socket, until it is said again. */
export type SetStaff = {
  /** The proof that `POST /api/staff/enter` gave; none if the tablet was locked. */
  proof: Pii<string> | null;
};

/** Severity of a danger, the milder one first. */
export type Severity = "warning" | "danger";

/** Sex of the patient. */
export type Sex = "female" | "male";

/** A prescription as it was signed. */
export type SignedPrescription = {
  /** Identifier, which the specialist's page made. */
  prescription: PrescriptionId;
  /** The consultation. */
  consultation: ConsultationId;
  /** Name of the post for which it was written. */
  post: string;
  /** The patient. */
  patient: Pii<PrescribedTo>;
  /** The drugs. */
  lines: Pii<Array<PrescribedLine>>;
  /** The warnings that the specialist answered, with the reason of each. */
  justifications?: Pii<Array<Justification>>;
  /** The name of the specialist who signed. */
  by: Pii<string>;
  /** Their number in the register of the professional order; none if it was not known. */
  order_number?: Pii<string>;
  /** Time of signing by the server's clock, ms since 1970. */
  at: number;
  /** The end of its validity, ms since 1970. */
  valid_until: number;
  /** The prescription of the same consultation that this one replaces. */
  replaces?: PrescriptionId;
  /** The signed document as its QR code tells it (`docs/adr/0047-signed-prescriptions.md`). */
  text: Pii<string>;
};

/** One of your m-lines, and the member whose track it carries now. */
export type Slot = {
  /** The m-line's `a=mid`. */
  mid: string;
  /** The member whose track it is. Your own number means the mix of all other voices. */
  member: MemberId;
  /** Voice or camera. */
  kind: MediaKind;
};

/** Medical specialities that a post can ask for. */
export type Speciality = "obstetrics" | "paediatrics" | "general" | "surgery";

/** Who is at the tablet: everything that its page says from now on is noted as theirs. */
export type StaffHere = {
  /** The member of staff; none if nobody is there, or the proof was void. */
  staff: StaffId | null;
};

/** Identifier of a member of staff of a post, who shares its tablet with others. It is not a person's name. */
export type StaffId = string;

/** Escalation step of a waiting request. Each step rings further doctors, and those before ring on. */
export type Step = "on_call" | "second" | "regional" | "nobody";

/** Assignment of tracks to your m-lines. */
export type Streams = {
  /** One entry for each forwarded track. */
  slots: Array<Slot>;
  /** Number of receiving audio m-lines to offer in addition. */
  missing_audio: number;
  /** Number of receiving video m-lines to offer in addition. */
  missing_video: number;
};

/** Tells what became of the patient. */
export type TellOutcome = {
  /** The consultation. */
  consultation: ConsultationId;
  /** The outcome. */
  outcome: Outcome;
  /** A remark; empty if there is none. */
  text: Pii<string>;
  /** The act, as the page names it; a page that says it again with the same name means the same act. */
  act?: ActId;
};

/** How the patient travels. */
export type Transport = "ambulance_of_receiver" | "ambulance_of_district" | "own_vehicle" | "private_vehicle" | "other";

/** The way in which a structure did not take the patient. */
export type TriedState = "rejected" | "unanswered";

/** A structure that did not take the patient. */
export type TriedStructure = {
  /** The structure. */
  structure: Place;
  /** What it did. */
  state: TriedState;
  /** The reason of a rejection. */
  reason?: RejectReason;
  /** The remark of a rejection. */
  text?: Pii<string>;
  /** Time of the rejection, or at which the next structure was asked, ms since 1970. */
  at: number;
};

/** Urgency of a request. The order is from the most urgent to the least. */
export type Urgency = "stat" | "urgent" | "routine";

/** A value of the form. Its name is that of its field in [`Intake`](crate::request::Intake). */
export type Vital = "age_years" | "age_months" | "age_days" | "weight_g" | "term_weeks" | "gravidity" | "parity" | "systolic" | "diastolic" | "pulse" | "breathing_rate" | "spo2" | "temperature_dc" | "glucose_mg_dl" | "capillary_refill_s" | "consciousness" | "pallor" | "convulsions" | "bleeding" | "fetal_movement" | "membranes";

/** State of a page's microphone and of what it hears. The default is an open microphone and a page that hears. */
export type Voice = {
  /** State of its microphone. */
  mic: Mic;
  /** True if the server says that somebody's voice flows, and no packet of it has arrived for 5 s. */
  deaf: boolean;
};

/** The user wants no pictures in either direction, because they cost data. */
export type VoiceOnly = {
  /** True for voice only from now on. */
  on: boolean;
};

/** State of a request, sent whenever it changes. */
export type Waiting = {
  /** The consultation. */
  consultation: ConsultationId;
  /** Number of requests that will be answered before this one. */
  ahead: number;
  /** Number of available specialists of the speciality. */
  available: number;
  /** Number of busy specialists of the speciality. */
  busy: number;
  /** Time since the request became durable. */
  waited_ms: number;
  /** Escalation step. */
  step: Step;
  /** Number of connected doctors whose page was told to ring for it. */
  rung: number;
  /** Time until the next step; none at the last. */
  next_step_ms: number | null;
  /** Time until the request becomes a deferred case by itself; none before the last step. */
  defers_in_ms?: number;
  /** Time until it rings again by itself, because it is put off; none if it rings. */
  postponed_ms?: number;
  /** Who rings now and next, and why; none if there is nobody to tell of. */
  who?: WhoRings;
  /** The wait of those who asked for this speciality in the last hours; none if they were too few to tell. */
  estimate?: Estimate;
};

/** An operator wants [`Overview`] messages, or no more. */
export type Watch = {
  /** True to receive overviews. */
  on: boolean;
};

/** Answer to `hello`. */
export type Welcome = {
  /** [`PROTOCOL_VERSION`] of the server. A page of another version reloads as soon as nothing would be lost. Version 1
   * did not send it. */
  version: number;
  /** Give it back in the next `hello`. */
  resume: Pii<string>;
  /** The identity of the account or device. */
  you: Identity;
  /** The pace of heartbeats. */
  pace: Pace;
  /** The structure that a post can telephone when nobody answers: the health centre of its district. */
  fallback: Place | null;
  /** A specialist's availability as the server knows it. */
  availability: Availability;
  /** Milliseconds until the HTTP session ends and somebody must sign in again; a call may be finished. Tablets have no
   * such end. */
  session_ends_in_ms?: number;
  /** The request of this post that still waits. */
  waiting: Requested | null;
  /** The consultation that goes on, with a fresh grant for the media plane. */
  call: Call | null;
  /** The time zone in which pages write dates, by its name in the IANA database. It is absent if that is Africa/Dakar, and
   * earlier versions of the server do not send it. */
  time_zone?: string;
  /** The server's time, ms since 1970, by which a page corrects the clock of its device. Earlier versions of the server do not send it. */
  server_time?: number;
};

/** The doctors who ring now and who ring next, the first three of each. A post sees their name, their place and the reason, and
 * nothing else of them. */
export type WhoRings = {
  /** Those who ring now. */
  now: Array<RungDoctor>;
  /** Those who ring next: those of the next step that has somebody. */
  next: Array<RungDoctor>;
};

/** A sentence that explains a danger; its text is `client.danger.<word>` in the pages' catalogues. */
export type Word = "convulsions" | "unresponsive" | "drowsy" | "oxygen_low" | "refill_slow" | "bleeding_heavy" | "bleeding_late" | "pallor_severe" | "pallor" | "pallor_breathless" | "glucose_low" | "fever_infant" | "cold_infant" | "fever_high" | "fever" | "cold" | "breathing_fast" | "breathing_slow" | "pulse_fast" | "pulse_slow" | "pulse_shock" | "pressure_severe" | "pressure_pregnancy" | "pressure_high" | "pressure_low" | "fetus_still" | "fetus_less" | "membranes_early" | "membranes_fever" | "membranes_ruptured";

/** Writes to the other members. The same identifier with the same text changes nothing and is answered again. */
export type WriteChat = {
  /** The consultation. */
  consultation: ConsultationId;
  /** Identifier of the message, made by the page. */
  chat: ChatId;
  /** The text. */
  text: Pii<string>;
  /** True if a specialist asks the post something in it, so that the next step of a deferred case is the post's. */
  asks?: boolean;
};
