//! The call: members, the media plane's offers and answers, streams, limits, links.

use super::waiting::{Postponed, Waiting};
use crate::id::MemberId;
use serde::{Deserialize, Serialize};
use teranga_clinic::{
    clinical::Record,
    fact::RingReason,
    id::{ConsultationId, PartyId},
    people::{Place, Role},
    pii::Pii,
};

/// Join token for the media plane. It names session and room, lives five minutes at most, and works once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Grant {
    /// The token: 128 random bits.
    pub token: Pii<String>,
    /// Your member number in the room.
    pub member: MemberId,
}

/// Pre-warms the transport of a post that will send a request soon, or of a specialist for whom one rings; or ends that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Prepare {
    /// True while the form is open or the request rings.
    pub on: bool,
}

/// Answer to `prepare`: the page has a room of its own, in which its transport waits for the call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Prepared {
    /// Join token; none if the transport stands already.
    pub grant: Option<Grant>,
}

/// First offer of a page to the media plane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Join {
    /// The token of the last [`Grant`].
    pub token: Pii<String>,
    /// SDP offer: audio first; the server is ICE-lite, so no candidates are needed.
    pub sdp: String,
}

/// Capacity of the link that the page measured before the call. The server measures on from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Measured {
    /// Uplink capacity, bits per second.
    pub up_bps: u32,
    /// Downlink capacity, bits per second.
    pub down_bps: u32,
}

/// The user wants no pictures in either direction, because they cost data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct VoiceOnly {
    /// True for voice only from now on.
    pub on: bool,
}

/// True while somebody can see the page: a hidden page is sent no pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Screen {
    /// True if the page is on a screen.
    pub shown: bool,
}

/// State of a page's microphone and of what it hears. The default is an open microphone and a page that hears.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Voice {
    /// State of its microphone.
    pub mic: Mic,
    /// True if the server says that somebody's voice flows, and no packet of it has arrived for 5 s.
    pub deaf: bool,
}

/// State of a microphone, as its page sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Mic {
    /// It gives sound.
    #[default]
    Open,
    /// The user has muted it.
    Muted,
    /// It gives nothing although the user wants it to: it is unplugged, refused, switched off, or digitally silent.
    Dead,
}

/// A later offer. Only clients offer, so glare cannot happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Offer {
    /// SDP offer.
    pub sdp: String,
}

/// SDP answer to `join` or `offer`, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Answer {
    /// SDP answer.
    pub sdp: String,
}

/// Invites a party into a consultation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// The consultation of which the sender is a member.
    pub consultation: ConsultationId,
    /// The party, from [`Call::invitable`].
    pub party: PartyId,
    /// True to hand the consultation over: the invited doctor holds it from the moment they come.
    pub hand_over: bool,
    /// The reason, in the holder's words, at most [`REASON_CHARS`](crate::limits::REASON_CHARS) characters; none if none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub why: Option<Pii<String>>,
}

/// Answer to a `ring` with `invited_by`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct AnswerInvite {
    /// The consultation.
    pub consultation: ConsultationId,
    /// True if the party comes.
    pub accept: bool,
}

/// Leaves the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Leave {
    /// The consultation.
    pub consultation: ConsultationId,
}

/// Asks for `call` again, with a new grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Rejoin {
    /// The consultation.
    pub consultation: ConsultationId,
}

/// A running consultation, sent on entering and whenever its members change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Call {
    /// The consultation.
    pub consultation: ConsultationId,
    /// Your member number in the room.
    pub member: MemberId,
    /// All members, including you.
    pub members: Vec<Member>,
    /// Time since it was taken.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub age_ms: u64,
    /// New join token to join with; none if your transport still stands.
    pub grant: Option<Grant>,
    /// The record so far; sent on entering only.
    pub record: Option<Record>,
    /// Parties that can be invited; sent to the holder only, on entering and when they change.
    pub invitable: Vec<Invitable>,
    /// What you may do now. A page draws its buttons from it.
    #[serde(default)]
    pub may: Vec<Act>,
    /// The consultation rings again, because its doctor is not there; none while the doctor is.
    #[serde(default)]
    pub rings: Option<RingsAgain>,
    /// The call is on hold, or its post wants to be called back: it rings nobody until a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub postponed: Option<Postponed>,
}

/// An act of a party on a consultation, as far as it leads on or out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Come back to the call that was left: `rejoin`.
    Rejoin,
    /// Leave the call: `leave`.
    Leave,
    /// Withdraw the request, or end the consultation whose doctor is not there: `cancel`.
    Cancel,
    /// Call doctors again, or call the post back: `ring_again`.
    RingAgain,
    /// Make it a deferred case: `defer`.
    Defer,
    /// Take the consultation over: `claim`.
    TakeOver,
    /// Hand the consultation on to whoever is free: `hand_on`.
    HandOn,
    /// Put the call on hold, or ask to be called back: `postpone`.
    Postpone,
    /// Give it to another speciality: `redirect`.
    Redirect,
    /// Answer an invitation: `answer_invite`.
    Answer,
    /// Write, sign, invite and close.
    Direct,
}

