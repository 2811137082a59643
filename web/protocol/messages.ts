// The messages of the WebSocket, generated from signaling/src/message and clinic/src: do not edit.
// UPDATE_PROTOCOL=1 cargo test -p teranga --lib typescript writes it anew; signaling/PROTOCOL.md tells it in prose.

/** Version of this protocol; a server speaks exactly one. */
export const PROTOCOL_VERSION = 1;

/** Most characters of a text; beyond, the message is refused as `too_large`. */
export const TEXT_LIMITS = {
  reason: 500,
  dpp: 32,
  note: 12000,
  advice: 4000,
} as const;

/** Most marks on a photo, and its right and lower border in their units. */
export const PHOTO_MARKS = { most: 16, place: 10000 } as const;

/** Least and greatest figure of the form; outside, the message is refused as `malformed`. */
export const VITAL_RANGES = {
  age_years: [0, 120],
  term_weeks: [0, 45],
  systolic: [0, 350],
  diastolic: [0, 250],
  pulse: [0, 350],
  temperature_dc: [100, 470],
} as const;

/** A waiting or running consultation. */
export type Activity = {
  /** Which. */
  consultation: ConsultationId;
  /** The post that asked. */
  place: Place;
  /** Whom it needs. */
  speciality: Speciality;
  /** How soon. */
  urgency: Urgency;
  /** Waiting: whom the clock has reached. None once it was taken. */
  step: Step | null;
  /** Since the request. */
  age_ms: number;
  /** Links of those who have a transport, with their role and place. */
  links: Array<ActivityLink>;
};

/** A member's link as operations see it. */
export type ActivityLink = {
  /** What the member is. */
  role: Role;
  /** Where. */
  place: Place;
  /** The figures. */
  link: MemberLink;
};

/** Signed advice. */
export type Advice = {
  /** Which. */
  consultation: ConsultationId;
  /** Revision of the page that wrote it: orders several pieces of advice. */
  revision: number;
  /** The text. */
  text: Pii<string>;
  /** Who signed. */
  by: Pii<string>;
  /** When, by the server's clock, ms since 1970. */
  at: number;
};

/** Advice to the post. Signed by saying it: the server records who, when and what. */
export type Advise = {
  /** Which. */
  consultation: ConsultationId;
  /** Counted up by the page; echoed in `saved`. Saying one again changes nothing. */
  revision: number;
  /** The text. */
  text: Pii<string>;
};

/** SDP answer to `join` or `offer`, in their order. */
export type Answer = {
  /** SDP answer. */
  sdp: string;
};

/** Answer to a `ring` with `invited_by`. */
export type AnswerInvite = {
  /** Which. */
  consultation: ConsultationId;
  /** Comes, or not. */
  accept: boolean;
};

/** The holder asks the post for a photo. */
export type AskPhoto = {
  /** Which. */
  consultation: ConsultationId;
  /** The photo's name, made by the page. Asking again under it changes nothing. */
  photo: PhotoId;
};

/** Whether a specialist can be rung. */
export type Availability = "available" | "busy" | "away";

/** A heartbeat, and the answer that proves both directions. */
export type Beat = {
  /** Chosen by the client, echoed by the server. */
  n: number;
};

/** How much it bleeds. */
export type Bleeding = "none" | "light" | "heavy";

/** Last message of a socket. */
export type Bye = {
  /** Why. */
  reason: ByeReason;
};

/** Why the server closes a socket. */
export type ByeReason = "replaced" | "revoked" | "draining" | "slow" | "lost" | "abuse";

/** A consultation that goes on: sent on entering it and whenever its members change. */
export type Call = {
  /** Which. */
  consultation: ConsultationId;
  /** Your place in the room. */
  member: MemberId;
  /** Everyone in it, you too. */
  members: Array<Member>;
  /** How long ago it was taken. */
  age_ms: number;
  /** A fresh grant: join with it. None: your transport still stands, keep it. */
  grant: Grant | null;
  /** What is known so far; sent on entering only. */
  record: Record | null;
  /** Who can be brought in: to the holder, on entering and when it changes. */
  invitable: Array<Invitable>;
};

/** The post withdraws a request that still waits, or a consultation whose doctor is not there any more. */
export type Cancel = {
  /** Which. */
  consultation: ConsultationId;
};

