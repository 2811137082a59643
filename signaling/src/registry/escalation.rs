//! Escalation: which doctors are rung for a request, when the next step is due, and which request comes first.

use teranga_clinic::{
    consultation::Consultation,
    id::ConsultationId,
    people::{Availability, Identity, Speciality},
    request::{EscalationReason, Step, Urgency},
    time::Timestamp,
};

/// The times for which the steps ring before the next one joins in, by urgency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepTimes {
    /// The times for [`Urgency::Stat`].
    pub stat: RingTimes,
    /// The times for [`Urgency::Urgent`].
    pub urgent: RingTimes,
    /// The times for [`Urgency::Routine`].
    pub routine: RingTimes,
    /// The time for a step that adds nobody who is connected, in milliseconds. It is long enough for a page to reload or this
    /// server to restart, and short enough that a patient does not wait for an empty chair.
    pub empty_ms: u64,
    /// The time after which the next doctor of a step is rung beside those who are rung already, in milliseconds: about three rings.
    /// A vital emergency rings all of them at once.
    pub next_doctor_ms: u64,
}

/// The times for which the three steps ring, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RingTimes {
    /// The time of [`Step::OnCall`].
    pub first_ms: u64,
    /// The time of [`Step::Second`].
    pub second_ms: u64,
    /// The time of [`Step::Regional`].
    pub regional_ms: u64,
}

impl RingTimes {
    /// The same time for each step.
    pub const fn each(ms: u64) -> Self {
        Self { first_ms: ms, second_ms: ms, regional_ms: ms }
    }
}

impl Default for StepTimes {
    fn default() -> Self {
        Self {
            stat: RingTimes { first_ms: 90_000, second_ms: 60_000, regional_ms: 60_000 },
            urgent: RingTimes::each(5 * 60_000),
            routine: RingTimes::each(15 * 60_000),
            empty_ms: 5_000,
            next_doctor_ms: 15_000,
        }
    }
}

impl StepTimes {
    /// The time for which a step rings, in milliseconds; the last step has no end.
    pub const fn of(&self, urgency: Urgency, step: Step) -> u64 {
        let times = match urgency {
            Urgency::Stat => self.stat,
            Urgency::Urgent => self.urgent,
            Urgency::Routine => self.routine,
        };
        match step {
            Step::OnCall => times.first_ms,
            Step::Second => times.second_ms,
            Step::Regional | Step::Nobody => times.regional_ms,
        }
    }
}

/// The first step at which a connected doctor is rung for a speciality for which nobody keeps a rota.
pub(crate) fn first_step_for(doctor: &Identity, availability: Availability, speciality: Speciality) -> Step {
    match availability {
        Availability::Available if doctor.specialities.contains(&speciality) => Step::OnCall,
        Availability::Busy if doctor.specialities.contains(&speciality) => Step::Second,
        _ => Step::Regional,
    }
}

/// The step after this one; none after the last.
pub(crate) const fn next_step(step: Step) -> Option<Step> {
    match step {
        Step::OnCall => Some(Step::Second),
        Step::Second => Some(Step::Regional),
        Step::Regional => Some(Step::Nobody),
        Step::Nobody => None,
    }
}

/// The sort key of waiting requests: the most urgent first, then the longest wait.
pub(crate) type QueueKey = (Urgency, Timestamp, ConsultationId);

/// The place of a request in the queue.
pub(crate) fn queue_key(consultation: &Consultation) -> QueueKey {
    (consultation.request().urgency, consultation.requested_at(), consultation.id())
}

/// The escalation clock of one waiting request. It counts from the facts, so a restart does not stop it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct EscalationClock {
    empty_since: Option<Timestamp>,
    not_before: Timestamp,
}

impl EscalationClock {
    /// Notes whether the present step rings anybody who is connected.
    pub(crate) fn observe(&mut self, rings_somebody: bool, now: Timestamp) {
        self.empty_since = if rings_somebody { None } else { self.empty_since.or(Some(now)) };
    }

    /// Holds the next step back until `when`, because it could not be stored.
    pub(crate) const fn postpone(&mut self, when: Timestamp) {
        self.not_before = when;
    }

    /// The reason for which the next step is taken now.
    pub(crate) fn reason(
        &self,
        consultation: &Consultation,
        times: &StepTimes,
        now: Timestamp,
    ) -> EscalationReason {
        let (step, since) = consultation.step();
        let full = since.plus_ms(times.of(consultation.request().urgency, step));
        if self.empty_since.is_some() && now < full {
            EscalationReason::NobodyThere
        } else {
            EscalationReason::Unanswered
        }
    }

    /// The time before which nothing is tried again.
    pub(crate) const fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// The time at which the next step is due; none at the last step.
    pub(crate) fn due(&self, consultation: &Consultation, times: &StepTimes) -> Option<Timestamp> {
        let (step, since) = consultation.step();
        next_step(step)?;
        let full = since.plus_ms(times.of(consultation.request().urgency, step));
        let empty = self.empty_since.map(|at| at.max(since).plus_ms(times.empty_ms));
        Some(empty.map_or(full, |empty| empty.min(full)).max(self.not_before))
    }
}
