//! On which ways each voice packet carries an earlier one, too (RED, RFC 2198).
//!
//! Part of the [`Room`](super::Room). Loss says whether it is worth it and which one, the budget whether there is room.

use super::member::Member;
use crate::{
    allocate,
    limits::{RED_KEEP, REPAIR_RTT},
    units::Bitrate,
};
use std::time::{Duration, Instant};
use tracing::debug;

/// One way of a member's link.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Doubling {
    until: Option<Instant>,
    /// The way was known at some time.
    begun: bool,
    /// Whether its losses come in bursts, once they have told.
    bursty: Option<bool>,
    /// How many packets before the one that carries it the copy would be.
    back: u8,
}

/// What is lost of a way's voice before any repair.
struct Losses {
    /// 0 to 1.
    share: f32,
    /// In a row more often than by chance; `None` of few.
    bursty: Option<bool>,
    /// The least round trip.
    rtt: Option<Duration>,
    /// Whether the voice's encoder is told: a client hears of its own way up only.
    heard: bool,
}

impl Doubling {
    pub(super) fn is_on(self) -> bool {
        self.until.is_some()
    }

    /// How many packets before the one that carries it the copy is; 0: there is none.
    pub(super) fn back(self) -> u8 {
        if self.is_on() { self.back } else { 0 }
    }

    /// The link was gone, and nothing told of losses meanwhile: as it was.
    fn goes_on(&mut self, now: Instant) {
        self.until = self.until.map(|_| now + RED_KEEP);
    }

    /// Judges anew by what is lost. A thin way begins with it: most of them lose, and the first words of a call
    /// matter.
    fn review(&mut self, losses: &Losses, capacity: Option<Bitrate>, now: Instant) {
        let Some(capacity) = capacity else { return };
        let begins = !std::mem::replace(&mut self.begun, true) && !allocate::mends_itself(capacity);
        self.bursty = losses.bursty.or(self.bursty);
        // Until losses have told, bursts are expected; over a long way nobody can wait for that.
        let bursty = self.bursty.unwrap_or_else(|| losses.rtt.is_some_and(|rtt| rtt <= REPAIR_RTT));
        self.back = allocate::copies_back(capacity, bursty);
        if !allocate::can_double_voice(capacity) {
            self.until = None;
        } else if begins || allocate::is_worth_doubling(capacity, losses.share, losses.heard) {
            self.until = Some(now + RED_KEEP);
        } else {
            self.until = self.until.filter(|until| now < *until);
        }
    }
}

impl Member {
    /// Judges both ways anew; whether anything changed.
    pub(super) fn review_redundancy(&mut self, now: Instant) -> bool {
        if self.quiet {
            self.doubles_up.goes_on(now);
            self.doubles_down.goes_on(now);
            return false;
        }
        let before = self.backs();
        let bursty_up = self.peer.is_bursty_up(self.doubles_up.bursty == Some(true));
        let rtt = self.peer.least_rtt();
        let up = Losses { share: self.peer.loss_up(), bursty: bursty_up, rtt, heard: true };
        let bursty_down = self.peer.is_bursty_down(self.doubles_down.bursty == Some(true));
        let down = Losses { share: self.peer.loss_down(), bursty: bursty_down, rtt, heard: false };
        let is_known = self.measured.up.capacity().or(self.measured.down.capacity()).is_some();
        self.doubles_up.review(&up, is_known.then(|| self.carries_up()), now);
        self.doubles_down.review(&down, is_known.then(|| self.carries_down()), now);
        let after = self.backs();
        // A link that is back has no room for copies beside a new socket's handshake, a full one for nothing.
        let is_full = self.measured.is_settling(now) || self.measured.waits_down(now) || self.held.is_some();
        self.peer.set_doubling(if is_full { 0 } else { after.1 });
        if before != after {
            debug!(peer = %self.id, up = after.0, down = after.1, lost_up = up.share, lost_down = down.share,
                "redundant voice");
        }
        before != after
    }

    fn backs(&self) -> (u8, u8) {
        (self.doubles_up.back(), self.doubles_down.back())
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;
    use crate::limits::LINK_THICK;

    const THIN: Option<Bitrate> = Some(Bitrate::kbps(40));

    fn lost(share: f32) -> Losses {
        Losses { share, bursty: None, rtt: Some(REPAIR_RTT * 2), heard: true }
    }

    #[test]
    fn a_thin_way_begins_doubled_and_stays_so_while_it_loses() {
        let start = Instant::now();
        let mut way = Doubling::default();
        way.review(&lost(0.0), None, start);
        assert!(!way.is_on(), "nothing is known");
        way.review(&lost(0.0), THIN, start);
        assert!(way.is_on());
        way.review(&lost(0.02), THIN, start + RED_KEEP);
        way.review(&lost(0.0), THIN, start + RED_KEEP.mul_f32(1.9));
        assert!(way.is_on(), "losses come in swarms");
        way.review(&lost(0.0), THIN, start + RED_KEEP * 2);
        assert!(!way.is_on(), "a clean way wants its bytes back");
        way.review(&lost(0.02), THIN, start + RED_KEEP * 2);
        assert!(way.is_on());
        way.review(&lost(0.02), Some(Bitrate::kbps(18)), start + RED_KEEP * 2);
        assert!(!way.is_on(), "it has become too thin for that");
    }

    #[test]
    fn a_thick_way_waits_for_losses() {
        let mut way = Doubling::default();
        way.review(&lost(0.0), Some(LINK_THICK), Instant::now());
        assert!(!way.is_on());
    }

    #[test]
    fn where_losses_come_in_bursts_the_copy_goes_with_a_later_packet() {
        let start = Instant::now();
        let mut way = Doubling::default();
        assert_eq!(way.back(), 0);
        way.review(&lost(0.0), THIN, start);
        assert_eq!(way.back(), 1);
        way.review(&Losses { bursty: Some(true), ..lost(0.05) }, THIN, start);
        assert_eq!(way.back(), 2);
        way.review(&lost(0.05), THIN, start);
        assert_eq!(way.back(), 2, "what was seen holds while there are few losses");
        let near = |bursty| Losses { rtt: Some(REPAIR_RTT / 2), bursty, share: 0.0, heard: true };
        let mut shorter = Doubling::default();
        shorter.review(&near(None), THIN, start);
        assert_eq!(shorter.back(), 2, "they are expected where people can wait");
        shorter.review(&near(Some(false)), THIN, start);
        assert_eq!(shorter.back(), 1, "until losses tell that they do not");
    }
}
