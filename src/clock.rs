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
}
