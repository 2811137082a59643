//! The pulse of a task or thread that must never stand still: it beats in its loop, and the liveness probe sees when it
//! stopped, by a panic or by a loop that hangs. It restarts nothing.

use crate::clock::Clock;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// The longest time between two beats of something that lives.
pub const BEAT: Duration = Duration::from_secs(1);

/// The time without a beat after which something is dead: five beats, because a busy machine delays some.
pub const DEAD_AFTER: Duration = Duration::from_secs(5);

/// A pulse. Clones are of the same one.
#[derive(Clone, Debug)]
pub struct Pulse {
    clock: Clock,
    /// Uptime at the last beat, milliseconds.
    beat_at_ms: Arc<AtomicU64>,
}

impl Pulse {
    /// A pulse that beats now.
    pub fn new(clock: Clock) -> Self {
        let pulse = Self { clock, beat_at_ms: Arc::default() };
        pulse.beat();
        pulse
    }

    /// Says that its owner lives.
    pub fn beat(&self) {
        self.beat_at_ms.store(self.uptime_ms(), Ordering::Relaxed);
    }

    /// True if the last beat is longer ago than [`DEAD_AFTER`].
    pub fn is_dead(&self) -> bool {
        let since = self.uptime_ms().saturating_sub(self.beat_at_ms.load(Ordering::Relaxed));
        Duration::from_millis(since) > DEAD_AFTER
    }

    fn uptime_ms(&self) -> u64 {
        u64::try_from(self.clock.uptime().as_millis()).unwrap_or(u64::MAX)
    }
}
