//! A duty: one doctor answers for one speciality at one level over one span of time.

use crate::{
    people::{Identity, Speciality},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Level of a duty: the order in which doctors are rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum DutyLevel {
    /// The doctor on duty ("de garde"), who is rung first.
    First,
    /// The second doctor ("seconde ligne"), who is rung if the first does not answer.
    Second,
    /// The regional doctor ("régional"), who is rung last.
    Regional,
}

impl DutyLevel {
    /// Every level, in the order in which they are rung.
    pub const ALL: [Self; 3] = [Self::First, Self::Second, Self::Regional];
}

/// A duty. It runs from its first millisecond to the one before its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// The doctor.
    pub doctor: Identity,
    /// The speciality for which the doctor is rung.
    pub speciality: Speciality,
    /// The level.
    pub level: DutyLevel,
    /// The beginning.
    pub from: Timestamp,
    /// The end, which is no longer part of the duty.
    pub until: Timestamp,
}

impl Duty {
    /// True if the duty runs at this time.
    pub fn runs_at(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }
}
