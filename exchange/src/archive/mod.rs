//! Archive copies of signed things as PDF/A-3b: a prescription, the letter of an evacuation, the record of a consultation
//! (`docs/adr/0057-pdf-a.md`). Pure: the same facts give the same bytes.

mod code;
mod french;
mod manuscript;
mod page;
mod pdf;
mod prescription;
mod record;
mod referral;
mod typeface;
mod wrap;

pub use prescription::prescription;
pub use record::record;
pub use referral::referral;

/// A copy that could not be made. It does not happen with any text: it is a fault of this program.
#[derive(Debug, thiserror::Error)]
#[error("an archive copy could not be made: {0}")]
pub struct ArchiveError(String);
