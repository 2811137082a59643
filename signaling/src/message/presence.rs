//! Messages about presence: availability, and the number of specialists.

use serde::{Deserialize, Serialize};
use teranga_clinic::people::{Availability, Speciality};

/// A specialist changes their own availability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SetAvailability {
    /// The new state. A call makes the specialist busy without changing it.
    pub state: Availability,
}

/// Roster: the number of specialists by speciality. It names no person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Roster {
    /// One line for each speciality, including those without a specialist.
    pub lines: Vec<RosterLine>,
}

/// One speciality's presence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RosterLine {
    /// The speciality.
    pub speciality: Speciality,
    /// Number of those who are connected and [`Availability::Available`].
    pub available: u16,
    /// Number of those who are connected and [`Availability::Busy`].
    pub busy: u16,
}
