//! Who is there: roles, places, specialities, availability.

use serde::{Deserialize, Serialize};
use teranga_clinic::people::{Availability, Speciality};

/// A specialist changes their own availability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SetAvailability {
    /// The new state. A call makes it `Busy` by itself until it ends.
    pub state: Availability,
}

/// How many specialists are there, by speciality. Counts only: a post sees no agenda.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Roster {
    /// One line for each speciality, also when nobody is there.
    pub lines: Vec<RosterLine>,
}

/// One speciality's presence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RosterLine {
    /// Which.
    pub speciality: Speciality,
    /// Connected and [`Availability::Available`].
    pub available: u16,
    /// Connected and [`Availability::Busy`].
    pub busy: u16,
}