/// A consultation that was taken and rings again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RingsAgain {
    /// The reason.
    pub why: RingReason,
    /// The name of the doctor who held it last.
    pub by: Option<Pii<String>>,
    /// How far the call for a doctor has come. `waiting` tells how it goes on.
    pub status: Waiting,
}

/// Calls again: a post calls doctors, the holder calls back a post that has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct RingAgain {
    /// The consultation.
    pub consultation: ConsultationId,
}

/// The holder of a consultation asks the post to come back to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RingBack {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The name of the holder.
    pub by: Pii<String>,
}

/// Hands a consultation on: it rings for others, and its holder is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct HandOn {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The request that the holder claims instead.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub take: Option<ConsultationId>,
}

/// You do not hold this consultation any more and are out of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Released {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The name of the doctor who took it over; none if you handed it on.
    pub by: Option<Pii<String>>,
}

/// Member of a consultation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Member {
    /// Member number in the room, which names the member's streams.
    pub member: MemberId,
    /// Name to show.
    pub name: Pii<String>,
    /// Role.
    pub role: Role,
    /// Place.
    pub place: Place,
    /// True for the doctor who holds the consultation.
    pub holds: bool,
    /// State of the connection.
    pub state: MemberState,
    /// State of the voice that the server hears.
    pub voice: MemberVoice,
    /// True if the member reports that it hears nobody although somebody speaks.
    pub deaf: bool,
}

/// State of a member's voice, as the server hears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum MemberVoice {
    /// No fault is known.
    Flows,
    /// The member has muted the microphone.
    Muted,
    /// The microphone gives nothing.
    Dead,
    /// The microphone is open, and no voice packet has arrived for 5 s.
    Stopped,
}

/// State of a member's connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum MemberState {
    /// The member is rung and has not come yet.
    Invited,
    /// The member joins the media plane.
    Joining,
    /// Voice can flow.
    Here,
    /// The link is lost. The place is kept, and the call resumes by itself.
    Lost,
    /// The member left by choice, and may come back.
    Left,
}

/// Party that can be invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Invitable {
    /// Value for [`Invite::party`].
    pub party: PartyId,
    /// Name to show.
    pub name: Pii<String>,
    /// Role.
    pub role: Role,
    /// Place.
    pub place: Place,
}

/// Audio or video.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// Voice.
    Audio,
    /// Camera.
    Video,
}

/// One of your m-lines, and the member whose track it carries now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Slot {
    /// The m-line's `a=mid`.
    pub mid: String,
    /// The member whose track it is. Your own number means the mix of all other voices.
    pub member: MemberId,
    /// Voice or camera.
    pub kind: MediaKind,
}

/// Assignment of tracks to your m-lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Streams {
    /// One entry for each forwarded track.
    pub slots: Vec<Slot>,
    /// Number of receiving audio m-lines to offer in addition.
    pub missing_audio: u8,
    /// Number of receiving video m-lines to offer in addition.
    pub missing_video: u8,
}

/// Sender limits: what you may send from now on. The server drops what exceeds them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Caps {
    /// Opus target rate, bits per second.
    pub audio_bps: u32,
    /// Opus packet time, ms: 20, 40, 60 or 120.
    pub ptime_ms: u8,
    /// Distance in packets of the copy that each voice packet also carries (RED, RFC 2198); 0 for no copies.
    pub red: u8,
    /// Rate of all video layers together, bits per second; none to send no video.
    pub video_bps: Option<u32>,
    /// Rate of pictures on the data channel with their headers, bits per second; none to send no pictures.
    pub pictures_bps: Option<u32>,
    /// Least playout delay of the voices that you receive, ms; 0 leaves it to you.
    pub playout_ms: u16,
    /// Rung of the ladder that the weakest link of the conversation carries.
    pub rung: Rung,
}

/// Rung of the quality ladder: the media of a conversation, by what its weakest link carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// The link carries no voice, and the case is better sent in writing ("Cas différé").
    Deferred,
    /// Voice that breaks up at times ("Voix fragile").
    Fragile,
    /// Voice alone ("Voix").
    Voice,
    /// Voice, and pictures behind it ("Voix et images").
    Pictures,
    /// Voice and live video ("Vidéo").
    Video,
}

/// State of the members' links; a post gets its own only. Each 2 s beside cameras, else each 10 s and on changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Link {
    /// One entry for each member that has a transport.
    pub members: Vec<MemberLink>,
}

/// One member's link.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct MemberLink {
    /// The member.
    pub member: MemberId,
    /// Round trip to the server, ms; none before the first measurement.
    pub rtt_ms: Option<u32>,
    /// Uplink: from the member to the server.
    pub up: LinkDirection,
    /// Downlink: from the server to the member.
    pub down: LinkDirection,
}

/// One direction of a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LinkDirection {
    /// Rate of the last second with IP headers, bits per second.
    pub bps: u32,
    /// Loss before any repair, 0 to 1: the share of about two hundred voice packets that did not arrive at first.
    pub loss: f32,
    /// Interarrival jitter of the voice, ms.
    pub jitter_ms: u32,
    /// Bytes since the member joined: "données utilisées".
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub total_bytes: u64,
}
