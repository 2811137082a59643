//! The clocks of a referral: an answer, the arrival, and what the receiver writes back.

use super::{Referral, ReferralState as State};
use crate::time::Timestamp;

/// What is done when a clock has run out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Due {
    /// The structure rejected: the next one is asked at once.
    Next,
    /// The structure does not answer: the next one is asked, or people are told to telephone. They are told, too, if the patient is on the
    /// way and nobody there knows it.
    Answer,
    /// The patient should have arrived: both sides are asked.
    Arrival,
    /// The receiver is reminded to write back.
    Counter,
}

impl Due {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Next, Self::Answer, Self::Arrival, Self::Counter];
}

/// How long each clock runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReferralLimits {
    /// The time in which a structure answers, ms.
    pub answer_ms: u64,
    /// The time after the expected arrival, ms.
    pub arrival_ms: u64,
    /// The time after the arrival in which the receiver writes back, ms.
    pub counter_ms: u64,
}

impl ReferralLimits {
    /// The length of a clock, ms.
    pub const fn of(&self, due: Due) -> u64 {
        match due {
            Due::Next => 0,
            Due::Answer => self.answer_ms,
            Due::Arrival => self.arrival_ms,
            Due::Counter => self.counter_ms,
        }
    }
}

impl Default for ReferralLimits {
    /// Ten minutes, an hour, seven days.
    fn default() -> Self {
        Self { answer_ms: 10 * MINUTE_MS, arrival_ms: 60 * MINUTE_MS, counter_ms: 7 * 24 * 60 * MINUTE_MS }
    }
}

const MINUTE_MS: u64 = 60_000;

/// The travelling time that is presumed if nobody knows it, in minutes. With an hour more, both sides are asked after three hours.
const PRESUMED_ETA_MIN: u16 = 120;

/// The clock that runs, and the time from which it counts; none if none runs.
pub fn waits(referral: &Referral) -> Option<(Timestamp, Due)> {
    match referral.state {
        State::Requested | State::Received if referral.unanswered_since.is_none() => {
            Some((referral.asked_at, Due::Answer))
        }
        State::Rejected => {
            referral.next_structure()?;
            Some((referral.tried.last()?.at, Due::Next))
        }
        // The answer is due first: the road is never over within the minutes in which a structure answers.
        State::EnRoute if referral.is_unopened() && !referral.was_unanswered() => {
            Some((referral.asked_at, Due::Answer))
        }
        State::EnRoute if referral.arrival_asked_at.is_none() => {
            let left_at = referral.departed.map_or(referral.asked_at, |departed| departed.at);
            let eta_min = referral.departed.and_then(|departed| departed.eta_min).unwrap_or(PRESUMED_ETA_MIN);
            Some((left_at.plus_ms(u64::from(eta_min) * MINUTE_MS), Due::Arrival))
        }
        State::Arrived | State::InCare if referral.counter_asked_at.is_none() => {
            Some((referral.arrived_at?, Due::Counter))
        }
        _ => None,
    }
}

/// The time at which something is to be done, and what; none if nothing is.
pub fn due(referral: &Referral, limits: &ReferralLimits) -> Option<(Timestamp, Due)> {
    waits(referral).map(|(from, due)| (from.plus_ms(limits.of(due)), due))
}
