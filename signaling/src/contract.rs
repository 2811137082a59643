//! The contract of the hub with the world: the inputs that it is handed, and the effects that it wants done.

mod appointments;
mod author;
mod referrals;

pub use crate::rota::{NEXT_HOURS_MS, Rota, Uncovered};
pub use appointments::AppointmentParties;
pub use author::{AtEnd, Author, Over};
pub use referrals::{OverReferral, ReferralChange};

use crate::{
    id::{MemberId, RecordId, RoomId, SessionId},
    message::{
        ClientMessage, ServerMessage,
        call::{Caps, Measured, MemberLink, Streams},
        session::ErrorCode,
    },
};
use teranga_clinic::{
    attachment::AttachmentFile,
    audit::RecordOpening,
    dispensing::Dispensed,
    fact::{Fact, FactNumber, What},
    history::SetAside,
    id::{AttachmentId, ConsultationId, PartyId, PhotoId, PrescriptionId, StaffId},
    notice::Notice,
    people::{Declaration, Identity, Place, Speciality},
    photo::{PhotoFile, PhotoMoving},
    pii::Pii,
    request::Urgency,
    rota::Duty,
    time::Timestamp,
};

/// An input: what happened outside.
#[derive(Clone, Debug)]
pub enum Input {
    /// A socket opened; its HTTP session told who it is.
    Connected {
        /// The new socket.
        session: SessionId,
        /// The party, as its HTTP session tells.
        identity: Identity,
        /// A doctor's number in the register of the professional order, for what they sign.
        order_number: Option<Pii<String>>,
        /// The structure to telephone when nobody answers.
        fallback: Option<Box<Place>>,
        /// The time at which the HTTP session ends; none if use alone decides.
        ends_at: Option<Timestamp>,
    },
    /// The HTTP session of a socket was ended: by its own page, from another browser, or by too many sign-ins.
    SignedOut {
        /// The socket.
        session: SessionId,
    },
    /// A message came in.
    Message {
        /// The socket.
        session: SessionId,
        /// The message.
        message: Box<ClientMessage>,
    },
    /// Who is at the shared tablet of a socket, as the proof tells that its page has sent.
    Staff {
        /// The socket.
        session: SessionId,
        /// The member of staff; none if nobody is there, or the proof is void.
        staff: Option<StaffId>,
    },
    /// Something came in that is not a message. It is refused, and counted against the socket.
    Unreadable {
        /// The socket.
        session: SessionId,
        /// The reason.
        code: ErrorCode,
    },
    /// The socket is closed.
    Disconnected {
        /// The socket.
        session: SessionId,
    },
    /// An account or device was revoked: its sockets close, its join tokens are void.
    Revoked {
        /// The account or device.
        party: PartyId,
    },
    /// A fact became durable, or could not.
    Recorded {
        /// The record of [`Effect::Record`].
        record: RecordId,
        /// The outcome.
        outcome: Commit,
    },
    /// The media plane says something about a member.
    Media {
        /// The member.
        member: MemberId,
        /// The signal.
        signal: MediaSignal,
    },
    /// More of a photo that was asked for is on the disk.
    PhotoMoved {
        /// The consultation.
        consultation: ConsultationId,
        /// The photo.
        photo: PhotoId,
        /// The party that sends it.
        by: PartyId,
        /// The bytes that are stored so far.
        moving: PhotoMoving,
    },
    /// All of a photo is on the disk, and was checked. Saying it again is harmless.
    PhotoStored {
        /// The consultation.
        consultation: ConsultationId,
        /// The photo.
        photo: PhotoId,
        /// The party that sent it.
        by: PartyId,
        /// Who of its staff did.
        author: Author,
        /// Its format and size.
        file: PhotoFile,
    },
    /// All of an attachment is on the disk, and was checked. Saying it again is harmless.
    AttachmentStored {
        /// The consultation.
        consultation: ConsultationId,
        /// The attachment.
        attachment: AttachmentId,
        /// Whoever sent it.
        by: Box<Identity>,
        /// Who of its staff did.
        author: Author,
        /// Its format, size and content.
        file: Box<AttachmentFile>,
        /// The consultation as it is on the disk if it is over, because the hub does not follow it any more; none while it goes on.
        at_end: Option<AtEnd>,
    },
    /// A prescription was signed, or one is cancelled. The signature was checked, and its signer asked for the password again. Saying it
    /// again is harmless.
    Prescription {
        /// The consultation.
        consultation: ConsultationId,
        /// The doctor.
        by: Box<Identity>,
        /// The fact: [`What::Prescribed`] or [`What::PrescriptionCancelled`].
        what: Box<What>,
        /// The consultation as it is on the disk if it is over, for a cancellation; none while it goes on.
        over: Option<Box<Over>>,
    },
    /// A patient answered about consent, as the post writes it down. Saying it again is harmless.
    Consent {
        /// The consultation.
        consultation: ConsultationId,
        /// The tablet.
        by: Box<Identity>,
        /// Who of its staff did.
        author: Author,
        /// The fact: [`What::Consented`] or [`What::ConsentWithdrawn`].
        what: Box<What>,
        /// The consultation as it is on the disk if it is over; none while it goes on.
        at_end: Option<AtEnd>,
    },
    /// A referral was ordered, or something happened to it; who may was checked. Saying it again is harmless.
    Referral(Box<ReferralChange>),
    /// Something was given of a prescription, or was not. Saying it again is harmless.
    Dispensed {
        /// The consultation.
        consultation: ConsultationId,
        /// The tablet of its post; none for a pharmacy.
        by: Option<Box<Identity>>,
        /// Who of its staff did.
        author: Author,
        /// The prescription.
        prescription: PrescriptionId,
        /// What was given, and where.
        dispensed: Box<Dispensed>,
        /// The consultation as it is on the disk if it is over; none while it goes on.
        over: Option<Box<Over>>,
    },
    /// An appointment is made, moved or cancelled. Its time was checked. Saying it again is harmless.
    Appointment {
        /// The consultation.
        consultation: ConsultationId,
        /// The doctor who did it.
        by: Box<Identity>,
        /// The fact: [`What::Appointed`], [`What::AppointmentMoved`] or [`What::AppointmentCancelled`].
        what: Box<What>,
        /// Those who have it.
        parties: Box<AppointmentParties>,
    },
    /// The consultations that cannot be read, all of them: operations are told, and nothing about them is obeyed.
    SetAside(Vec<SetAside>),
    /// The rota of this moment: at the start, at each boundary of a duty, and after each change of the rota or of the accounts.
    Rota(Box<Rota>),
    /// What specialists have declared before the server started.
    Declared(Vec<(PartyId, Declaration)>),
    /// What became of the notices to those whom the last [`Effect::Summon`] names.
    Noticed(Vec<(PartyId, Notice)>),
    /// No new work from now on.
    Drain,
}

