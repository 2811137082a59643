//! Time as a value. Whoever owns a clock hands it in; it is never read here.

use serde::{Deserialize, Serialize};

/// Milliseconds since the Unix epoch, never going back within a process. The hub is handed the time;
/// on the wire only ages and delays travel, so that a kiosk with a wrong clock shows the right wait, and the welcome tells the time itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// Returns the milliseconds from `earlier` to `self`; zero if `earlier` is later.
    pub const fn since_ms(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Returns this time plus `delay_ms`.
    #[must_use]
    pub const fn plus_ms(self, delay_ms: u64) -> Self {
        Self(self.0.saturating_add(delay_ms))
    }

    /// The time at which a service goes on that starts at `self` by the machine's clock and has a record of `newest`. A clock that was set back
    /// by up to two hours is not believed, because every deadline would be late by as much. A larger step corrects a clock that was wrong before.
    #[must_use]
    pub const fn continuing(self, newest: Self) -> Self {
        let back_ms = newest.since_ms(self);
        if back_ms <= DISBELIEVED_MS { self.plus_ms(back_ms) } else { self }
    }
}

/// The largest step back of a clock that is not believed, in milliseconds. A wrong zone or season moves a clock by an hour. A service whose
/// clock was ahead by less than this keeps that time through restarts, and is right again as soon as the true time has passed it.
pub const DISBELIEVED_MS: u64 = 2 * 60 * 60 * 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_back_by_two_hours_is_not_believed_and_one_by_more_is() {
        let told = Timestamp(1_800_000_000_000);
        assert_eq!(told.continuing(Timestamp(told.0 - 5)), told);
        assert_eq!(told.continuing(told.plus_ms(DISBELIEVED_MS)), told.plus_ms(DISBELIEVED_MS));
        assert_eq!(told.continuing(told.plus_ms(DISBELIEVED_MS + 1)), told);
    }
}
