//! Messages about presence: availability, and the number of specialists.

use serde::{Deserialize, Serialize};
use teranga_clinic::{
    id::StaffId,
    people::{Availability, Speciality},
    pii::Pii,
};

/// A specialist changes their own availability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SetAvailability {
    /// The new state. A call makes the specialist busy without changing it.
    pub state: Availability,
}

/// Says who is at the shared tablet of a post. It holds for this socket, until it is said again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SetStaff {
    /// The proof that `POST /api/staff/enter` gave; none if the tablet was locked.
    pub proof: Option<Pii<String>>,
}

/// Who is at the tablet: everything that its page says from now on is noted as theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct StaffHere {
    /// The member of staff; none if nobody is there, or the proof was void.
    pub staff: Option<StaffId>,
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
