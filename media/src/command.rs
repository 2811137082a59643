//! What the hallway may ask of the SFU, and what the SFU tells it: the whole contract, in two enums.

use crate::{
    id::{PeerId, RoomId},
    units::Bitrate,
};
use std::time::Duration;

/// An order to the [`Sfu`](crate::Sfu). Every failure comes back as an [`Event`], never as a panic.
#[derive(Clone, Debug)]
pub enum Command {
    /// First offer of a participant. Answered by [`Event::Answer`] or [`Event::Refused`].
    /// A second `Join` of a peer that is already in replaces its transport: the page was reloaded.
    Join {
        /// The room, made when its first peer joins.
        room: RoomId,
        /// The participant.
        peer: PeerId,
        /// SDP offer (RFC 8829); bounded by [`limits`](crate::limits).
        offer: String,
    },
    /// What this participant's link carried last time. Counts until it is measured.
    Remember {
        /// The participant.
        peer: PeerId,
        /// What is remembered.
        link: LinkMemory,
    },
    /// What the page of a peer that is in saw its link carry.
    Measured {
        /// The participant.
        peer: PeerId,
        /// What it saw.
        link: LinkMemory,
    },
    /// A peer that is in wants no pictures, neither way, or wants them again.
    VoiceOnly {
        /// The participant.
        peer: PeerId,
        /// From now on, or not any more.
        on: bool,
    },
    /// Renegotiation of a peer that is in: more m-lines, or an ICE restart. Only clients offer, so
    /// there is no glare (RFC 8829 section 5.6).
    Offer {
        /// The participant.
        peer: PeerId,
        /// SDP offer (RFC 8829).
        offer: String,
    },
    /// A participant goes into another room, with its transport. If that is full it is [`Gone`](Event::Gone).
    Move {
        /// The participant.
        peer: PeerId,
        /// The room, made when its first peer joins.
        to: RoomId,
    },
    /// The participant leaves for good.
    Leave {
        /// The participant.
        peer: PeerId,
    },
    /// Everybody leaves and the room is gone.
    CloseRoom {
        /// The room.
        room: RoomId,
    },
}

/// What the [`Sfu`](crate::Sfu) wants known.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The answer to `Join` or `Offer`.
    Answer {
        /// The participant.
        peer: PeerId,
        /// SDP answer.
        sdp: String,
    },
    /// `Join` or `Offer` cannot be done. A peer that was in stays in, as it was.
    Refused {
        /// The participant.
        peer: PeerId,
        /// Why.
        reason: Refusal,
    },
    /// ICE and DTLS are up: packets may flow.
    Connected {
        /// The participant.
        peer: PeerId,
        /// Negotiated protection, as `"DTLS 1.3, AEAD_AES_128_GCM"`.
        security: String,
    },
    /// Which m-line of this peer now carries whose track. Sent whenever it changes.
    Streams {
        /// The receiver.
        peer: PeerId,
        /// One entry a forwarded track.
        slots: Vec<Slot>,
        /// Tracks without an m-line to carry them: the client should offer that many more.
        missing: Missing,
    },
    /// Nothing authenticated came from this peer for [`QUIET_AFTER`](crate::limits::QUIET_AFTER).
    Quiet {
        /// The participant.
        peer: PeerId,
    },
    /// A quiet peer is heard again.
    Back {
        /// The participant.
        peer: PeerId,
    },
    /// Whether voice comes from a peer that is not quiet, while somebody is there to hear it: told when it
    /// has not for [`VOICE_STOPPED_AFTER`](crate::limits::VOICE_STOPPED_AFTER), and when it comes again.
    Voice {
        /// The participant.
        peer: PeerId,
        /// Whether it comes.
        flows: bool,
    },
    /// The peer left, or was quiet for [`FORGET_AFTER`](crate::limits::FORGET_AFTER); its state is dropped.
    Gone {
        /// The participant.
        peer: PeerId,
        /// Why.
        reason: Departure,
    },
    /// What this peer may send from now on; the client obeys, and the SFU drops what exceeds it.
    Caps {
        /// The sender.
        peer: PeerId,
        /// The limits.
        caps: Caps,
    },
    /// The state of a peer's link, once a second while it is connected.
    Link {
        /// The participant.
        peer: PeerId,
        /// The figures.
        report: LinkReport,
    },
}

