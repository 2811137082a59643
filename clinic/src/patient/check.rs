//! A check of a patient's identity at the national record, as this server itself has seen it.

use crate::{pii::Pii, time::Timestamp};

/// A time at which the national record (DPP) was certain, in front of a post, who has a number. The server notes it when it answers the post,
/// so that it does not depend on what a page says later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityCheck {
    /// Whom the record meant.
    pub who: CheckedIdentity,
    /// The way in which the record became certain.
    pub way: CheckWay,
    /// The time.
    pub at: Timestamp,
}

/// A person of the national record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedIdentity {
    /// The number.
    pub number: Pii<String>,
    /// The name.
    pub name: Pii<String>,
    /// FHIR's `birthDate`: a year, a month or a day.
    pub born: Option<Pii<String>>,
    /// FHIR's `gender`.
    pub gender: Option<Pii<String>>,
}

/// The way in which the national record became certain, from the weakest to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckWay {
    /// The post asked for the number, and the record has it.
    Number,
    /// The post asked by name, year of birth and sex, and the record called one person certain, whom the post chose.
    Match,
    /// The record thought of somebody, and the patient answered two questions as it says.
    Questions,
}
