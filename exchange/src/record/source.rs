//! What a record is made of.

use super::{systems::Systems, verification::Verification};
use teranga_clinic::{history::History, view::StaffName};

/// What a record is made of.
#[derive(Clone)]
pub struct Source<'a> {
    /// The facts of the consultation.
    pub history: &'a History,
    /// The members of staff of its post, because facts name them by their identifiers alone.
    pub staff: &'a [StaffName],
    /// The names of systems.
    pub systems: &'a Systems,
    /// What verified the identity of the patient beside the facts.
    pub verification: Verification,
}
