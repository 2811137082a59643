//! Rate meter: the bytes of a flow, and its rate.

use crate::units::Bitrate;
use std::time::{Duration, Instant};

/// Bytes of a flow, and its bitrate over the last full window.
#[derive(Clone, Debug)]
pub(crate) struct Meter {
    window: Duration,
    since: Instant,
    bytes: u64,
    rate: Bitrate,
    total: u64,
}

impl Meter {
    pub(crate) fn new(now: Instant, window: Duration) -> Self {
        Self { window, since: now, bytes: 0, rate: Bitrate::default(), total: 0 }
    }

    pub(crate) fn add(&mut self, bytes: usize, now: Instant) {
        self.roll(now);
        self.bytes += bytes as u64;
        self.total += bytes as u64;
    }

    /// Returns the rate of the last full window; zero after two empty windows.
    pub(crate) fn rate(&mut self, now: Instant) -> Bitrate {
        self.roll(now);
        self.rate
    }

    /// Bytes since the beginning.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    fn roll(&mut self, now: Instant) {
        let span = now.saturating_duration_since(self.since);
        if span >= self.window {
            self.rate = Bitrate::of(self.bytes, span);
            self.bytes = 0;
            self.since = now;
        }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_last_window() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut meter = Meter::new(start, Duration::from_secs(1));
        for ms in (0..1_000).step_by(20) {
            meter.add(80, at(ms));
        }
        assert_eq!(meter.rate(at(1_000)), Bitrate::kbps(32));
        assert_eq!(meter.rate(at(1_900)), Bitrate::kbps(32), "the next window is not full");
        assert_eq!(meter.rate(at(2_000)), Bitrate::bps(0), "silence");
        assert_eq!(meter.total(), 4_000);
    }
}
