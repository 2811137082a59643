//! The DPP (dossier patient partagé, the national shared record) as a client sees it: the questions (IHE `PDQm` 3.2.0 ITI-78 and
//! ITI-119, MHD 4.2.4 ITI-67), what of the answers a post is shown, and how a record is published (ITI-105, ITI-65). It sends nothing.

mod answer;
mod ask;
mod confirm;
mod found;
mod name;
mod opened;
mod publish;
#[cfg(test)]
mod publish_tests;
mod summary;
#[cfg(test)]
mod tests;

pub use answer::{Candidate, Grade, Lookup, OneIdentity, TEXT_CHARS, Unusable, lookup, patient};
pub use ask::{Condition, FhirRequest, Method, Traits, by_id, by_number, by_traits, record_requests};
pub use confirm::{Answers, Question, confirms, is_somebody_else};
pub use found::{Answer, StoredDocument, Told, document_of, found, told};
pub use opened::{DocumentBytes, DocumentKind, Unopened, bytes_of, kind_of, unwrapped};
pub use publish::{Document, by_key, document_by_id, sha1, supersede};
pub use summary::{DocumentLine, Summary, SummaryLine, summary};
