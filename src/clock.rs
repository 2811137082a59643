//! The one door to time. Machines and stores are handed the time; only tasks and threads ask for it, here.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use teranga_clinic::time::Timestamp;

/// Both times of the process. The civil time is read once, at the start, and then counted on by the
/// steady clock: setting the machine's clock in the middle of a call neither loses heartbeats nor
/// turns the order of facts around.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    started: Instant,
    started_at: Timestamp,
}

impl Clock {
    /// Reads the machine's clocks.
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    pub fn start() -> Self {
        let civil = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { started: Instant::now(), started_at: Timestamp(millis(civil)) }
    }

    /// The steady time, for deadlines and intervals.
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    pub fn now(&self) -> Instant {
        Instant::now()
    }

    /// The civil time, for records.
    pub fn timestamp(&self) -> Timestamp {
        self.timestamp_of(self.now())
    }

    /// The civil time of a steady one; the start of the process for anything before it.
    pub fn timestamp_of(&self, instant: Instant) -> Timestamp {
        self.started_at.plus_ms(millis(instant.saturating_duration_since(self.started)))
    }

    /// How long the process has run.
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
    fn civil_time_is_counted_by_the_steady_clock() {
        let clock = Clock::start();
        let later = clock.started + Duration::from_millis(1_500);
        assert_eq!(clock.timestamp_of(later), clock.started_at.plus_ms(1_500));
        assert_eq!(
            clock.timestamp_of(clock.started.checked_sub(Duration::from_secs(1)).unwrap()),
            clock.started_at
        );
    }
}
