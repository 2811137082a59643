//! Time as the ground knows it: handed in by whoever holds a clock, never read here.

use serde::{Deserialize, Serialize};

/// Milliseconds since the Unix epoch, never going back within a process. The hub is handed the time;
/// on the wire only ages and delays travel, so that a kiosk with a wrong clock shows the right wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// Milliseconds from `earlier` to `self`; zero if `earlier` is later.
    pub const fn since_ms(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// This time and `delay_ms` more.
    #[must_use]
    pub const fn plus_ms(self, delay_ms: u64) -> Self {
        Self(self.0.saturating_add(delay_ms))
    }
}
