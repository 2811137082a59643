//! Facts: what happened in a consultation, as an append-only event log. A consultation is the replay of its facts, in
//! the hub after a restart as well as in the record that people read. These types are the domain's; the form in which
//! a fact is stored is in [`stored`], and facts never travel on the wire.

pub mod stored;

use crate::{
    appointment::NewAppointment,
    attachment::AttachmentFile,
    case::{AssignReason, DeferReason, LossReason, Outcome},
    chat::Progress,
    clinical::{Advise, Disposition, Note},
    consent::ConsentAct,
    dispensing::Dispensed,
    id::{ActId, AppointmentId, AttachmentId, ChatId, PartyId, PhotoId, PrescriptionId, ReferralId, StaffId},
    people::{Addressee, Identity, Speciality},
    photo::{Mark, PhotoFile},
    pii::Pii,
    prescription::SignedPrescription,
    referral::{ReferralActor, ReferralEvent, ReferralOrder},
    request::{EscalationReason, Intake, Request, Step},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The place of a fact within its consultation, counted from 1 without a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FactNumber(pub u32);

impl FactNumber {
    /// The number of the request, which is the first fact of every consultation.
    pub const FIRST: Self = Self(1);

    /// The number that follows.
    ///
    /// # Panics
    /// After four billion facts of one consultation; the limits of the wire end it long before.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for FactNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One fact of one consultation, with who did it and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// The time by the server's clock.
    pub at: Timestamp,
    /// The party that did it; none for the server's own clock (escalation, expiry).
    pub by: Option<PartyId>,
    /// The member of staff who did it at a shared tablet; none if nobody had signed in there, and for everybody who has an
    /// account.
    pub staff: Option<StaffId>,
    /// The event.
    pub what: What,
}

/// The reason why a consultation rings again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RingReason {
    /// Its doctor was absent for too long.
    Absent,
    /// The post called again.
    Asked,
    /// Its doctor handed it on to whoever is free.
    HandedOn,
    /// The time until which it was put off is over.
    Due,
}

