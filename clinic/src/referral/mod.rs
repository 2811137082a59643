//! Referrals ("évacuations"): a patient is sent from the post to a structure that can do more. The order with its letter ("fiche de
//! liaison"), what the post, the doctor and the receiver may do with it in which state, and the clocks that follow it.

mod due;
mod event;
mod list;
mod order;
mod state;
mod texts;
mod transition;

pub use due::{Due, ReferralLimits, due, waits};
pub use event::{FailReason, ReferralActor, ReferralEvent, RejectReason, Transport};
pub use list::{REFERRALS, Referrals};
pub use order::{Letter, Need, OTHERS, ReferralOrder};
pub use state::{CounterReferral, Departed, Referral, ReferralStep, TRIED, TriedState, TriedStructure};
pub use texts::{TextFlaw, cleaned_event, cleaned_letter};
pub use transition::{NotNow, ReferralState, transition};

use crate::{code, id::ReferralId};

/// The code with which a receiver without an account opens the letter, as `7K3M9-QRT2X`.
pub fn code_of(id: ReferralId) -> String {
    code::code_of(id.0)
}

/// The first and the last identifier with this code; none if it is no code.
pub fn ids_of_code(code: &str) -> Option<(ReferralId, ReferralId)> {
    code::ids_of_code(code).map(|(first, last)| (ReferralId(first), ReferralId(last)))
}

#[cfg(test)]
mod tests;
