//! The wire: one file a family, and serde nowhere else. `PROTOCOL.md` tells it in prose.
//!
//! Every message is one JSON object in one WebSocket text frame, named by `type`. Delays and ages are
//! in milliseconds, rates in bits a second. Unknown fields are refused: a typing error is told, not ignored.

pub mod call;
pub mod clinical;
pub mod ops;
pub mod photo;
pub mod presence;
pub mod queue;
pub mod session;

use serde::{Deserialize, Serialize};
use teranga_clinic::{
    clinical::{Advice, Advise, Note},
    photo::Photo,
    request::Request,
};

/// What a client may say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// First message of every socket.
    Hello(session::Hello),
    /// "I am here", every `heartbeat_ms`.
    Beat(session::Beat),
    /// A specialist is ready, or not.
    Availability(presence::SetAvailability),
    /// A post will ask soon: its transport may be warmed.
    Prepare(call::Prepare),
    /// A post asks for a specialist.
    Request(Request),
    /// The post withdraws its request.
    Cancel(queue::Cancel),
    /// A specialist takes a request: "Prendre".
    Claim(queue::Claim),
    /// First offer to the media plane.
    Join(call::Join),
    /// A later offer: more streams, or an ICE restart.
    Offer(call::Offer),
    /// What the link carries, as the page saw it. Without a transport it is let go.
    Measured(call::Measured),
    /// "Rester en voix". Without a transport it is let go.
    VoiceOnly(call::VoiceOnly),
    /// What the page knows of its own voice and ears, whenever that changes. Without a transport it is let go.
    Voice(call::Voice),
    /// Brings a third person in.
    Invite(call::Invite),
    /// Answer to an invitation.
    AnswerInvite(call::AnswerInvite),
    /// Leaves the call; the consultation goes on, one tap comes back.
    Leave(call::Leave),
    /// Comes back to a consultation one is a member of.
    Rejoin(call::Rejoin),
    /// The specialist's working notes.
    Note(Note),
    /// Advice, signed by the specialist who holds the consultation.
    Advise(Advise),
    /// The holder asks the post for a photo.
    AskPhoto(photo::AskPhoto),
    /// The holder draws on a photo.
    MarkPhoto(photo::MarkPhoto),
    /// Ends the consultation with a disposition.
    Close(clinical::Close),
    /// An operator wants `overview` messages.
    Watch(ops::Watch),
}

/// What the server may say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "always carried in a box")]
pub enum ServerMessage {
    /// Answer to `hello`: who you are and what goes on.
    Welcome(session::Welcome),
    /// Answer to `beat`.
    Beat(session::Beat),
    /// The pace of `beat` changes.
    Pace(session::Pace),
    /// A message could not be done; the socket stays open.
    Error(session::Refused),
    /// The socket closes now, and why.
    Bye(session::Bye),
    /// Who could answer: to posts, whenever it changes.
    Roster(presence::Roster),
    /// The waiting requests: to specialists, at welcome.
    Queue(queue::Queue),
    /// One request is new or has changed.
    Entry(queue::Entry),
    /// One request is no longer waiting.
    EntryGone(queue::EntryGone),
    /// Answer to `prepare`.
    Prepared(call::Prepared),
    /// The request is durable and in the queue.
    Requested(queue::Requested),
    /// Where the request stands: position, who is online, the clock.
    Waiting(queue::Waiting),
    /// Somebody wants you now.
    Ring(queue::Ring),
    /// You are in a consultation, or its members changed.
    Call(call::Call),
    /// SDP answer to `join` or `offer`.
    Answer(call::Answer),
    /// Which m-line carries whom, and how many more are wanted.
    Streams(call::Streams),
    /// What you may send from now on.
    Caps(call::Caps),
    /// How the links of the room's members are.
    Link(call::Link),
    /// What you wrote is durable.
    Saved(clinical::Saved),
    /// Advice was signed: to the post, to read and keep.
    Advice(Advice),
    /// A photo is new or has changed.
    Photo(Photo),
    /// The consultation is over.
    Closed(clinical::Closed),
    /// The state of the whole service: to operators, every 2 s.
    Overview(ops::Overview),
}

impl ClientMessage {
    /// The `type` on the wire.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Hello(_) => "hello",
            Self::Beat(_) => "beat",
            Self::Availability(_) => "availability",
            Self::Prepare(_) => "prepare",
            Self::Request(_) => "request",
            Self::Cancel(_) => "cancel",
            Self::Claim(_) => "claim",
            Self::Join(_) => "join",
            Self::Offer(_) => "offer",
            Self::Measured(_) => "measured",
            Self::VoiceOnly(_) => "voice_only",
            Self::Voice(_) => "voice",
            Self::Invite(_) => "invite",
            Self::AnswerInvite(_) => "answer_invite",
            Self::Leave(_) => "leave",
            Self::Rejoin(_) => "rejoin",
            Self::Note(_) => "note",
            Self::Advise(_) => "advise",
            Self::AskPhoto(_) => "ask_photo",
            Self::MarkPhoto(_) => "mark_photo",
            Self::Close(_) => "close",
            Self::Watch(_) => "watch",
        }
    }
}

/// Reads one client message. The hub then holds its texts and figures against `limits.rs`.
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
