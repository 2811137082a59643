//! Time as a value. Whoever owns a clock hands it in; it is never read here.

use serde::{Deserialize, Serialize};

/// Milliseconds since the Unix epoch, never going back within a process. The hub is handed the time;
/// on the wire only ages and delays travel, so that a kiosk with a wrong clock shows the right wait.
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
}
