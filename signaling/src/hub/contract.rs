//! What the hub is told and what it wants done: its whole contract with the world.

use crate::{
    id::{MemberId, RecordId, RoomId, SessionId},
    message::{
        ClientMessage, ServerMessage,
        call::{Caps, Measured, MemberLink, Streams},
        session::ErrorCode,
    },
};
use teranga_clinic::{
    fact::{Fact, FactNumber},
    id::{ConsultationId, PartyId, PhotoId},
    people::{Identity, Place},
    photo::{PhotoFile, PhotoMoving},
};

/// What happened outside.
#[derive(Clone, Debug)]
pub enum Input {
    /// A socket opened; its HTTP session told who it is.
    Connected {
        /// The new socket.
        session: SessionId,
        /// Who it is.
        identity: Identity,
        /// Where they may telephone when nobody answers.
        fallback: Option<Box<Place>>,
    },
    /// A message came in.
    Message {
        /// From which socket.
        session: SessionId,
        /// What it says.
        message: Box<ClientMessage>,
    },
    /// Something came in that is not a message: it is refused, and counted against the socket.
    Unreadable {
        /// From which socket.
        session: SessionId,
        /// Why.
        code: ErrorCode,
    },
    /// The socket is closed.
    Disconnected {
        /// Which.
        session: SessionId,
    },
    /// An account or device was revoked: its sockets close, its grants die.
    Revoked {
        /// Which.
        party: PartyId,
    },
    /// A fact became durable, or could not.
    Recorded {
        /// From [`Effect::Record`].
        record: RecordId,
        /// Whether it is on disk.
        durable: bool,
    },
    /// The media plane says something about a member.
    Media {
        /// Whom it concerns.
        member: MemberId,
        /// What.
        signal: MediaSignal,
    },
    /// More of a photo that was asked for is on the disk.
    PhotoMoved {
        /// Of which consultation.
        consultation: ConsultationId,
        /// Which.
        photo: PhotoId,
        /// Who sends it.
        by: PartyId,
        /// How far it has come.
        moving: PhotoMoving,
    },
    /// All of a photo is on the disk, and was checked. Saying it again is harmless.
    PhotoStored {
        /// Of which consultation.
        consultation: ConsultationId,
        /// Which.
        photo: PhotoId,
        /// Who sent it.
        by: PartyId,
        /// What it is.
        file: PhotoFile,
    },
    /// No new work from now on.
    Drain,
}

/// What the media plane says about a member.
#[derive(Clone, Debug)]
pub enum MediaSignal {
    /// SDP answer to its last offer.
    Answer(String),
    /// Its offer was refused.
    Refused(ErrorCode),
    /// Its transport is up.
    Connected,
    /// Which m-lines carry whom.
    Streams(Streams),
    /// Nothing was heard for a while.
    Quiet,
    /// It is heard again.
    Back,
    /// Whether voice comes from it, while there is somebody to hear it.
    Voice(bool),
    /// Its transport is gone.
    Gone,
    /// What it may send.
    Caps(Caps),
    /// Figures of its link.
    Link(MemberLink),
}

/// What is to be done outside, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Send a message on a socket.
    Send {
        /// Which.
        session: SessionId,
        /// What.
        message: Box<ServerMessage>,
    },
    /// Close a socket after what was sent before.
    Close {
        /// Which.
        session: SessionId,
    },
    /// Make a fact durable under exactly this number, then say [`Input::Recorded`]. Facts of one consultation keep
    /// their order; one whose number does not follow is not stored.
    Record {
        /// To be given back.
        record: RecordId,
        /// Which consultation.
        consultation: ConsultationId,
        /// The place that the fact must take among those of its consultation.
        number: FactNumber,
        /// What happened.
        fact: Box<Fact>,
    },
    /// Order the media plane.
    Media(MediaOrder),
}

/// An order to the media plane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaOrder {
    /// First offer of a member.
    Join {
        /// The room.
        room: RoomId,
        /// The member.
        member: MemberId,
        /// Whose: its link may be known from last time.
        party: PartyId,
        /// SDP.
        offer: String,
    },
    /// A later offer.
    Offer {
        /// The room.
        room: RoomId,
        /// The member.
        member: MemberId,
        /// SDP.
        offer: String,
    },
    /// What a member's page saw its link carry.
    Measured {
        /// The room.
        room: RoomId,
        /// The member.
        member: MemberId,
        /// What it saw.
        seen: Measured,
    },
    /// The member wants no pictures, neither way, or wants them again.
    VoiceOnly {
        /// The room.
        room: RoomId,
        /// The member.
        member: MemberId,
        /// From now on, or not any more.
        on: bool,
    },
    /// The member goes from a room of its own into another, with its transport. If that cannot be done it is
    /// [`Gone`](MediaSignal::Gone).
    Move {
        /// The room it is in.
        room: RoomId,
        /// The member.
        member: MemberId,
        /// The room it goes to.
        to: RoomId,
    },
    /// The member leaves.
    Leave {
        /// The room.
        room: RoomId,
        /// The member.
        member: MemberId,
    },
    /// The room ends.
    CloseRoom {
        /// The room.
        room: RoomId,
    },
}
