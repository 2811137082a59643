//! A token bucket that is handed the time.

use teranga_clinic::time::Timestamp;

/// A token bucket: `burst` pass at once, and one more every `every_ms` milliseconds.
#[derive(Clone, Debug)]
pub(crate) struct Throttle {
    burst: u32,
    every_ms: u64,
    left: u32,
    filled_at: Timestamp,
}

impl Throttle {
    /// A full bucket.
    pub(crate) const fn new(burst: u32, every_ms: u64, now: Timestamp) -> Self {
        Self { burst, every_ms, left: burst, filled_at: now }
    }

    /// Takes a token. Returns false if there is none.
    pub(crate) fn pass(&mut self, now: Timestamp) -> bool {
        self.refill(now);
        let passes = self.left > 0;
        self.left -= u32::from(passes);
        passes
    }

    fn refill(&mut self, now: Timestamp) {
        let earned = now.since_ms(self.filled_at) / self.every_ms;
        self.filled_at = self.filled_at.plus_ms(earned * self.every_ms);
        self.left = self.burst.min(self.left.saturating_add(u32::try_from(earned).unwrap_or(u32::MAX)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_then_the_steady_rate() {
        let mut throttle = Throttle::new(3, 100, Timestamp(0));
        let passed = (0..10).filter(|_| throttle.pass(Timestamp(0))).count();
        assert_eq!(passed, 3);
        assert!(!throttle.pass(Timestamp(99)));
        assert!(throttle.pass(Timestamp(100)));
        assert!(!throttle.pass(Timestamp(101)));
    }

    #[test]
    fn a_long_rest_earns_no_more_than_the_burst() {
        let mut throttle = Throttle::new(2, 1, Timestamp(0));
        assert_eq!((0..10).filter(|_| throttle.pass(Timestamp(u64::MAX))).count(), 2);
    }
}
