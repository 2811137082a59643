//! The call: members, the media plane's offers and answers, streams, limits, links.

use crate::id::MemberId;
use serde::{Deserialize, Serialize};
use teranga_clinic::{
    clinical::Record,
    id::{ConsultationId, PartyId},
    people::{Place, Role},
    pii::Pii,
};

/// Opens the media plane once: names session and room, lives five minutes at most, works one time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Grant {
    /// 128 random bits.
    pub token: Pii<String>,
    /// Your place in the room.
    pub member: MemberId,
}

/// A post will ask soon, or no more; or a specialist, for whom it rings, may take a request soon, or no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Prepare {
    /// Whether a form is open, or it rings.
    pub on: bool,
}

/// The page has a room of its own, in which its transport waits for the call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Prepared {
    /// Opens the media plane; none if the transport stands already.
    pub grant: Option<Grant>,
}

/// First offer of a page to the media plane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// From the last [`Grant`].
    pub token: Pii<String>,
    /// SDP offer: audio first; the server is ICE-lite, so no candidates are needed.
    pub sdp: String,
}

/// What the page saw its link carry before the call. The server measures on from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// Towards the server, bits a second.
    pub up_bps: u32,
    /// From the server, bits a second.
    pub down_bps: u32,
}

/// By choice of whoever sits there, no pictures go through this link, neither way: they cost data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct VoiceOnly {
    /// From now on, or not any more.
    pub on: bool,
}

/// What a page knows of its own voice and ears. Without it: an open microphone, and nothing amiss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Voice {
    /// Its microphone.
    pub mic: Mic,
    /// Somebody's voice is said to flow, and for 5 s none of it has come.
    pub deaf: bool,
}

/// What a microphone gives, as its page sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Mic {
    /// Sound.
    #[default]
    Open,
    /// Nothing, as its owner wishes.
    Muted,
    /// Nothing, and nobody wished it: unplugged, refused, switched off, or digital silence.
    Dead,
}

/// A later offer. Only clients offer, so there is never glare.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
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

/// Whom to bring in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// The consultation one is a member of.
    pub consultation: ConsultationId,
    /// The party, from [`Call::invitable`].
    pub party: PartyId,
    /// Hand the consultation over: when the invited doctor comes, they hold it.
    pub hand_over: bool,
}

/// Answer to a `ring` with `invited_by`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct AnswerInvite {
    /// Which.
    pub consultation: ConsultationId,
    /// Comes, or not.
    pub accept: bool,
}

/// Leaves the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Leave {
    /// Which.
    pub consultation: ConsultationId,
}

/// Asks for `call` again, with a fresh grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Rejoin {
    /// Which.
    pub consultation: ConsultationId,
}

/// A consultation that goes on: sent on entering it and whenever its members change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Call {
    /// Which.
    pub consultation: ConsultationId,
    /// Your place in the room.
    pub member: MemberId,
    /// Everyone in it, you too.
    pub members: Vec<Member>,
    /// How long ago it was taken.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub age_ms: u64,
    /// A fresh grant: join with it. None: your transport still stands, keep it.
    pub grant: Option<Grant>,
    /// What is known so far; sent on entering only.
    pub record: Option<Record>,
    /// Who can be brought in: to the holder, on entering and when it changes.
    pub invitable: Vec<Invitable>,
}

/// Somebody in a consultation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Member {
    /// Their place in the room: streams are named by it.
    pub member: MemberId,
    /// Name to show.
    pub name: Pii<String>,
    /// What they are.
    pub role: Role,
    /// Where they are.
    pub place: Place,
    /// Whether this is the doctor who holds the consultation.
    pub holds: bool,
    /// How they are connected.
    pub state: MemberState,
    /// What is heard of them.
    pub voice: MemberVoice,
    /// They say that they hear nobody, although somebody speaks.
    pub deaf: bool,
}

/// What is heard of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum MemberVoice {
    /// All is well, as far as one knows.
    Flows,
    /// They have muted themselves.
    Muted,
    /// Their microphone gives nothing.
    Dead,
    /// Their microphone is open, and for 5 s no voice has come from them.
    Stopped,
}

/// How a member is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum MemberState {
    /// Rung, not here yet.
    Invited,
    /// Joining the media plane.
    Joining,
    /// Voice can flow.
    Here,
    /// The link is lost; the place is held and resumes by itself.
    Lost,
    /// Left by choice; may come back.
    Left,
}

/// Somebody who can be brought in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Invitable {
    /// For [`Invite::party`].
    pub party: PartyId,
    /// Name to show.
    pub name: Pii<String>,
    /// What they are.
    pub role: Role,
    /// Where they are.
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

/// One m-line of yours and whose track it carries now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Slot {
    /// The m-line's `a=mid`.
    pub mid: String,
    /// Whose track. Yourself: the voices of all others, mixed into one for you.
    pub member: MemberId,
    /// Voice or camera.
    pub kind: MediaKind,
}

/// Which m-line carries whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Streams {
    /// One a forwarded track.
    pub slots: Vec<Slot>,
    /// Offer so many more receiving audio m-lines.
    pub missing_audio: u8,
    /// Offer so many more receiving video m-lines.
    pub missing_video: u8,
}

/// What you may send from now on. The server drops what exceeds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Caps {
    /// Opus target, bits a second.
    pub audio_bps: u32,
    /// Opus packet time: 20, 40, 60 or 120.
    pub ptime_ms: u8,
    /// Each voice packet is to carry the one so many before it, too (RED, RFC 2198); 0: none.
    pub red: u8,
    /// All video layers together, bits a second; none: send no video.
    pub video_bps: Option<u32>,
    /// Pictures on the data channel, bits a second with their headers; none: send no pictures.
    pub pictures_bps: Option<u32>,
    /// Least playout delay of the voices that you receive; 0: as you like.
    pub playout_ms: u16,
    /// What the weakest link of the conversation carries.
    pub rung: Rung,
}

/// The ladder: what a conversation consists of, by what its weakest link carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// Not even voice: the case is better sent in writing ("Cas différé").
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

/// The links of a room's members; a post is told its own. Every 2 s if all of them carry a camera, else every
/// 10 s, and sooner when they change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Link {
    /// One a member that has a transport.
    pub members: Vec<MemberLink>,
}

/// One member's link.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct MemberLink {
    /// Whose.
    pub member: MemberId,
    /// Round trip to the server; none before the first measurement.
    pub rtt_ms: Option<u32>,
    /// From the member to the server.
    pub up: LinkDirection,
    /// From the server to the member.
    pub down: LinkDirection,
}

/// One direction of a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LinkDirection {
    /// Bits of the last second, IP headers included.
    pub bps: u32,
    /// Share of the last two hundred voice packets or so that did not come at first, 0 to 1: lost before any
    /// repair.
    pub loss: f32,
    /// Interarrival jitter of the voice.
    pub jitter_ms: u32,
    /// Bytes since the member joined: "données utilisées".
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub total_bytes: u64,
}