/// The outcome of a fact that was sent to the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commit {
    /// The fact is on the disk.
    Durable,
    /// The store has no place for a fact of this number: it is there already, or does not follow. Trying again is no
    /// use.
    OutOfSequence,
    /// The fact could not be stored. It may be tried again.
    Failed,
}

/// A signal of the media plane about a member.
#[derive(Clone, Debug)]
pub enum MediaSignal {
    /// SDP answer to its last offer.
    Answer(String),
    /// Its offer was refused.
    Refused(ErrorCode),
    /// Its transport is up.
    Connected,
    /// The media sections (RFC 8829) that carry the other members.
    Streams(Streams),
    /// Nothing was heard for a while.
    Quiet,
    /// It is heard again.
    Back,
    /// True if voice comes from it, false if it stopped, while there is somebody to hear it.
    Voice(bool),
    /// Its transport is gone.
    Gone,
    /// The limits of what it may send.
    Caps(Caps),
    /// The report of its link.
    Link(MemberLink),
}

/// An effect: what is to be done outside, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Send a message on a socket.
    Send {
        /// The socket.
        session: SessionId,
        /// The message.
        message: Box<ServerMessage>,
    },
    /// Close a socket after what was sent before.
    Close {
        /// The socket.
        session: SessionId,
    },
    /// Make a fact durable under exactly this number, then say [`Input::Recorded`]. Facts of one consultation keep
    /// their order; one whose number does not follow is not stored.
    Record {
        /// The record, to be given back.
        record: RecordId,
        /// The consultation.
        consultation: ConsultationId,
        /// The place that the fact must take among those of its consultation.
        number: FactNumber,
        /// The fact.
        fact: Box<Fact>,
    },
    /// Write down that a doctor is shown what a post wrote of its patient. It goes to the same writer as the facts, and the
    /// hub does not wait for it: a bell must ring.
    Opening(RecordOpening),
    /// Keep what a specialist declared, or forget it (none), so that it survives a restart.
    Declare {
        /// The specialist.
        party: PartyId,
        /// The declaration.
        declaration: Option<Declaration>,
    },
    /// Reach these people outside of their pages, as far as there is a way. The list is whole and replaces the one before: whoever
    /// is on it no more needs no notice any more.
    Summon(Vec<Summons>),
    /// Order the media plane.
    Media(MediaOrder),
}

