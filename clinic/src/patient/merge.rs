//! A decision about patients.

use crate::{
    id::{PartyId, PatientId, StaffId},
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
    pub made: Decision,
    /// Who undid it and when.
    pub undone: Option<Decision>,
}

/// Who decided something at a post, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The tablet.
    pub by: PartyId,
    /// The member of staff at it; none if nobody had typed a PIN.
    pub staff: Option<StaffId>,
    /// The time.
    pub at: Timestamp,
}