/** What you may send from now on. The server drops what exceeds it. */
export type Caps = {
  /** Opus target, bits a second. */
  audio_bps: number;
  /** Opus packet time: 20, 40, 60 or 120. */
  ptime_ms: number;
  /** Each voice packet is to carry the one so many before it, too (RED, RFC 2198); 0: none. */
  red: number;
  /** All video layers together, bits a second; none: send no video. */
  video_bps: number | null;
  /** Pictures on the data channel, bits a second with their headers; none: send no pictures. */
  pictures_bps: number | null;
  /** Least playout delay of the voices that you receive; 0: as you like. */
  playout_ms: number;
  /** What the weakest link of the conversation carries. */
  rung: Rung;
};

/** A specialist takes a request. Exactly one of several succeeds. */
export type Claim = {
  /** Which. */
  consultation: ConsultationId;
};

/** What a client may say. */
export type ClientMessage =
  | { type: "hello" } & Hello
  | { type: "beat" } & Beat
  | { type: "availability" } & SetAvailability
  | { type: "prepare" } & Prepare
  | { type: "request" } & Request
  | { type: "cancel" } & Cancel
  | { type: "claim" } & Claim
  | { type: "join" } & Join
  | { type: "offer" } & Offer
  | { type: "measured" } & Measured
  | { type: "voice_only" } & VoiceOnly
  | { type: "voice" } & Voice
  | { type: "invite" } & Invite
  | { type: "answer_invite" } & AnswerInvite
  | { type: "leave" } & Leave
  | { type: "rejoin" } & Rejoin
  | { type: "note" } & Note
  | { type: "advise" } & Advise
  | { type: "ask_photo" } & AskPhoto
  | { type: "mark_photo" } & MarkPhoto
  | { type: "close" } & Close
  | { type: "watch" } & Watch;

/** Ends a consultation: only the doctor who holds it. */
export type Close = {
  /** Which. */
  consultation: ConsultationId;
  /** With what. */
  disposition: Disposition;
};

/** The consultation is over. */
export type Closed = {
  /** Which. */
  consultation: ConsultationId;
  /** How; none if it was withdrawn. */
  disposition: Disposition | null;
};

/** A consultation, from the request to the disposition. Random: knowing it grants nothing, guessing it
 * is hopeless. */
export type ConsultationId = string;

/** How a consultation ends. */
export type Disposition = "advice" | "prescription" | "evacuation" | "appointment";

/** One row of the queue. */
export type Entry = {
  /** Which. */
  consultation: ConsultationId;
  /** Whom it needs. */
  speciality: Speciality;
  /** How soon. */
  urgency: Urgency;
  /** The post that asks. */
  place: Place;
  /** The form. */
  intake: Intake;
  /** How long it has waited. */
  waited_ms: number;
  /** Escalation step reached, see [`Step`]. */
  step: Step;
  /** Whether the post's page is connected at this moment. */
  present: boolean;
};

/** One request left the queue. */
export type EntryGone = {
  /** Which. */
  consultation: ConsultationId;
  /** Who took it; none if it was withdrawn. */
  by: Pii<string> | null;
};

/** Why something was refused. Every code has a sentence in each catalogue of the pages. */
export type ErrorCode = "malformed" | "too_large" | "version" | "elsewhere" | "order" | "not_found" | "already_taken" | "busy" | "queue_full" | "grant" | "offer" | "room_full" | "storage" | "too_fast" | "draining" | "internal";

/** Opens the media plane once: names session and room, lives five minutes at most, works one time. */
export type Grant = {
  /** 128 random bits. */
  token: Pii<string>;
  /** Your place in the room. */
  member: MemberId;
};

/** First message of a socket. Who speaks is known from the HTTP session that opened it. */
export type Hello = {
  /** [`PROTOCOL_VERSION`] of the client. */
  version: number;
  /** The token of the last `welcome`: this page, back after a loss. */
  resume?: Pii<string>;
  /** Continue here although another window of the same account is open; that one is told goodbye. */
  take_over: boolean;
};

/** Who the server takes the client for. */
export type Identity = {
  /** Account or device. */
  party: PartyId;
  /** What it may do. */
  role: Role;
  /** Name shown to the other members: a person's or a post's. */
  name: Pii<string>;
  /** Post or hospital. */
  place: Place;
  /** What a specialist answers for; empty for others. */
  specialities: Array<Speciality>;
};

/** The form that the post fills in before calling. Every value may be unknown. */
export type Intake = {
  /** Number in the national shared record; none for "inconnu". */
  dpp: Pii<string> | null;
  /** What brings the patient, in the nurse's words. */
  reason: Pii<string>;
  /** Age in years. */
  age_years: Pii<number> | null;
  /** Weeks of pregnancy ("terme"). */
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
  /** Convulsions, now or today. */
  convulsions: Pii<boolean> | null;
  /** Language spoken with the patient. */
  language: Language | null;
};

