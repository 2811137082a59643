//! The patients of one post, until there is a national record: a patient is a group of this post's consultations. The post may say at the
//! request who the patient is; consultations of which it did not say so are patients of their own, and people join such groups later.
//! Nothing is joined by itself, and every joining can be undone, because a joining is a row beside the facts and changes none. Who a patient
//! is in the national record may be decided later in the same way.

mod check;
mod directory;
mod identification;
mod merge;
mod name;
#[cfg(test)]
mod tests;

pub use check::{CheckWay, CheckedIdentity, IdentityCheck};
pub use directory::{Directory, Patient, PatientQuery, Visit};
pub use identification::{Identification, NationalIdentity, figures};
pub use merge::{Decision, Merge};
pub use name::NameKey;
