//! From a draft to the words that are signed: what a specialist drafts, the questions that the checks ask about it, and the
//! step that refuses a draft with flaws. A draft stays on its specialist's page.

mod check;
mod counted;
mod draft;
mod injection;
mod names;
mod patient;
mod prepare;
mod renewal;
mod words;

pub use check::{Amounts, DraftFinding, findings};
pub use counted::Counted;
pub use draft::{DraftDrug, DraftLine, PrescriptionDraft};
pub use names::denies_allergies;
pub use patient::{KnownAllergy, PatientFacts};
pub use prepare::{Flaw, facts, may_prescribe, prepare};
pub use renewal::NotRenewable;
pub use words::dose_word;
