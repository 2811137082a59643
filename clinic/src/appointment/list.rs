//! The appointments of one consultation, in the order in which they were made.

use super::made::{Appointment, AppointmentCancellation, NewAppointment};
use crate::{id::AppointmentId, people::Identity, time::Timestamp};

/// The appointments of one consultation, with those that were cancelled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Appointments(Vec<Appointment>);

impl Appointments {
    /// All of them, the one that was made first first.
    pub fn all(&self) -> &[Appointment] {
        &self.0
    }

    /// One of them.
    pub fn find(&self, id: AppointmentId) -> Option<&Appointment> {
        self.0.iter().find(|known| known.appointed.appointment == id)
    }

    /// True if this one is there and was not cancelled.
    pub fn stands(&self, id: AppointmentId) -> bool {
        self.find(id).is_some_and(Appointment::stands)
    }

    /// True if one that stands begins after `now`.
    pub fn any_after(&self, now: Timestamp) -> bool {
        self.0.iter().any(|known| known.stands() && known.appointed.at > now)
    }

    /// The one that was made last among those that stand.
    pub fn last_standing(&self) -> Option<&Appointment> {
        self.0.iter().rev().find(|known| known.stands())
    }

    /// Adds one that was made last.
    pub(crate) fn add(&mut self, appointed: NewAppointment, doctor: Identity) {
        self.0.push(Appointment { appointed, doctor, moved_from: Vec::new(), cancelled: None });
    }

    /// Moves one that stands; false if there is none.
    pub(crate) fn move_to(&mut self, id: AppointmentId, at: Timestamp) -> bool {
        let Some(known) = self.standing_mut(id) else { return false };
        known.moved_from.push(known.appointed.at);
        known.appointed.at = at;
        true
    }

    /// Cancels one that stands; false if there is none.
    pub(crate) fn cancel(&mut self, id: AppointmentId, end: AppointmentCancellation) -> bool {
        let Some(known) = self.standing_mut(id) else { return false };
        known.cancelled = Some(end);
        true
    }

    fn standing_mut(&mut self, id: AppointmentId) -> Option<&mut Appointment> {
        self.0.iter_mut().find(|known| known.appointed.appointment == id && known.stands())
    }
}
