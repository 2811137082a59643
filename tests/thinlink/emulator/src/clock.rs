//! The door to time. Everything else is handed the time since the start.

use std::time::{Duration, Instant};

/// Counts from its start.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    started: Instant,
}

impl Clock {
    /// Zero is now.
    pub fn start() -> Self {
        Self { started: instant() }
    }

    /// Time since the start.
    pub fn now(&self) -> Duration {
        instant().saturating_duration_since(self.started)
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the door")]
fn instant() -> Instant {
    Instant::now()
}
