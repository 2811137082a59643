//! A queue that stands in front of one direction, and whose it is.
//!
//! A queue of our own drains as soon as less is sent. One that neither grows nor drains whatever is sent belongs to somebody else: a
//! transfer by TCP keeps it full. The [capacity estimate](super) owns it, and decides what follows.

use super::super::{queue_delay::LINK_QUEUE, sample::Sample};
use crate::units::Bitrate;
use std::time::{Duration, Instant};

/// A queue, since it was first seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct StandingQueue {
    /// The time since which it neither grew fast nor drained, and the estimate was not lowered.
    since: Instant,
    /// The time of the newest sign of it.
    seen: Instant,
    /// The delay from which it has not moved, and since when.
    still: (Duration, Instant),
    /// The rates in use at the looks since then, added up, and their number.
    used: (Bitrate, u64),
    /// The number of looks in a row in which it grew fast.
    steep: u8,
}

/// The judgement on one look at a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    /// Nothing can be told yet, or it drains.
    Wait,
    /// More is sent than passes: the rate that arrives is all that there is.
    Saturated,
    /// It stands.
    Stands,
    /// The delay has not moved for so long that it is none: a clock slipped, or the route changed.
    Slipped,
}

impl StandingQueue {
    pub(super) fn new(queue: Duration, now: Instant) -> Self {
        Self { since: now, seen: now, still: (queue, now), used: (Bitrate::default(), 0), steep: 0 }
    }

    /// The mean rate that was in use while it stood.
    pub(super) fn used(&self) -> Bitrate {
        Bitrate::bps(self.used.0.as_bps() / self.used.1.max(1))
    }

    /// Takes a look at the queue while so much is in use.
    pub(super) fn judge(&mut self, sample: Sample, in_use: Bitrate, now: Instant) -> Judgement {
        self.seen = now;
        self.used = (self.used.0.plus(in_use), self.used.1 + 1);
        if self.still.0.abs_diff(sample.queue) >= SLIP_MOVES {
            self.still = (sample.queue, now);
        }
        if sample.lately > LINK_QUEUE && sample.slope >= STEEP {
            self.restart(now);
            self.steep = self.steep.saturating_add(1);
            let sure = self.steep > 1 || sample.climb >= CLIMB;
            return if sure { Judgement::Saturated } else { Judgement::Wait };
        }
        self.steep = 0;
        if sample.slope <= DRAINS {
            self.restart(now);
            return Judgement::Wait;
        }
        if now.saturating_duration_since(self.still.1) >= SLIP {
            Judgement::Slipped
        } else if now.saturating_duration_since(self.since) >= STANDS && sample.queue > LINK_QUEUE {
            Judgement::Stands
        } else {
            Judgement::Wait
        }
    }

    /// Begins to look anew, because the estimate was lowered or the queue moves.
    pub(super) fn restart(&mut self, now: Instant) {
        (self.since, self.used) = (now, (Bitrate::default(), 0));
    }

    /// True if nothing has been seen of it for so long that it is gone.
    pub(super) fn is_gone(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.seen) >= GONE
    }
}

/// The growth of a queue, in seconds a second, at which a quarter more is sent than passes.
const STEEP: f32 = 0.2;

/// The growth of a queue that drains by itself.
const DRAINS: f32 = -0.08;

/// The least climb of the newest packets at which one look suffices.
const CLIMB: Duration = Duration::from_millis(100);

/// The time for which a queue must neither grow fast nor drain to count as standing: a round trip of a satellite, and a window.
const STANDS: Duration = Duration::from_millis(1_200);

/// The time after which a delay that did not move is no queue. What is sent or drains would have moved it.
const SLIP: Duration = Duration::from_secs(3);

/// The least movement of a queue in that time.
const SLIP_MOVES: Duration = Duration::from_millis(40);

/// The time without a sign of a queue after which it is gone.
const GONE: Duration = Duration::from_millis(1_200);
