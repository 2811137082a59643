//! Contract of the SFU: its commands and its events, in two enums.

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
    /// Capacity of this participant's link in its last call. It counts until the link is measured.
    Remember {
        /// The participant.
        peer: PeerId,
        /// The remembered capacity.
        link: LinkMemory,
    },
    /// Capacity of the link that the page of a joined peer has measured.
    Measured {
        /// The participant.
        peer: PeerId,
        /// The measured capacity.
        link: LinkMemory,
    },
    /// A joined peer wants no pictures in either direction, or wants them again.
    VoiceOnly {
        /// The participant.
        peer: PeerId,
        /// True for voice only from now on.
        on: bool,
    },
    /// A joined peer's page is hidden, where nobody sees pictures, or is on a screen again.
    Screen {
        /// The participant.
        peer: PeerId,
        /// True if it is on a screen.
        shown: bool,
    },
    /// Renegotiation of a peer that is in: more m-lines, or an ICE restart. Only clients offer, so
    /// there is no glare (RFC 8829 section 5.6).
    Offer {
        /// The participant.
        peer: PeerId,
        /// SDP offer (RFC 8829).
        offer: String,
    },
    /// Moves a participant with its transport into another room. If that is full it is [`Gone`](Event::Gone).
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

/// Event of the [`Sfu`](crate::Sfu).
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The answer to `Join` or `Offer`.
    Answer {
        /// The participant.
        peer: PeerId,
        /// SDP answer.
        sdp: String,
    },
    /// `Join` or `Offer` is refused. A joined peer stays as it was.
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
    /// Assignment of tracks to the m-lines of this peer, sent whenever it changes.
    Streams {
        /// The receiver.
        peer: PeerId,
        /// One entry a forwarded track.
        slots: Vec<Slot>,
        /// Tracks without an m-line to carry them: the client should offer that many more.
        missing: Missing,
    },
    /// No authenticated packet came from this peer for [`QUIET_AFTER`](crate::limits::QUIET_AFTER).
    Quiet {
        /// The participant.
        peer: PeerId,
    },
    /// A quiet peer is heard again.
    Back {
        /// The participant.
        peer: PeerId,
    },
    /// Voice of a connected peer has stopped for [`VOICE_STOPPED_AFTER`](crate::limits::VOICE_STOPPED_AFTER),
    /// or flows again. It is sent only while somebody is there to hear it.
    Voice {
        /// The participant.
        peer: PeerId,
        /// True if it flows.
        flows: bool,
    },
    /// The peer left, or was quiet for [`FORGET_AFTER`](crate::limits::FORGET_AFTER); its state is dropped.
    Gone {
        /// The participant.
        peer: PeerId,
        /// Why.
        reason: Departure,
    },
    /// Sender limits of this peer from now on. The client obeys, and the SFU drops what exceeds them.
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
    /// The member whose track it is. The receiver's own number means the mix of all other voices.
    pub from: PeerId,
    /// Voice or video.
    pub kind: Kind,
}

/// Number of m-lines that a receiver lacks to get every track of its room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// Audio m-lines.
    pub audio: u8,
    /// Video m-lines.
    pub video: u8,
}

/// Sender limits, set by the server: the server measures, and the client obeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// Opus target, 6 to 64 kbit/s.
    pub audio: Bitrate,
    /// Opus packet time in milliseconds: 20, 40, 60 or 120.
    pub ptime_ms: u8,
    /// Distance in packets of the copy that each voice packet also carries (RED, RFC 2198); 0 for no copies.
    pub red: u8,
    /// Rate of all video layers together; `None` to send no video.
    pub video: Option<Bitrate>,
    /// Rate of pictures on the data channel with headers; `None` to send none.
    pub pictures: Option<Bitrate>,
    /// Least playout delay of the voices that it receives, so that a copy or a retransmission comes in time
    /// (`RTCRtpReceiver.jitterBufferTarget`); zero: the browser decides alone.
    pub playout: Duration,
    /// Rung that the weakest link of the conversation carries.
    pub rung: Rung,
}

/// Rung of the quality ladder: the media of a conversation, by what its weakest link carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rung {
    /// The link carries no voice; the case is better sent in writing.
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

/// Reason for which an offer was refused.
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

/// Reason for which a peer is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// `Leave` or `CloseRoom`.
    Left,
    /// The peer closed the connection itself (DTLS `close_notify`).
    Closed,
    /// Silence beyond [`FORGET_AFTER`](crate::limits::FORGET_AFTER).
    TimedOut,
    /// Its room broke an invariant (a bug of ours); the room ended, the others go on.
    RoomFailed,
}

/// One direction of a link.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Direction {
    /// Rate of the last second with IP headers.
    pub bitrate: Bitrate,
    /// Loss before any repair, 0 to 1: the share of about the last two hundred voice packets that did not come
    /// at first. It is 0 while fewer than forty were counted.
    pub loss: f32,
    /// Interarrival jitter (RFC 3550 section 6.4.1) of the voice stream.
    pub jitter: Duration,
    /// Bytes since the peer joined, IP headers included.
    pub total_bytes: u64,
}

/// Capacity of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkMemory {
    /// Uplink: from the peer to the server.
    pub up: Bitrate,
    /// Downlink: from the server to the peer.
    pub down: Bitrate,
}

/// State of a peer's link.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LinkReport {
    /// Round trip, if measured yet.
    pub rtt: Option<Duration>,
    /// Uplink: from the peer to the server.
    pub up: Direction,
    /// Downlink: from the server to the peer.
    pub down: Direction,
    /// Capacity, once both directions were measured.
    pub capacity: Option<LinkMemory>,
}
