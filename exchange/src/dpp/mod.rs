//! The DPP (dossier patient partagé, the national shared record) as a client sees it: the questions (IHE `PDQm` 3.2.0 ITI-78 and
//! ITI-119, MHD 4.2.4 ITI-67), and what of the answers a post is shown. It sends nothing.

mod answer;
mod ask;
mod confirm;
mod summary;
#[cfg(test)]
mod tests;

pub use answer::{Candidate, Grade, Lookup, TEXT_CHARS, Unusable, lookup, patient};
pub use ask::{FhirRequest, Traits, by_id, by_number, by_traits, record_requests};
pub use confirm::{Answers, Question, confirms};
pub use summary::{DocumentLine, Summary, SummaryLine, summary};
