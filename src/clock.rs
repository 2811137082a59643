//! The only module that reads a clock; clippy refuses it elsewhere (`disallowed_methods`). Machines and stores are handed the
//! time, so that tests can choose it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use teranga_clinic::time::Timestamp;

/// The monotonic clock and the civil time that is derived from it. The civil time is read once, at the start, and then advanced
/// by the monotonic clock: setting the machine's clock during a call neither loses heartbeats nor reorders facts.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    started: Instant,
    started_at: Timestamp,
}

impl Clock {
    /// Reads both clocks of the machine. A process does this once.
    #[expect(clippy::disallowed_methods, reason = "the one module that may")]
    pub fn start() -> Self {
        let civil = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { started: Instant::now(), started_at: Timestamp(millis(civil)) }
    }

    /// This clock for a server whose newest record is of this time: a clock that was set back meanwhile changes no deadline.
    #[must_use]
    pub fn continuing(self, newest: Timestamp) -> Self {
        let told = self.timestamp();
        let step_ms = told.continuing(newest).since_ms(told);
        if newest > told {
            tracing::error!(
                code = "clock_went_back",
                behind_ms = newest.since_ms(told),
                believed = step_ms == 0,
                "the machine's clock is before the newest record: check its synchronisation"
            );
        }
        Self { started_at: self.started_at.plus_ms(step_ms), ..self }
    }

    /// The monotonic time, for deadlines and intervals.
    #[expect(clippy::disallowed_methods, reason = "the one module that may")]
    pub fn now(&self) -> Instant {
        Instant::now()
    }

    /// The civil time (UTC), for records.
    pub fn timestamp(&self) -> Timestamp {
        self.timestamp_of(self.now())
    }

    /// The civil time of a monotonic one. An earlier time than the start of the process becomes the start.
    pub fn timestamp_of(&self, instant: Instant) -> Timestamp {
        self.started_at.plus_ms(millis(instant.saturating_duration_since(self.started)))
    }

    /// The time since the start of the process.
    pub fn uptime(&self) -> Duration {
        self.now().saturating_duration_since(self.started)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn civil_time_advances_with_the_monotonic_clock() {
        let clock = Clock::start();
        let later = clock.started + Duration::from_millis(1_500);
        assert_eq!(clock.timestamp_of(later), clock.started_at.plus_ms(1_500));
        assert_eq!(
            clock.timestamp_of(clock.started.checked_sub(Duration::from_secs(1)).unwrap()),
            clock.started_at
        );
    }

    #[test]
    fn a_clock_goes_on_from_the_newest_record() {
        let clock = Clock::start();
        let newest = clock.started_at.plus_ms(3_600_000);
        assert!(clock.continuing(newest).timestamp() >= newest);
        assert_eq!(clock.continuing(Timestamp(0)).started_at, clock.started_at);
    }
}