/** Somebody who can be brought in. */
export type Invitable = {
  /** For [`Invite::party`]. */
  party: PartyId;
  /** Name to show. */
  name: Pii<string>;
  /** What they are. */
  role: Role;
  /** Where they are. */
  place: Place;
};

/** Whom to bring in. */
export type Invite = {
  /** The consultation one is a member of. */
  consultation: ConsultationId;
  /** The party, from [`Call::invitable`]. */
  party: PartyId;
  /** Hand the consultation over: when the invited doctor comes, they hold it. */
  hand_over: boolean;
};

/** First offer of a page to the media plane. */
export type Join = {
  /** From the last [`Grant`]. */
  token: Pii<string>;
  /** SDP offer: audio first; the server is ICE-lite, so no candidates are needed. */
  sdp: string;
};

/** Languages heard at the posts. */
export type Language = "fr" | "wo" | "ff" | "snk" | "mnk";

/** Leaves the call. */
export type Leave = {
  /** Which. */
  consultation: ConsultationId;
};

/** The links of a room's members; a post is told its own. Every 2 s if all of them carry a camera, else every
 * 10 s, and sooner when they change. */
export type Link = {
  /** One a member that has a transport. */
  members: Array<MemberLink>;
};

/** One direction of a link. */
export type LinkDirection = {
  /** Bits of the last second, IP headers included. */
  bps: number;
  /** Share of the last two hundred voice packets or so that did not come at first, 0 to 1: lost before any
   * repair. */
  loss: number;
  /** Interarrival jitter of the voice. */
  jitter_ms: number;
  /** Bytes since the member joined: "données utilisées". */
  total_bytes: number;
};

/** One mark. Places are `[x, y]` in ten-thousandths of the photo's width and height from its upper left
 * corner, so that they fit every screen. */
export type Mark = {
  /** What is drawn. */
  shape: MarkShape;
  /** A corner of the box around the circle, or the arrow's tail. */
  from: [number, number];
  /** The opposite corner, or the arrow's head. */
  to: [number, number];
};

/** The holder draws on a photo: all marks, the last ones said count. */
export type MarkPhoto = {
  /** Which. */
  consultation: ConsultationId;
  /** On which photo. */
  photo: PhotoId;
  /** The marks. */
  marks: Array<Mark>;
};

/** What is drawn. */
export type MarkShape = "circle" | "arrow";

/** What the page saw its link carry before the call. The server measures on from there. */
export type Measured = {
  /** Towards the server, bits a second. */
  up_bps: number;
  /** From the server, bits a second. */
  down_bps: number;
};

/** Audio or video. */
export type MediaKind = "audio" | "video";

/** Somebody in a consultation. */
export type Member = {
  /** Their place in the room: streams are named by it. */
  member: MemberId;
  /** Name to show. */
  name: Pii<string>;
  /** What they are. */
  role: Role;
  /** Where they are. */
  place: Place;
  /** Whether this is the doctor who holds the consultation. */
  holds: boolean;
  /** How they are connected. */
  state: MemberState;
  /** What is heard of them. */
  voice: MemberVoice;
  /** They say that they hear nobody, although somebody speaks. */
  deaf: boolean;
};

/** Somebody's place in a room, unique in the process; streams are named by it. */
export type MemberId = number;

/** One member's link. */
export type MemberLink = {
  /** Whose. */
  member: MemberId;
  /** Round trip to the server; none before the first measurement. */
  rtt_ms: number | null;
  /** From the member to the server. */
  up: LinkDirection;
  /** From the server to the member. */
  down: LinkDirection;
};

/** How a member is connected. */
export type MemberState = "invited" | "joining" | "here" | "lost" | "left";

/** What is heard of a member. */
export type MemberVoice = "flows" | "muted" | "dead" | "stopped";

/** What a microphone gives, as its page sees it. */
export type Mic = "open" | "muted" | "dead";

/** The specialist's notes, whole: the last one counts. */
export type Note = {
  /** Which. */
  consultation: ConsultationId;
  /** Counted up by the page; echoed in `saved`. */
  revision: number;
  /** The text. */
  text: Pii<string>;
};

/** A later offer. Only clients offer, so there is never glare. */
export type Offer = {
  /** SDP offer. */
  sdp: string;
};

/** A connected party. */
export type Online = {
  /** Account or device. */
  party: PartyId;
  /** What it is. */
  role: Role;
  /** Where it is. */
  place: Place;
  /** A specialist's availability. */
  availability: Availability;
  /** How long it has been connected. */
  since_ms: number;
};

/** Everything that goes on, every 2 s. */
export type Overview = {
  /** Connected parties. */
  online: Array<Online>;
  /** Waiting and running consultations. */
  consultations: Array<Activity>;
};

