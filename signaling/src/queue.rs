//! The queue: who is rung for a request, when the clock moves on, and who comes first.

use crate::message::queue::Waiting;
use teranga_clinic::{
    consultation::Consultation,
    id::ConsultationId,
    people::{Availability, Identity, Speciality},
    request::{Step, Urgency},
    time::Timestamp,
};

/// How long each circle is rung before the next one joins in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepTimes {
    /// For [`Urgency::Stat`].
    pub stat_ms: u64,
    /// For [`Urgency::Urgent`].
    pub urgent_ms: u64,
    /// For [`Urgency::Routine`].
    pub routine_ms: u64,
    /// For a circle that adds nobody who is connected: long enough for a page to reload or this server
    /// to restart, short enough that a patient does not wait for an empty chair.
    pub empty_ms: u64,
}

impl Default for StepTimes {
    fn default() -> Self {
        Self { stat_ms: 90_000, urgent_ms: 5 * 60_000, routine_ms: 15 * 60_000, empty_ms: 5_000 }
    }
}

impl StepTimes {
    const fn of(&self, urgency: Urgency) -> u64 {
        match urgency {
            Urgency::Stat => self.stat_ms,
            Urgency::Urgent => self.urgent_ms,
            Urgency::Routine => self.routine_ms,
        }
    }
}

/// The step at which a connected doctor is first rung for a speciality.
pub(crate) fn circle_of(doctor: &Identity, availability: Availability, speciality: Speciality) -> Step {
    match availability {
        Availability::Available if doctor.specialities.contains(&speciality) => Step::OnCall,
        Availability::Busy if doctor.specialities.contains(&speciality) => Step::Second,
        _ => Step::Regional,
    }
}

/// The step after this one.
pub(crate) const fn next_step(step: Step) -> Option<Step> {
    match step {
        Step::OnCall => Some(Step::Second),
        Step::Second => Some(Step::Regional),
        Step::Regional => Some(Step::Nobody),
        Step::Nobody => None,
    }
}

/// Sorts requests: the most urgent first, then the longest wait.
pub(crate) fn rank(consultation: &Consultation) -> (Urgency, Timestamp, ConsultationId) {
    (consultation.request().urgency, consultation.requested_at(), consultation.id())
}

/// The visible clock of one waiting request. It counts from the facts, so a restart does not stop it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Clock {
    empty_since: Option<Timestamp>,
    not_before: Timestamp,
}

impl Clock {
    /// Notes whether the present circle adds anybody who is connected.
    pub(crate) fn observe(&mut self, adds_somebody: bool, now: Timestamp) {
        self.empty_since = if adds_somebody { None } else { self.empty_since.or(Some(now)) };
    }

    /// The next step could not be stored: not again before `when`.
    pub(crate) const fn postpone(&mut self, when: Timestamp) {
        self.not_before = when;
    }

    /// When the next step is due; none at the last.
    pub(crate) fn due(&self, consultation: &Consultation, times: &StepTimes) -> Option<Timestamp> {
        let (step, since) = consultation.step();
        next_step(step)?;
        let full = since.plus_ms(times.of(consultation.request().urgency));
        let empty = self.empty_since.map(|at| at.max(since).plus_ms(times.empty_ms));
        Some(empty.map_or(full, |empty| empty.min(full)).max(self.not_before))
    }
}

/// Where a request stands, as its post is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) ahead: u16,
    pub(crate) available: u16,
    pub(crate) busy: u16,
    pub(crate) step: Step,
    pub(crate) due: Option<Timestamp>,
}

impl Standing {
    /// As it travels.
    pub(crate) fn message(&self, consultation: &Consultation, now: Timestamp) -> Waiting {
        Waiting {
            consultation: consultation.id(),
            ahead: self.ahead,
            available: self.available,
            busy: self.busy,
            waited_ms: now.since_ms(consultation.requested_at()),
            step: self.step,
            next_step_ms: self.due.map(|due| due.since_ms(now)),
        }
    }
}
