//! A decision about patients.

use crate::{
    id::{PartyId, PatientId},
    time::Timestamp,
};
use uuid::Uuid;

/// A decision that two patients of a post are one person. It stays as it is when it is undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// Its identifier.
    pub id: Uuid,
    /// The patient that is taken for the other one.
    pub from: PatientId,
    /// The patient under which both are found.
    pub into: PatientId,
    /// Who decided so and when.
    pub made: (PartyId, Timestamp),
    /// Who undid it and when.
    pub undone: Option<(PartyId, Timestamp)>,
}
