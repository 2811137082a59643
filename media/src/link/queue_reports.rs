//! The page's reports that packets come late on the downlink, and the queue that they tell of.
//!
//! The [`LinkMonitor`](super::monitor) owns it. It lowers the capacity estimate of the downlink, and measures nothing itself.

use super::{capacity_estimate::CapacityEstimate, queue_delay::LINK_QUEUE, sample::Sample};
use crate::units::Bitrate;
use std::time::{Duration, Instant};

/// The memory of the reports.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct QueueReports {
    /// The time of the last report that more was sent than arrived, and late.
    overrun: Option<Instant>,
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

    /// Takes a report, while `arrives` of what is sent is not lost. The page counts over some packets only, therefore it must report an
    /// overrun twice unless the queue is long. A very long queue counts whatever is sent now, and a direction that was just tried for
    /// more needs half of that.
    pub(super) fn take(
        &mut self,
        down: &mut CapacityEstimate,
        sample: Sample,
        arrives: Bitrate,
        now: Instant,
    ) {
        if sample.queue > LINK_QUEUE * 2 {
            self.presume_queue(now);
        }
        let long = LINK_QUEUE * if down.rose_lately(now) { 2 } else { 4 };
        let overruns = arrives > sample.arrived.percent(OVERRUN_PERCENT) || sample.queue >= long;
        if sample.queue <= LINK_QUEUE || !overruns {
            down.observe_queue(sample, now);
            return;
        }
        let before = self.overrun.replace(now);
        let again = before.is_some_and(|at| now.saturating_duration_since(at) <= OVERRUN_AGAIN);
        if again || sample.queue >= LINK_QUEUE * 2 {
            down.overrun(sample.arrived, now);
        }
    }
}

/// The rate sent, in percent of the rate that arrives, above which a queue that stands is full.
pub(super) const OVERRUN_PERCENT: u64 = 115;

/// The time within which a second report of an overrun is believed: the page looks at a report every two seconds.
const OVERRUN_AGAIN: Duration = Duration::from_secs(5);

/// The time for which a presumed or reported queue holds. The page looks at a report every two seconds, and its word may stand in a queue
/// itself.
const QUEUE_PRESUMED: Duration = Duration::from_secs(4);
