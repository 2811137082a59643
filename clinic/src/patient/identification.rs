//! A decision about who a patient is in the national record.

use super::merge::Decision;
use crate::{id::PatientId, pii::Pii};
use uuid::Uuid;

/// A decision that a patient of a post is the person who has a number in the national record (DPP). It stays as it is when it is undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identification {
    /// Its identifier, which the page makes, so that a request that is sent again is the same decision.
    pub id: Uuid,
    /// The patient.
    pub patient: PatientId,
    /// The number and the name.
    pub identity: NationalIdentity,
    /// Who decided so and when.
    pub made: Decision,
    /// Who undid it and when.
    pub undone: Option<Decision>,
}

/// Whom the national record means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NationalIdentity {
    /// The number in the DPP.
    pub number: Pii<String>,
    /// The name; none if nobody typed one and the record was not asked.
    pub name: Option<Pii<String>>,
    /// True if the record itself said that this name has this number. Otherwise both are as somebody typed them.
    pub confirmed: bool,
}

/// The letters and figures of a number, because people write spaces and hyphens as they like.
pub fn figures(number: &str) -> String {
    number.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}