/// The event.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a consultation has one request, and its form is read in place"
)]
pub enum What {
    /// A post asked. Always the first fact.
    Requested {
        /// The post.
        post: Identity,
        /// The request.
        request: Request,
    },
    /// The clock reached the next step.
    Escalated {
        /// The step that was reached.
        step: Step,
        /// The reason; none in the facts of earlier versions, which do not tell it.
        why: Option<EscalationReason>,
    },
    /// A specialist took it.
    Claimed {
        /// The specialist.
        doctor: Identity,
    },
    /// It rings again, because whoever held it is not there. Whoever claims it next holds it.
    RangAgain {
        /// The reason.
        why: RingReason,
    },
    /// It rings nobody until a time, and then rings again by itself: its doctor put it on hold, or its post wants to be called
    /// back.
    Postponed {
        /// The time at which it rings again.
        until: Timestamp,
    },
    /// Its doctor gave it to another speciality, whose doctors it rings from the first step on.
    Redirected {
        /// The speciality that is asked from now on.
        speciality: Speciality,
        /// The reason, in the doctor's words.
        why: Pii<String>,
    },
    /// Somebody was brought in.
    Entered {
        /// The person who came.
        guest: Identity,
        /// True if they hold the consultation from now on.
        holds: bool,
        /// The reason for which they were brought in, in the holder's words; none if none was given.
        why: Option<Pii<String>>,
    },
    /// Another tablet of the post takes part. A case goes on with it, so that the next call is there.
    TabletJoined {
        /// The tablet.
        tablet: Identity,
    },
    /// Somebody left for good (an invited guest).
    Left,
    /// Notes were written.
    Noted {
        /// The note.
        note: Note,
    },
    /// Advice was signed.
    Advised {
        /// The advice.
        advice: Advise,
        /// The signer's number in the register of the professional order at that time; none if the account has none.
        order_number: Option<Pii<String>>,
    },
    /// A prescription was signed.
    Prescribed {
        /// The document.
        signed: Box<SignedPrescription>,
    },
    /// A prescription was cancelled: nobody shall follow it any more.
    PrescriptionCancelled {
        /// The prescription.
        prescription: PrescriptionId,
        /// The reason, in the specialist's words.
        why: Pii<String>,
    },
    /// The patient agreed that the record is shared.
    Consented {
        /// The answer.
        said: ConsentAct,
    },
    /// The patient does not want the record to be shared, or not any more.
    ConsentWithdrawn {
        /// The answer.
        said: ConsentAct,
    },
    /// A doctor ordered to send the patient to another structure.
    Referred {
        /// The order with its letter.
        referral: Box<ReferralOrder>,
    },
    /// Something happened to a referral, perhaps days after the end of the consultation.
    ReferralMoved {
        /// The referral.
        referral: ReferralId,
        /// Who did it. A receiver is no member of the consultation, and may have no account.
        actor: ReferralActor,
        /// Their name; empty for the server.
        by_name: Pii<String>,
        /// The event.
        event: Box<ReferralEvent>,
        /// The act, as its page named it, so that it is one act if it is said twice; none for the server.
        act: Option<ActId>,
    },
    /// Something was given of a prescription, or was not. By nobody if a pharmacy says so.
    Dispensed {
        /// The prescription.
        prescription: PrescriptionId,
        /// What was given, and where.
        dispensed: Box<Dispensed>,
    },
    /// A doctor made an appointment.
    Appointed {
        /// The appointment.
        appointment: Box<NewAppointment>,
    },
    /// An appointment is at another time from now on.
    AppointmentMoved {
        /// The appointment.
        appointment: AppointmentId,
        /// The time at which it begins.
        at: Timestamp,
    },
    /// An appointment does not take place.
    AppointmentCancelled {
        /// The appointment.
        appointment: AppointmentId,
        /// The reason, in the doctor's words.
        why: Pii<String>,
    },
    /// The post was asked for a photo.
    PhotoAsked {
        /// The new photo's identifier.
        photo: PhotoId,
    },
    /// The post sent it: all of it is stored.
    PhotoTaken {
        /// The photo that was asked for.
        photo: PhotoId,
        /// Its format, size and hash.
        file: PhotoFile,
    },
    /// Something was drawn on it.
    PhotoMarked {
        /// The photo.
        photo: PhotoId,
        /// Everything that is drawn on it from now on.
        marks: Vec<Mark>,
    },
    /// The post or a specialist added a file: all of it is stored.
    Attached {
        /// The identifier that the sender's page gave it.
        attachment: AttachmentId,
        /// Its format, size, hash and content.
        file: AttachmentFile,
    },
    /// A member wrote to the others.
    ChatWritten {
        /// The identifier that the writer's page gave it.
        chat: ChatId,
        /// The text.
        text: Pii<String>,
        /// True if a specialist asks the post something in it, so that the next step of a case is the post's.
        asks: bool,
    },
    /// A member received or read what others wrote.
    ChatSeen {
        /// How far they have come.
        progress: Progress,
    },
    /// The post withdrew.
    Cancelled,
    /// Its specialist ended it.
    Closed {
        /// The disposition with which it ended.
        disposition: Disposition,
        /// The time at which the post is asked for the outcome; none if it is not asked.
        follow_up: Option<Timestamp>,
    },
    /// It is a deferred case from now on, or is for another addressee.
    Deferred {
        /// The addressee.
        to: Addressee,
        /// The reason.
        why: DeferReason,
    },
    /// A specialist answers for a case from now on.
    Assigned {
        /// The specialist; none if nobody does.
        doctor: Option<Identity>,
        /// The reason.
        why: AssignReason,
    },
    /// The specialist of a case opened it, or its post opened the answer.
    CaseRead,
    /// Whoever has the next step of a case was reminded of it.
    Reminded,
    /// The post examined the patient again.
    Examined {
        /// The whole form with the new values.
        intake: Intake,
        /// The act, as its page named it, so that it is one act if it is said twice; none if it has no name.
        act: Option<ActId>,
    },
    /// The post was asked again what became of the patient, because it had not answered.
    OutcomeAskedAgain,
    /// Nobody told what became of the patient, and the clock gave it up.
    LostToFollowUp {
        /// The reason.
        why: LossReason,
    },
    /// Somebody told what became of the patient.
    OutcomeTold {
        /// The outcome.
        outcome: Outcome,
        /// A remark; empty if there is none.
        text: Pii<String>,
        /// The act, as its page named it, so that it is one act if it is said twice; none if it has no name.
        act: Option<ActId>,
    },
}