/// Audio or video.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Voice.
    Audio,
    /// Moving pictures from a camera.
    Video,
}

/// One m-line of a receiver and the track it carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The m-line's `a=mid` (RFC 8843).
    pub mid: String,
    /// Whose track it is. The receiver itself: the voices of all others, mixed into one for it.
    pub from: PeerId,
    /// Voice or video.
    pub kind: Kind,
}

/// How many m-lines a receiver lacks to get everything that is sent in its room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// Audio m-lines.
    pub audio: u8,
    /// Video m-lines.
    pub video: u8,
}

/// Sender limits dictated by the server (`THIN LINKS`: the server measures, the client obeys).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// Opus target, 6 to 64 kbit/s.
    pub audio: Bitrate,
    /// Opus packet time in milliseconds: 20, 40, 60 or 120.
    pub ptime_ms: u8,
    /// Each voice packet carries the one so many before it, too (RED, RFC 2198); 0: none.
    pub red: u8,
    /// Video of all layers together; `None`: send no video (voice comes first).
    pub video: Option<Bitrate>,
    /// Pictures on the data channel, headers included; `None`: send none.
    pub pictures: Option<Bitrate>,
    /// Least playout delay of the voices that it receives, so that a repair comes in time
    /// (`RTCRtpReceiver.jitterBufferTarget`); zero: the browser decides alone.
    pub playout: Duration,
    /// What the weakest link on the way carries.
    pub rung: Rung,
}

/// The ladder: what a conversation consists of, by what its weakest link carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rung {
    /// Not even voice: the case is better sent in writing.
    Deferred,
    /// Voice that breaks up at times.
    Fragile,
    /// Voice alone.
    Voice,
    /// Voice, and pictures behind it.
    Pictures,
    /// Voice and live video.
    Video,
}

/// Why an offer was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is not SDP, or breaks a bound of [`limits`](crate::limits).
    #[error("the offer is not acceptable SDP")]
    Malformed,
    /// A media profile other than UDP/TLS/RTP/SAVPF (RFC 5764 section 8), or no DTLS fingerprint.
    #[error("the offer asks for media without DTLS-SRTP")]
    Insecure,
    /// The room has [`ROOM_PEERS`](crate::limits::ROOM_PEERS) participants already.
    #[error("the room is full")]
    RoomFull,
    /// `Offer` for a peer that is not in.
    #[error("no such participant")]
    UnknownPeer,
}

/// Why a peer is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// `Leave` or `CloseRoom`.
    Left,
    /// It said goodbye itself: DTLS `close_notify`.
    Closed,
    /// Silence beyond [`FORGET_AFTER`](crate::limits::FORGET_AFTER).
    TimedOut,
    /// Its room broke an invariant (a bug of ours); the room ended, the others go on.
    RoomFailed,
}

/// One direction of a link.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Direction {
    /// IP bytes of the last second, headers included, as bits.
    pub bitrate: Bitrate,
    /// Share of voice packets that did not come at first, 0 to 1, over the last two hundred or so: what is
    /// lost before any repair. 0 while fewer than forty went by.
    pub loss: f32,
    /// Interarrival jitter (RFC 3550 section 6.4.1) of the voice stream.
    pub jitter: Duration,
    /// Bytes since the peer joined, IP headers included.
    pub total_bytes: u64,
}

/// What a link carries as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkMemory {
    /// From the peer to us.
    pub up: Bitrate,
    /// From us to the peer.
    pub down: Bitrate,
}

/// What is known of a peer's link.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LinkReport {
    /// Round trip, if measured yet.
    pub rtt: Option<Duration>,
    /// From the peer to us.
    pub up: Direction,
    /// From us to the peer.
    pub down: Direction,
    /// What it carries, once both ways were measured.
    pub capacity: Option<LinkMemory>,
}
