//! Archive copies of signed things as PDF/A-3b: a prescription, the letter of an evacuation, the record of a consultation
//! (`docs/adr/0057-pdf-a.md`). Pure: the same facts give the same bytes.

mod code;
mod error;
mod french;
mod manuscript;
mod page;
mod pdf;
mod prescription;
mod record;
mod referral;
mod sheet;
mod typeface;
mod wrap;

pub use error::ArchiveError;
pub use prescription::prescription;
pub use record::record;
pub use referral::referral;
