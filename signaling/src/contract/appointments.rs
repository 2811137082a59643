//! Whom an appointment concerns.

use super::AtEnd;
use teranga_clinic::id::PartyId;

/// Those who have an appointment, and its consultation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppointmentParties {
    /// The identifier of the structure of the post, whose tablets are told.
    pub place: String,
    /// The doctor, who is told.
    pub doctor: PartyId,
    /// The consultation as it is on the disk if it is over; none while it goes on.
    pub at_end: Option<AtEnd>,
}
