//! The only reader of the clock. Every other module is handed the time since the start.

use std::time::{Duration, Instant};

/// A clock that counts from its start.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    started: Instant,
}

impl Clock {
    /// Starts a clock at zero.
    pub fn start() -> Self {
        Self { started: instant() }
    }

    /// Returns the time since the start.
    pub fn now(&self) -> Duration {
        instant().saturating_duration_since(self.started)
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the door")]
fn instant() -> Instant {
    Instant::now()
}
