//! Messages of the WebSocket, one file a family. `PROTOCOL.md` describes them in prose.
//!
//! Every message but a [`Piece`](piece::Piece) is one JSON object in one WebSocket text frame, named by `type`. Delays and ages are
//! in milliseconds, rates in bits a second.
//!
//! An unknown field is refused in a message that becomes a fact or gives somebody a right, because ignoring it
//! could hide what a person said. It is ignored in every other message, so that pages of two versions work at
//! the same time.

pub mod call;
pub mod case;
pub mod chat;
pub(crate) mod check;
pub(crate) mod clean;
pub mod clinical;
pub mod ops;
pub mod photo;
pub mod piece;
pub mod presence;
pub mod queue;
pub mod session;
pub mod waiting;

use serde::{Deserialize, Serialize};
use teranga_clinic::{
    attachment::Attachment,
    clinical::{Advice, Advise, Note},
    photo::Photo,
    prescription::Prescription,
    referral::Referral,
    request::Request,
};

/// Message of a client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// First message of every socket.
    Hello(session::Hello),
    /// Heartbeat, every `heartbeat_ms`.
    Beat(session::Beat),
    /// The page has the last `piece`, and may be sent the next one.
    PieceReceived,
    /// A specialist changes their availability.
    Availability(presence::SetAvailability),
    /// A post says who is at its shared tablet.
    Staff(presence::SetStaff),
    /// Pre-warms the transport of a page that will soon be in a call.
    Prepare(call::Prepare),
    /// A post asks for a specialist.
    Request(Request),
    /// The post withdraws its request.
    Cancel(queue::Cancel),
    /// A post wants to be called back, or the holder puts the call on hold.
    Postpone(queue::Postpone),
    /// The holder gives the consultation to another speciality.
    Redirect(queue::Redirect),
    /// A specialist takes a request: "Prendre".
    Claim(queue::Claim),
    /// First offer to the media plane.
    Join(call::Join),
    /// A later offer: more streams, or an ICE restart.
    Offer(call::Offer),
    /// Capacity of the link as the page measured it. Ignored without a transport.
    Measured(call::Measured),
    /// The user wants no pictures ("Rester en voix"). Ignored without a transport.
    VoiceOnly(call::VoiceOnly),
    /// The page is hidden, or on a screen again. Ignored without a transport.
    Screen(call::Screen),
    /// State of the page's microphone and of what it hears, sent whenever it changes. Ignored without a transport.
    Voice(call::Voice),
    /// Invites a third person.
    Invite(call::Invite),
    /// Answer to an invitation.
    AnswerInvite(call::AnswerInvite),
    /// Leaves the call. The consultation goes on, and the sender may come back.
    Leave(call::Leave),
    /// Comes back to a consultation of which the sender is a member.
    Rejoin(call::Rejoin),
    /// A post calls doctors again, or the holder calls the post back.
    RingAgain(call::RingAgain),
    /// The holder hands the consultation on to whoever is free.
    HandOn(call::HandOn),
    /// The specialist's working notes.
    Note(Note),
    /// Advice, signed by the specialist who holds the consultation.
    Advise(Advise),
    /// The holder asks the post for a photo.
    AskPhoto(photo::AskPhoto),
    /// The holder draws on a photo.
    MarkPhoto(photo::MarkPhoto),
    /// Writes to the other members of the call.
    WriteChat(chat::WriteChat),
    /// Tells how far the page has received and read the chat, and follows it.
    SeeChat(chat::SeeChat),
    /// Ends the consultation with a disposition.
    Close(clinical::Close),
    /// Makes a call a deferred case, or gives a case to another addressee.
    Defer(case::Defer),
    /// A specialist takes a case, or whoever may gives it to a specialist.
    AssignCase(case::AssignCase),
    /// The specialist has opened the case, or the post the answer.
    ReadCase(case::ReadCase),
    /// The specialist of a case asks a colleague.
    AskOpinion(case::AskOpinion),
    /// The specialist of a case calls its post.
    CallCase(case::CallCase),
    /// The post has examined the patient again.
    Examine(case::Examine),
    /// Tells what became of the patient.
    TellOutcome(case::TellOutcome),
    /// An operator wants `overview` messages.
    Watch(ops::Watch),
}

