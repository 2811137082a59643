//! The page's reports that packets come late on the downlink, and the queue that they tell of.
//!
//! The [`LinkMonitor`](super::monitor) owns it. It never judges a report; the capacity estimate of the downlink does.

use super::queue_delay::LINK_QUEUE;
use crate::units::Bitrate;
use std::time::{Duration, Instant};

/// The memory of the reports.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct QueueReports {
    /// The time until which a queue is presumed.
    queued_until: Option<Instant>,
}

impl QueueReports {
    /// True if what goes to the page waits in a queue, as far as can be told.
    pub(super) fn is_queued(self, now: Instant) -> bool {
        self.queued_until.is_some_and(|until| now < until)
    }

    /// Presumes a queue for a while.
    pub(super) fn presume_queue(&mut self, now: Instant) {
        self.queued_until = Some(now + QUEUE_PRESUMED);
    }

    /// Takes a report of a queue, or of its end.
    pub(super) fn take(&mut self, queue: Duration, now: Instant) {
        if queue > LINK_QUEUE * 2 {
            self.presume_queue(now);
        } else if queue <= LINK_QUEUE {
            self.queued_until = None;
        }
    }
}

/// The time for which a presumed or reported queue holds. The page's word may stand in a queue itself.
const QUEUE_PRESUMED: Duration = Duration::from_secs(4);

/// The growth of the queue on a downlink, where a full one does not grow: it loses what is too much of `sent`.
#[expect(clippy::cast_precision_loss, reason = "a rough share")]
pub(super) fn growth(slope: f32, sent: Bitrate, arrived: Bitrate) -> f32 {
    let short = 1.0 - arrived.as_bps() as f32 / sent.as_bps().max(1) as f32;
    if slope > DRAINS_ANYWAY && short >= SHORT { slope.max(short) } else { slope }
}

/// The share of what is sent that must be missing to count. The two are counted over half a second each, and not the same one.
const SHORT: f32 = 0.35;

/// The growth of a queue that drains, whatever seems to be missing.
const DRAINS_ANYWAY: f32 = -0.1;
