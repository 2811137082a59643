//! The packet trains after a fall by more than half.
//!
//! A link that fell so far may be back at any moment: a hand-over ends, a cell has fewer callers, a transfer ends. Nothing that a voice
//! sends can show that, so trains ask, more often than on a link that never carried more. The [capacity estimate](super) owns it.

use crate::units::Bitrate;
use std::time::{Duration, Instant};

/// A fall by more than half: another link, or the same one for a while.
#[derive(Clone, Copy, Debug)]
pub(super) struct DeepFall {
    /// The estimate before.
    pub(super) before: Bitrate,
    /// The number of trains that have asked since.
    trains: u32,
    /// The time of the last train, or of the last queue.
    last: Instant,
}

impl DeepFall {
    /// A fall from `before`.
    pub(super) fn new(before: Bitrate, now: Instant) -> Self {
        Self { before, trains: 0, last: now }
    }

    /// Notes a queue: a train in it would tell nothing.
    pub(super) fn note_queue(&mut self, now: Instant) {
        self.last = now;
    }

    /// True if a train shall ask now, which takes so much time in front of the voice.
    pub(super) fn is_train_due(&mut self, takes: Duration, now: Instant) -> bool {
        let wait = if self.trains == 0 { DEEP_TRAIN_FIRST } else { DEEP_TRAIN_AGAIN };
        let due = now.saturating_duration_since(self.last) >= wait.max(takes * DEEP_TRAIN_SHARE);
        if due {
            (self.last, self.trains) = (now, self.trains + 1);
        }
        due
    }

    /// Something stood between the packets of the train, so another one goes soon.
    pub(super) fn ask_again_soon(&mut self, now: Instant) {
        let early = DEEP_TRAIN_AGAIN.saturating_sub(DEEP_TRAIN_RETRY);
        self.last = now.checked_sub(early).unwrap_or(now);
    }

    /// True if so many trains have asked that the direction has become another one.
    pub(super) fn is_over(self) -> bool {
        self.trains >= DEEP_TRAINS
    }
}

/// The time from the last queue after a deep fall to the first train.
const DEEP_TRAIN_FIRST: Duration = Duration::from_secs(2);

/// The time from one of these trains to the next.
const DEEP_TRAIN_AGAIN: Duration = Duration::from_millis(4_500);

/// The time from a train that told nothing to the next one.
const DEEP_TRAIN_RETRY: Duration = Duration::from_secs(1);

/// The least time between two of them, in times that a train takes.
const DEEP_TRAIN_SHARE: u32 = 15;

/// The number of trains after which a deep fall is a new link.
const DEEP_TRAINS: u32 = 12;
