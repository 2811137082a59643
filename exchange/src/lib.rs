//! What Teranga says to other systems and to paper: forms that somebody else reads. It sends nothing, keeps nothing, and reads
//! no clock.

pub mod archive;
pub mod audit_event;
pub mod directory;
pub mod dpp;
pub mod fhir;
pub mod prescription;
pub mod record;
mod referral_words;