/// Somebody without a page who is to be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summons {
    /// The person.
    pub to: Identity,
    /// The reason.
    pub why: SummonsReason,
}

/// The reason for which somebody is to be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SummonsReason {
    /// The doctor's duty runs and the doctor is not there. The coordinators are told at the same time.
    Absent(Box<Duty>),
    /// A request that cannot wait rings doctors of the level of this duty.
    Rings {
        /// The duty.
        duty: Box<Duty>,
        /// The request.
        consultation: ConsultationId,
        /// Its urgency.
        urgency: Urgency,
    },
    /// The doctor answers for a case: an emergency that was not opened, or a case at half of its time.
    Case {
        /// The case.
        consultation: ConsultationId,
        /// The speciality that is asked.
        speciality: Speciality,
        /// Its urgency.
        urgency: Urgency,
        /// The beginning of the time that the doctor has.
        since: Timestamp,
        /// The end of that time.
        due: Timestamp,
    },
    /// A coordinator is to hear of this.
    Cause(Cause),
}

/// What coordinators are told of outside of their pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Nobody answers for a case, and nobody can be found for it.
    Unassigned {
        /// The case.
        consultation: ConsultationId,
        /// The speciality that is asked.
        speciality: Speciality,
        /// Its urgency.
        urgency: Urgency,
        /// The number of doctors who answered for it before.
        owners: usize,
    },
    /// The deadline of a case has lapsed, and it is not answered.
    Lapsed {
        /// The case.
        consultation: ConsultationId,
        /// The speciality that is asked.
        speciality: Speciality,
        /// Its urgency.
        urgency: Urgency,
        /// The number of deadlines that have lapsed.
        lapses: u16,
    },
    /// Nobody has a duty that runs or begins within the next hours.
    Uncovered(Uncovered),
    /// The doctor of a duty that runs or begins within the next hours is absent.
    Absent(Box<Duty>),
}

impl Cause {
    /// The name of this cause. It stays the same over restarts, and holds no person's name.
    pub fn key(&self) -> String {
        let key = match self {
            Self::Unassigned { consultation, owners, .. } => format!("unassigned.{consultation}.{owners}"),
            Self::Lapsed { consultation, lapses, .. } => format!("lapsed.{consultation}.{lapses}"),
            Self::Uncovered(Uncovered { speciality, level, from }) => {
                format!("uncovered.{speciality:?}.{level:?}.{}", from.0)
            }
            Self::Absent(duty) => {
                let Duty { doctor, speciality, level, from, .. } = duty.as_ref();
                format!("missed.{}.{speciality:?}.{level:?}.{}", doctor.party, from.0)
            }
        };
        key.to_ascii_lowercase()
    }
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
        /// The party, whose link may be known from last time.
        party: PartyId,
        /// The SDP offer.
        offer: String,
    },
    /// A later offer.
    Offer {
        /// The room.
        room: RoomId,
        /// The member.
        member: MemberId,
        /// The SDP offer.
        offer: String,
    },
    /// A rate that a member's page measured on its link.
    Measured {
        /// The room.
        room: RoomId,
        /// The member.
        member: MemberId,
        /// The rates.
        seen: Measured,
    },
    /// The member wants voice only, in both directions, or wants pictures again.
    VoiceOnly {
        /// The room.
        room: RoomId,
        /// The member.
        member: MemberId,
        /// True for voice only.
        on: bool,
    },
    /// The member's page is hidden, where nobody sees pictures, or is on a screen again.
    Screen {
        /// The room.
        room: RoomId,
        /// The member.
        member: MemberId,
        /// True if it is on a screen.
        shown: bool,
    },
    /// The member moves from its pre-warmed room into another on the same shard, with its transport. If that cannot be
    /// done the member is [`Gone`](MediaSignal::Gone).
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
