//! A doubt about an estimate: something that is not this direction's own lowered it, and its end brings it back.
//!
//! The [capacity estimate](super) owns it.

use crate::units::Bitrate;
use std::time::{Duration, Instant};

/// A doubt about the estimate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Doubt {
    /// The estimate before.
    pub(super) before: Bitrate,
    /// The time since which no queue was seen.
    pub(super) clear_since: Instant,
    /// The time without a queue after which the doubt ends.
    wait: Duration,
}

impl Doubt {
    /// A doubt that began with a queue that is somebody else's.
    pub(super) fn of_queue(before: Bitrate, now: Instant) -> Self {
        Self { before, clear_since: now, wait: DOUBT_ENDS }
    }

    /// A doubt that no queue of this direction caused.
    pub(super) fn presumed(before: Bitrate, now: Instant) -> Self {
        Self { before, clear_since: now, wait: DOUBT_PRESUMED_ENDS }
    }

    /// True if no queue was seen for long enough. `doubted` is the number of doubts in a row that ended too soon.
    pub(super) fn is_over(self, doubted: u32, now: Instant) -> bool {
        now.saturating_duration_since(self.clear_since) >= self.wait * (1 << doubted.min(DOUBT_DOUBLED))
    }
}

/// The time without a queue after which a doubt ends.
const DOUBT_ENDS: Duration = Duration::from_millis(1_500);

/// The same for a doubt that no queue of this direction caused: its report may stand in the queue of the other one.
const DOUBT_PRESUMED_ENDS: Duration = Duration::from_secs(6);

/// The number of times that it is doubled at most.
const DOUBT_DOUBLED: u32 = 3;
