//! On which ways each voice packet carries the one before it, too (RED, RFC 2198).
//!
//! Part of the [`Room`](super::Room). Loss says whether it is worth it, the budget whether there is room.

use super::member::Member;
use crate::{
    allocate,
    limits::{LINK_THICK, RED_KEEP},
    units::Bitrate,
};
use std::time::Instant;
use tracing::debug;

/// One way of a member's link.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Doubling {
    until: Option<Instant>,
    /// The way was known at some time.
    begun: bool,
}

impl Doubling {
    pub(super) fn is_on(self) -> bool {
        self.until.is_some()
    }

    /// Judges anew by what is lost. A thin way begins with it: most of them lose, and the first words of a call
    /// matter.
    fn review(&mut self, loss: f32, capacity: Option<Bitrate>, now: Instant) {
        let Some(capacity) = capacity else { return };
        let begins = !std::mem::replace(&mut self.begun, true) && capacity < LINK_THICK;
        if !allocate::can_double_voice(capacity) {
            self.until = None;
        } else if begins || allocate::is_worth_doubling(loss) {
            self.until = Some(now + RED_KEEP);
        } else {
            self.until = self.until.filter(|until| now < *until);
        }
    }
}

impl Member {
    /// Judges both ways anew; whether anything changed.
    pub(super) fn review_redundancy(&mut self, now: Instant) -> bool {
        let before = (self.doubles_up.is_on(), self.doubles_down.is_on());
        let (loss_up, loss_down) = (self.peer.loss_up(), self.peer.loss_down());
        self.doubles_up.review(loss_up, self.measured.up.capacity(), now);
        self.doubles_down.review(loss_down, self.measured.down.capacity(), now);
        let after = (self.doubles_up.is_on(), self.doubles_down.is_on());
        self.peer.set_doubling(after.1);
        if before != after {
            debug!(peer = %self.id, up = after.0, down = after.1, loss_up, loss_down, "redundant voice");
        }
        before != after
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;

    const THIN: Option<Bitrate> = Some(Bitrate::kbps(40));

    #[test]
    fn a_thin_way_begins_doubled_and_stays_so_while_it_loses() {
        let start = Instant::now();
        let mut way = Doubling::default();
        way.review(0.0, None, start);
        assert!(!way.is_on(), "nothing is known");
        way.review(0.0, THIN, start);
        assert!(way.is_on());
        way.review(0.02, THIN, start + RED_KEEP);
        way.review(0.0, THIN, start + RED_KEEP.mul_f32(1.9));
        assert!(way.is_on(), "losses come in swarms");
        way.review(0.0, THIN, start + RED_KEEP * 2);
        assert!(!way.is_on(), "a clean way wants its bytes back");
        way.review(0.02, THIN, start + RED_KEEP * 2);
        assert!(way.is_on());
        way.review(0.02, Some(Bitrate::kbps(24)), start + RED_KEEP * 2);
        assert!(!way.is_on(), "it has become too thin for that");
    }

    #[test]
    fn a_thick_way_waits_for_losses() {
        let mut way = Doubling::default();
        way.review(0.0, Some(LINK_THICK), Instant::now());
        assert!(!way.is_on());
    }
}
