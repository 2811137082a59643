//! What happened in a consultation, by its kind.

use crate::fact::What;
use serde::{Deserialize, Serialize};

/// The event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// The post asked.
    Requested,
    /// The clock reached more specialists.
    Escalated,
    /// A specialist took it.
    Claimed,
    /// It rang again, because its doctor was not there.
    RangAgain,
    /// It was put on hold by its doctor, or its post wants to be called back.
    Postponed,
    /// Its doctor gave it to another speciality.
    Redirected,
    /// Somebody was brought in.
    Entered,
    /// Somebody who had been brought in left.
    Left,
    /// Advice was signed.
    Advised,
    /// A prescription was signed.
    Prescribed,
    /// A prescription was cancelled.
    PrescriptionCancelled,
    /// The patient agreed that the record is shared.
    Consented,
    /// The patient does not want the record to be shared, or not any more.
    ConsentWithdrawn,
    /// The patient is to be sent to another structure.
    Referred,
    /// Something happened to a referral.
    ReferralMoved,
    /// Something was given of a prescription, or was not. The text is the pharmacy's name; none if the post did it.
    Dispensed,
    /// An appointment was made.
    Appointed,
    /// An appointment was moved to another time.
    AppointmentMoved,
    /// An appointment was cancelled.
    AppointmentCancelled,
    /// The post was asked for a photo.
    PhotoAsked,
    /// The post sent it.
    PhotoTaken,
    /// The post or a specialist added a file.
    Attached,
    /// The post withdrew it.
    Cancelled,
    /// It ended.
    Closed,
    /// It became a deferred case, or was given to another addressee.
    Deferred,
    /// A specialist answers for the case, or nobody does any more.
    Assigned,
    /// The specialist opened the case, or the post opened the answer.
    CaseRead,
    /// Whoever had the next step was reminded.
    Reminded,
    /// The post examined the patient again.
    Examined,
    /// The post was asked again for the outcome, because it had not answered.
    OutcomeAskedAgain,
    /// Nobody told the outcome: the patient counts as lost to follow-up.
    LostToFollowUp,
    /// The outcome was told.
    OutcomeTold,
}

impl EventKind {
    pub(super) const fn of(what: &What) -> Option<Self> {
        Some(match what {
            What::Requested { .. } => Self::Requested,
            What::Escalated { .. } => Self::Escalated,
            What::Claimed { .. } => Self::Claimed,
            What::RangAgain { .. } => Self::RangAgain,
            What::Postponed { .. } => Self::Postponed,
            What::Redirected { .. } => Self::Redirected,
            What::Entered { .. } => Self::Entered,
            What::Left => Self::Left,
            What::TabletJoined { .. }
            | What::Noted { .. }
            | What::PhotoMarked { .. }
            | What::ChatWritten { .. }
            | What::ChatSeen { .. } => return None,
            What::Deferred { .. } => Self::Deferred,
            What::Assigned { .. } => Self::Assigned,
            What::CaseRead => Self::CaseRead,
            What::Reminded => Self::Reminded,
            What::Examined { .. } => Self::Examined,
            What::OutcomeAskedAgain => Self::OutcomeAskedAgain,
            What::LostToFollowUp { .. } => Self::LostToFollowUp,
            What::OutcomeTold { .. } => Self::OutcomeTold,
            What::Advised { .. } => Self::Advised,
            What::Prescribed { .. } => Self::Prescribed,
            What::PrescriptionCancelled { .. } => Self::PrescriptionCancelled,
            What::Consented { .. } => Self::Consented,
            What::ConsentWithdrawn { .. } => Self::ConsentWithdrawn,
            What::Referred { .. } => Self::Referred,
            What::ReferralMoved { .. } => Self::ReferralMoved,
            What::Dispensed { .. } => Self::Dispensed,
            What::Appointed { .. } => Self::Appointed,
            What::AppointmentMoved { .. } => Self::AppointmentMoved,
            What::AppointmentCancelled { .. } => Self::AppointmentCancelled,
            What::PhotoAsked { .. } => Self::PhotoAsked,
            What::PhotoTaken { .. } => Self::PhotoTaken,
            What::Attached { .. } => Self::Attached,
            What::Cancelled => Self::Cancelled,
            What::Closed { .. } => Self::Closed,
        })
    }
}
