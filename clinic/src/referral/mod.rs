//! Referrals ("évacuations"): a patient is sent from the post to a structure that can do more. The order with its letter ("fiche de
//! liaison"), what the post, the doctor and the receiver may do with it in which state, and the clocks that follow it.

mod ambulance;
mod answer;
mod code;
mod due;
mod event;
mod list;
mod order;
mod state;
mod texts;
mod transition;

pub use ambulance::{ambulance_party, is_ambulance, referral_of_ambulance};
pub use code::{TypedCode, code_holder, code_of, ids_of_code, next_code, typed_code};
pub use due::{Due, ReferralLimits, due, waits};
pub use event::{FailReason, ReferralActor, ReferralEvent, RejectReason, Transport};
pub use list::{REFERRALS, Referrals};
pub use order::{Letter, Need, OTHERS, ReferralOrder};
pub use state::{CounterReferral, Departed, Referral, ReferralStep, TRIED, TriedState, TriedStructure};
pub use texts::{TextFlaw, cleaned_event, cleaned_letter};
pub use transition::{NotNow, ReferralState, transition};

#[cfg(test)]
mod tests;
