//! One socket's life: hello, heartbeats, refusals, goodbye.

use super::{call::Call, queue::Requested};
use serde::{Deserialize, Serialize};
use teranga_clinic::{
    people::{Availability, Identity, Place},
    pii::Pii,
    time::Timestamp,
};

/// The version of this protocol that the server and its own pages speak.
pub const PROTOCOL_VERSION: u16 = 2;

/// The oldest version of which a page keeps its call until it can reload: the one before.
pub const OLDEST_PROTOCOL_VERSION: u16 = 1;

/// True if the server speaks with pages of this version.
pub const fn is_spoken(version: u16) -> bool {
    OLDEST_PROTOCOL_VERSION <= version && version <= PROTOCOL_VERSION
}

/// First message of a socket. The HTTP session that opened the socket tells who speaks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Hello {
    /// [`PROTOCOL_VERSION`] of the client.
    pub version: u16,
    /// The token of the last `welcome`: this page, back after a loss.
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub resume: Option<Pii<String>>,
    /// Continue here although another window of the same account is open; that one is told goodbye.
    #[serde(default)]
    pub take_over: bool,
    /// True if the page puts long messages together from [`Piece`](super::piece::Piece)s.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub pieces: bool,
}

/// A heartbeat, and the answer that proves both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Beat {
    /// Chosen by the client, echoed by the server.
    pub n: u32,
}

/// The pace of heartbeats. Live pages (waiting, an available specialist, a call that has lost its media) beat fast
/// enough that a dead peer is known in under 2 s; an idle page spares the post's data, and a page whose voice
/// is heard the voice: packets tell of it sooner than beats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Pace {
    /// Milliseconds between two beats.
    pub heartbeat_ms: u32,
    /// Milliseconds without a beat after which either side takes the other for absent, and says so. The socket
    /// is kept: on a thin link TCP is silent for seconds after a loss, and a new socket would cost seconds more.
    pub absent_after_ms: u32,
    /// Milliseconds without a beat after which the socket is given up. Never less than `absent_after_ms`.
    pub lost_after_ms: u32,
}

/// Answer to `hello`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Welcome {
    /// [`PROTOCOL_VERSION`] of the server. A page of another version reloads as soon as nothing would be lost. Version 1
    /// did not send it.
    pub version: u16,
    /// Give it back in the next `hello`.
    pub resume: Pii<String>,
    /// The identity of the account or device.
    pub you: Identity,
    /// The pace of heartbeats.
    pub pace: Pace,
    /// The structure that a post can telephone when nobody answers: the health centre of its district.
    pub fallback: Option<Place>,
    /// A specialist's availability as the server knows it.
    pub availability: Availability,
    /// Milliseconds until the HTTP session ends and somebody must sign in again; a call may be finished. Tablets have no
    /// such end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub session_ends_in_ms: Option<u32>,
    /// The request of this post that still waits.
    pub waiting: Option<Requested>,
    /// The consultation that goes on, with a fresh grant for the media plane.
    pub call: Option<Call>,
    /// The time zone in which pages write dates, by its name in the IANA database. It is absent if that is Africa/Dakar, and
    /// earlier versions of the server do not send it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub time_zone: Option<String>,
    /// The server's time, ms since 1970, by which a page corrects the clock of its device. Earlier versions of the server do not send it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub server_time: Option<Timestamp>,
}

/// Why something was refused. Every code has a sentence in each catalogue of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Not a message of this protocol.
    Malformed,
    /// A bound of `limits.rs` is exceeded.
    TooLarge,
    /// The server does not speak this version: reload the page.
    Version,
    /// Another window of this account is open; `take_over` continues here.
    Elsewhere,
    /// A consultation ends with a prescription only if one is signed and in force.
    Unprescribed,
    /// A consultation ends with an evacuation only if there is a referral that was not cancelled.
    Unreferred,
    /// A consultation ends with an appointment only if one stands and is ahead.
    Unappointed,
    /// `hello` has not been said, or twice.
    Order,
    /// Your role may not do this, or there is no such thing: both sound alike.
    NotFound,
    /// Somebody was faster; `by` names them.
    AlreadyTaken,
    /// You are in a consultation already.
    Busy,
    /// Another one was faster to tell the outcome: the record has it.
    OutcomeTold,
    /// The queue is full.
    QueueFull,
    /// The post is not connected, and cannot be called.
    PostAway,
    /// The media grant is unknown, expired or used.
    Grant,
    /// The offer is not acceptable.
    Offer,
    /// The room is full.
    RoomFull,
    /// The consultation cannot be read by this version of the server and is set aside; nothing of it is lost.
    SetAside,
    /// It could not be stored (disk full); nothing was acknowledged, keep it and try again.
    Storage,
    /// Too many messages.
    TooFast,
    /// The server takes no new work: it stops for maintenance.
    Draining,
    /// A fault of ours, in the log under the same time.
    Internal,
}

/// A refusal. The socket stays open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Refused {
    /// Stable code.
    pub code: ErrorCode,
    /// The `type` of the message that was refused, or empty if it could not be read.
    pub of: String,
    /// The name of whoever has it, for [`ErrorCode::AlreadyTaken`].
    pub by: Option<Pii<String>>,
}

/// Why the server closes a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ByeReason {
    /// The account continues in another window. Do not reconnect.
    Replaced,
    /// The account or device was revoked. Do not reconnect.
    Revoked,
    /// The HTTP session was ended, or its time is over: sign in again. Do not reconnect.
    SignedOut,
    /// The server stops; reconnect.
    Draining,
    /// You read too slowly; reconnect.
    Slow,
    /// You were silent too long; reconnect.
    Lost,
    /// Too many refused messages; reconnect.
    Abuse,
}

/// Last message of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Bye {
    /// Why.
    pub reason: ByeReason,
}