/// Message of the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "always carried in a box")]
pub enum ServerMessage {
    /// Answer to `hello`: the client's identity and state.
    Welcome(session::Welcome),
    /// Answer to `beat`.
    Beat(session::Beat),
    /// The pace of `beat` changes.
    Pace(session::Pace),
    /// Appointments of the post, or of the doctor, have changed: the page reads the list again.
    AppointmentsChanged,
    /// A piece of a long message. It is a binary frame, and no JSON.
    #[serde(skip)]
    #[cfg_attr(feature = "typescript", ts(skip))]
    Piece(piece::Piece),
    /// A message is refused; the socket stays open.
    Error(session::Refused),
    /// The socket closes now, with the reason.
    Bye(session::Bye),
    /// A specialist's own presence.
    Presence(presence::OwnPresence),
    /// Everybody who is on duty and not there; sent to coordinators.
    DutyAbsent(presence::DutyAbsent),
    /// The order in which a request of now would ring; sent to coordinators.
    RingOrder(presence::RingOrder),
    /// The rota has changed, or a duty begins or ends; sent to coordinators and doctors, who read it again by HTTPS.
    RotaChanged,
    /// Number of specialists; sent to posts whenever it changes.
    Roster(presence::Roster),
    /// Answer to `staff`: who is at the tablet from now on.
    Staff(presence::StaffHere),
    /// The waiting requests; sent to specialists at welcome.
    Queue(queue::Queue),
    /// One request is new or has changed.
    Entry(queue::Entry),
    /// One request is no longer waiting.
    EntryGone(queue::EntryGone),
    /// Answer to `prepare`.
    Prepared(call::Prepared),
    /// The request is durable and in the queue.
    Requested(queue::Requested),
    /// State of the request: position, specialists online, escalation.
    Waiting(waiting::Waiting),
    /// A request or an invitation rings.
    Ring(queue::Ring),
    /// The client is in a consultation, or its members changed.
    Call(call::Call),
    /// You do not hold a consultation any more.
    Released(call::Released),
    /// The holder asks the post to come back to the call.
    RingBack(call::RingBack),
    /// SDP answer to `join` or `offer`.
    Answer(call::Answer),
    /// Assignment of tracks to m-lines, and the number of m-lines to offer in addition.
    Streams(call::Streams),
    /// Sender limits from now on.
    Caps(call::Caps),
    /// State of the members' links.
    Link(call::Link),
    /// A text of the sender is durable.
    Saved(clinical::Saved),
    /// Advice was signed; sent to the members, for the post to keep.
    Advice(Advice),
    /// A photo is new or has changed.
    Photo(Photo),
    /// A prescription was signed, replaced or cancelled.
    Prescription(Box<Prescription>),
    /// What the patient answered about sharing the record.
    Consent(Box<clinical::ConsentTold>),
    /// A referral was ordered, or something happened to it.
    Referral(Box<Referral>),
    /// A file was added.
    Attachment(Attachment),
    /// What is new in the chat, for pages that follow it.
    Chat(chat::ChatNews),
    /// The consultation is over.
    Closed(clinical::Closed),
    /// The deferred cases of the page's list.
    Cases(case::CaseList),
    /// One case is new in the list, or has changed.
    Case(Box<case::CaseRow>),
    /// One case leaves the list.
    CaseGone(case::CaseGone),
    /// What a message about a case asked for is durable.
    Recorded(case::Recorded),
    /// State of the whole service; sent to operators every 2 s.
    Overview(ops::Overview),
}

impl ClientMessage {
    /// Returns the `type` on the wire.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Hello(_) => "hello",
            Self::Beat(_) => "beat",
            Self::PieceReceived => "piece_received",
            Self::Availability(_) => "availability",
            Self::Staff(_) => "staff",
            Self::Prepare(_) => "prepare",
            Self::Request(_) => "request",
            Self::Cancel(_) => "cancel",
            Self::Postpone(_) => "postpone",
            Self::Redirect(_) => "redirect",
            Self::Claim(_) => "claim",
            Self::Join(_) => "join",
            Self::Offer(_) => "offer",
            Self::Measured(_) => "measured",
            Self::VoiceOnly(_) => "voice_only",
            Self::Screen(_) => "screen",
            Self::Voice(_) => "voice",
            Self::Invite(_) => "invite",
            Self::AnswerInvite(_) => "answer_invite",
            Self::Leave(_) => "leave",
            Self::Rejoin(_) => "rejoin",
            Self::RingAgain(_) => "ring_again",
            Self::HandOn(_) => "hand_on",
            Self::Note(_) => "note",
            Self::Advise(_) => "advise",
            Self::AskPhoto(_) => "ask_photo",
            Self::MarkPhoto(_) => "mark_photo",
            Self::WriteChat(_) => "write_chat",
            Self::SeeChat(_) => "see_chat",
            Self::Close(_) => "close",
            Self::Defer(_) => "defer",
            Self::AssignCase(_) => "assign_case",
            Self::ReadCase(_) => "read_case",
            Self::AskOpinion(_) => "ask_opinion",
            Self::CallCase(_) => "call_case",
            Self::Examine(_) => "examine",
            Self::TellOutcome(_) => "tell_outcome",
            Self::Watch(_) => "watch",
        }
    }
}

/// Reads one client message. The hub then checks its texts and figures against `limits.rs`.
///
/// # Errors
/// [`session::ErrorCode::TooLarge`] beyond [`limits::MESSAGE_BYTES`](crate::limits::MESSAGE_BYTES),
/// [`session::ErrorCode::Malformed`] for anything that is not a known message.
pub fn parse(text: &str) -> Result<ClientMessage, session::ErrorCode> {
    if text.len() > crate::limits::MESSAGE_BYTES {
        return Err(session::ErrorCode::TooLarge);
    }
    serde_json::from_str(text).map_err(|_| session::ErrorCode::Malformed)
}
