//! The redundancy policy of one direction: whether each voice packet carries an earlier one, too (RED, RFC 2198).
//!
//! Loss says whether that is worth its bytes and which packet the copy is of; the capacity says whether there is room. A
//! A `Member` owns one for each direction. It never makes a packet.

use crate::{allocate, limits::REPAIR_RTT, units::Bitrate};
use std::time::{Duration, Instant};

/// The redundancy of one direction.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RedPolicy {
    /// The time until which redundancy stays on; `None` while it is off.
    until: Option<Instant>,
    /// The capacity was known at some time.
    begun: bool,
    /// Losses come in bursts, as far as was told.
    bursty: Option<bool>,
    /// The number of packets between a packet and its copy, if redundancy is on.
    back: u8,
}

/// The losses of one direction's voice before any repair.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LossReport {
    /// The share of lost packets, 0 to 1.
    pub(crate) share: f32,
    /// Packets are lost in a row more often than by chance; `None` while few were lost.
    pub(crate) bursty: Option<bool>,
    /// The least round trip.
    pub(crate) rtt: Option<Duration>,
    /// The voice's encoder is told of the losses. A client hears of its own uplink only.
    pub(crate) heard: bool,
}

impl RedPolicy {
    /// True if each packet carries an earlier one.
    pub(crate) fn is_on(self) -> bool {
        self.until.is_some()
    }

    /// True if losses come in bursts, as far as was told.
    pub(crate) fn is_bursty(self) -> bool {
        self.bursty == Some(true)
    }

    /// The number of packets between a packet and its copy; 0 if there is no copy.
    pub(crate) fn back(self) -> u8 {
        if self.is_on() { self.back } else { 0 }
    }

    /// Stays as it is while the link is gone and tells of no losses.
    pub(crate) fn hold(&mut self, now: Instant) {
        self.until = self.until.map(|_| now + RED_KEEP);
    }

    /// Decides anew by the losses. A thin direction begins with redundancy, because most of them lose packets and the first words
    /// of a call matter.
    pub(crate) fn review(&mut self, losses: &LossReport, capacity: Option<Bitrate>, now: Instant) {
        let Some(capacity) = capacity else { return };
        let begins = !std::mem::replace(&mut self.begun, true) && !allocate::mends_itself(capacity);
        self.bursty = losses.bursty.or(self.bursty);
        // Bursts are expected before losses have told, except over a long way, where nobody can wait for a later copy.
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

/// The time for which redundancy stays on after the last loss that was worth it. Losses come in swarms, and pictures that take its room
/// between two of them make the voice wait. With 20 s a link that loses 1 % went to and fro.
pub const RED_KEEP: Duration = Duration::from_mins(1);

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;
    use crate::link::rate_class::LINK_THICK;

    const THIN: Option<Bitrate> = Some(Bitrate::kbps(40));

    fn lost(share: f32) -> LossReport {
        LossReport { share, bursty: None, rtt: Some(REPAIR_RTT * 2), heard: true }
    }

    #[test]
    fn a_thin_way_begins_doubled_and_stays_so_while_it_loses() {
        let start = Instant::now();
        let mut way = RedPolicy::default();
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
        let mut way = RedPolicy::default();
        way.review(&lost(0.0), Some(LINK_THICK), Instant::now());
        assert!(!way.is_on());
    }

    #[test]
    fn where_losses_come_in_bursts_the_copy_goes_with_a_later_packet() {
        let start = Instant::now();
        let mut way = RedPolicy::default();
        assert_eq!(way.back(), 0);
        way.review(&lost(0.0), THIN, start);
        assert_eq!(way.back(), 1);
        way.review(&LossReport { bursty: Some(true), ..lost(0.05) }, THIN, start);
        assert_eq!(way.back(), 2);
        way.review(&lost(0.05), THIN, start);
        assert_eq!(way.back(), 2, "what was seen holds while there are few losses");
        let near = |bursty| LossReport { rtt: Some(REPAIR_RTT / 2), bursty, share: 0.0, heard: true };
        let mut shorter = RedPolicy::default();
        shorter.review(&near(None), THIN, start);
        assert_eq!(shorter.back(), 2, "they are expected where people can wait");
        shorter.review(&near(Some(false)), THIN, start);
        assert_eq!(shorter.back(), 1, "until losses tell that they do not");
    }
}
