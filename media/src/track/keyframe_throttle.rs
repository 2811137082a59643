//! The throttle of keyframe requests (PLI, RFC 4585 section 6.3.1) to one layer of a camera.

use crate::limits::KEYFRAME_INTERVAL;
use std::time::Instant;

/// Lets one request through per [`KEYFRAME_INTERVAL`], and remembers that another one waits.
#[derive(Debug, Default)]
pub(super) struct KeyframeThrottle {
    requested: Option<Instant>,
    /// The time at which the waiting request may go; `None` while none waits.
    deadline: Option<Instant>,
}

impl KeyframeThrottle {
    /// True if a request may go now; otherwise it waits.
    pub(super) fn request(&mut self, now: Instant) -> bool {
        let free = self.requested.map_or(now, |requested| requested + KEYFRAME_INTERVAL);
        self.deadline = Some(free);
        self.take_due(now)
    }

    /// True if the waiting request may go now; it then counts as sent.
    pub(super) fn take_due(&mut self, now: Instant) -> bool {
        let due = self.deadline.is_some_and(|deadline| deadline <= now);
        if due {
            *self = Self { requested: Some(now), deadline: None };
        }
        due
    }

    /// The time at which the waiting request may go.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// The time of the last request.
    pub(super) fn requested(&self) -> Option<Instant> {
        self.requested
    }
}