/** How often to beat. Live pages (waiting, an available specialist, a call that has lost its media) beat fast
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

/** An account or an enrolled device, as the store names it (`doctor-awa`, `kiosk-7f3a`). Not a person's name. */
export type PartyId = string;

/** A photo, new or changed: asked for, on its way, there, marked. */
export type Photo = {
  /** Of which consultation. */
  consultation: ConsultationId;
  /** Which. */
  photo: PhotoId;
  /** Who asked for it. */
  asked_by: Pii<string>;
  /** When, by the server's clock, ms since 1970. */
  asked_at: number;
  /** How much of it the server holds, while it travels; its thumbnail can then be read already. */
  moving: PhotoMoving | null;
  /** The photo, once all of it is durable and was checked. */
  file: PhotoFile | null;
  /** What was drawn on it. */
  marks: Array<Mark>;
};

/** A photo that is there. */
export type PhotoFile = {
  /** Its format. */
  kind: PhotoKind;
  /** Width, pixels. */
  width: number;
  /** Height, pixels. */
  height: number;
  /** Bytes. */
  bytes: number;
  /** SHA-256, base64url without padding. */
  sha256: string;
};

/** A photo of a consultation. As random as the consultation's own name. */
export type PhotoId = string;

/** Formats of photos. */
export type PhotoKind = "webp" | "jpeg";

/** How far a photo has come. */
export type PhotoMoving = {
  /** Bytes that are durable at the server. */
  held: number;
  /** Bytes of the photo. */
  bytes: number;
};

/** A person's name, a vital sign, a note, a token. `Debug` and `Display` print a placeholder;
 * [`reveal`](Self::reveal) is the one way in, easy to search for in review. Serde passes it through,
 * because the wire and the store are where it belongs. */
export type Pii<T> = T;

/** Where somebody works. Public facts about a structure, not about a person. */
export type Place = {
  /** Identifier of the structure, as `poste-nabadji`. */
  id: string;
  /** `Poste de santé de Nabadji Civol`. */
  name: string;
  /** Health district. */
  district: string;
  /** Région médicale. */
  region: string;
  /** Telephone to fall back on; empty if there is none. */
  phone: string;
};

/** A post will ask soon, or no more; or a specialist, for whom it rings, may take a request soon, or no more. */
export type Prepare = {
  /** Whether a form is open, or it rings. */
  on: boolean;
};

/** The page has a room of its own, in which its transport waits for the call. */
export type Prepared = {
  /** Opens the media plane; none if the transport stands already. */
  grant: Grant | null;
};

/** All waiting requests, most urgent first, then longest wait. */
export type Queue = {
  /** The rows. */
  entries: Array<Entry>;
};

/** What members see of a consultation on entering it. */
export type Record = {
  /** Whom it needed. */
  speciality: Speciality;
  /** How soon. */
  urgency: Urgency;
  /** The form. */
  intake: Intake;
  /** The last note: to doctors only, none for others. */
  note: Note | null;
  /** Signed advice, oldest first. */
  advice: Array<Advice>;
  /** Photos that were asked for, oldest first. */
  photos: Array<Photo>;
};

/** A refusal. The socket stays open. */
export type Refused = {
  /** Stable code. */
  code: ErrorCode;
  /** The `type` of the message that was refused, or empty if it could not be read. */
  of: string;
  /** For [`ErrorCode::AlreadyTaken`]: who has it. */
  by: Pii<string> | null;
};

/** Asks for `call` again, with a fresh grant. */
export type Rejoin = {
  /** Which. */
  consultation: ConsultationId;
};

/** A post asks for a specialist. Saying it again with the same `request` changes nothing. */
export type Request = {
  /** Made on the device when "Appeler" was pressed; becomes the consultation's id. */
  request: ConsultationId;
  /** Whom it needs. */
  speciality: Speciality;
  /** How soon. */
  urgency: Urgency;
  /** The form. */
  intake: Intake;
};

/** The request is durable. */
export type Requested = {
  /** Where it stands. */
  status: Waiting;
  /** What was asked, so that a page without memory can show it. */
  request: Request;
  /** Opens the media plane already now, so that voice flows at once when somebody answers; none if the
   * transport stands already. */
  grant: Grant | null;
};

/** Somebody wants you now: show it, sound it. */
export type Ring = {
  /** The request, as in the queue. */
  entry: Entry;
  /** Who invites you into a running consultation; none for a waiting request. */
  invited_by: Pii<string> | null;
};

/** What somebody may do. */
export type Role = "kiosk" | "doctor" | "guest" | "operator";

