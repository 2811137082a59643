//! The wait for a doctor that does not ring as usual: put off until a time, or given to another speciality.

use crate::{
    people::{Identity, Speciality},
    pii::Pii,
    time::Timestamp,
};

/// A wait that rings nobody until a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Postponement {
    /// The time at which it rings again.
    pub until: Timestamp,
    /// The doctor who put it on hold and means to take it up again; none if its post wants to be called back.
    pub by: Option<Identity>,
}

/// A consultation that its doctor gave to another speciality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirection {
    /// The speciality that is asked from now on.
    pub speciality: Speciality,
    /// The reason, in the doctor's words.
    pub why: Pii<String>,
}