/** How many specialists are there, by speciality. Counts only: a post sees no agenda. */
export type Roster = {
  /** One line for each speciality, also when nobody is there. */
  lines: Array<RosterLine>;
};

/** One speciality's presence. */
export type RosterLine = {
  /** Which. */
  speciality: Speciality;
  /** Connected and [`Availability::Available`]. */
  available: number;
  /** Connected and [`Availability::Busy`]. */
  busy: number;
};

/** The ladder: what a conversation consists of, by what its weakest link carries. */
export type Rung = "deferred" | "fragile" | "voice" | "pictures" | "video";

/** What you wrote is durable: only now may a page say "enregistré". */
export type Saved = {
  /** Which. */
  consultation: ConsultationId;
  /** Note or advice. */
  what: SavedKind;
  /** Its revision. */
  revision: number;
};

/** What kind of text became durable. */
export type SavedKind = "note" | "advice";

/** What the server may say. */
export type ServerMessage =
  | { type: "welcome" } & Welcome
  | { type: "beat" } & Beat
  | { type: "pace" } & Pace
  | { type: "error" } & Refused
  | { type: "bye" } & Bye
  | { type: "roster" } & Roster
  | { type: "queue" } & Queue
  | { type: "entry" } & Entry
  | { type: "entry_gone" } & EntryGone
  | { type: "prepared" } & Prepared
  | { type: "requested" } & Requested
  | { type: "waiting" } & Waiting
  | { type: "ring" } & Ring
  | { type: "call" } & Call
  | { type: "answer" } & Answer
  | { type: "streams" } & Streams
  | { type: "caps" } & Caps
  | { type: "link" } & Link
  | { type: "saved" } & Saved
  | { type: "advice" } & Advice
  | { type: "photo" } & Photo
  | { type: "closed" } & Closed
  | { type: "overview" } & Overview;

/** A specialist changes their own availability. */
export type SetAvailability = {
  /** The new state. A call makes it `Busy` by itself until it ends. */
  state: Availability;
};

/** One m-line of yours and whose track it carries now. */
export type Slot = {
  /** The m-line's `a=mid`. */
  mid: string;
  /** Whose track. Yourself: the voices of all others, mixed into one for you. */
  member: MemberId;
  /** Voice or camera. */
  kind: MediaKind;
};

/** Medical specialities that a post can ask for. */
export type Speciality = "obstetrics" | "paediatrics" | "general" | "surgery";

/** Whom the clock has reached so far. */
export type Step = "on_call" | "second" | "regional" | "nobody";

/** Which m-line carries whom. */
export type Streams = {
  /** One a forwarded track. */
  slots: Array<Slot>;
  /** Offer so many more receiving audio m-lines. */
  missing_audio: number;
  /** Offer so many more receiving video m-lines. */
  missing_video: number;
};

/** How soon an answer is needed. Sorted: the most urgent first. */
export type Urgency = "stat" | "urgent" | "routine";

/** What a page knows of its own voice and ears. Without it: an open microphone, and nothing amiss. */
export type Voice = {
  /** Its microphone. */
  mic: Mic;
  /** Somebody's voice is said to flow, and for 5 s none of it has come. */
  deaf: boolean;
};

/** By choice of whoever sits there, no pictures go through this link, neither way: they cost data. */
export type VoiceOnly = {
  /** From now on, or not any more. */
  on: boolean;
};

/** Where a request stands; sent whenever it changes. */
export type Waiting = {
  /** Which. */
  consultation: ConsultationId;
  /** Requests that will be answered before this one. */
  ahead: number;
  /** Specialists of the speciality who can be rung. */
  available: number;
  /** Specialists of the speciality who are there but busy. */
  busy: number;
  /** How long it has waited. */
  waited_ms: number;
  /** Whom the clock has reached. */
  step: Step;
  /** Until the next step; none at the last. */
  next_step_ms: number | null;
};

/** An operator wants [`Overview`] messages, or no more. */
export type Watch = {
  /** On or off. */
  on: boolean;
};

/** Answer to `hello`. */
export type Welcome = {
  /** Give it back in the next `hello`. */
  resume: Pii<string>;
  /** Who you are. */
  you: Identity;
  /** How often to beat. */
  pace: Pace;
  /** For a post: where to telephone when nobody answers, the health centre of its district. */
  fallback: Place | null;
  /** A specialist's availability as the server knows it. */
  availability: Availability;
  /** The request of this post that still waits. */
  waiting: Requested | null;
  /** The consultation that goes on, with a fresh grant for the media plane. */
  call: Call | null;
};
