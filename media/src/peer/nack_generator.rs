//! The NACK generator of one incoming voice stream: finds missing packets and decides when to request them again
//! (RFC 4585 section 6.2.1).
//!
//! Owned by a [`Peer`](super::Peer), one for each media section. The engine writes the NACKs; left alone it would request a
//! voice packet five times within one round trip of a thin link, or never for a stream without RTX. This generator enables
//! the engine's NACKs for a moment whenever a request is due. It never requests a packet that would come too late to be
//! played.

use super::{resend_buffer::VOICE_REPAIR_AGE, voice_loss::VoiceLoss};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// The longest run of missing voice packets that is requested; a longer run is an outage.
const MISSING_RUN: u64 = 16;

/// The number of requests for one voice packet: two at first, because a request may be lost, and one more after a round trip.
/// A later answer comes too late on any link that needs it.
const REQUESTS: u8 = 3;

/// The time from the first request to the second, which covers the loss of the first.
const SECOND_REQUEST_AFTER: Duration = Duration::from_millis(75);

/// The time for which the engine may send NACKs once a request is due: it sends one every 33 ms at most.
const ENABLED_FOR: Duration = Duration::from_millis(40);

/// The missing packets of the voice that comes through one media section.
#[derive(Debug, Default)]
pub(super) struct NackGenerator {
    /// The highest sequence number known, which may have come as a redundant copy only.
    newest: Option<u64>,
    /// The highest sequence number that came itself.
    arrived: Option<u64>,
    missing: BTreeMap<u64, Missing>,
    /// The end of the time in which the engine may send NACKs.
    enabled_until: Option<Instant>,
    loss: VoiceLoss,
}

#[derive(Clone, Copy, Debug)]
struct Missing {
    since: Instant,
    requested_at: Option<Instant>,
    requests: u8,
}

/// The change that a packet makes to the engine's NACKs for its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EngineNacks {
    Enable,
    Disable,
    Unchanged,
}

impl NackGenerator {
    /// The loss before repair.
    pub(super) fn loss(&self) -> VoiceLoss {
        self.loss
    }

    /// True if a packet has not come yet.
    pub(super) fn is_missing(&self, sequence: u64) -> bool {
        self.newest.is_some_and(|newest| sequence > newest) || self.missing.contains_key(&sequence)
    }

    /// Notes that a lost packet was recovered from a redundant copy in a later one.
    pub(super) fn recovered(&mut self, sequence: u64, now: Instant) {
        if self.newest.is_some_and(|newest| sequence > newest) {
            self.note(sequence, now);
        }
        self.missing.remove(&sequence);
    }

    /// Notes that a packet came. `rtt` is the time that the answer to a request takes; `None` disables requests.
    pub(super) fn received(&mut self, sequence: u64, rtt: Option<Duration>, now: Instant) -> EngineNacks {
        self.count(sequence);
        self.note(sequence, now);
        self.missing.retain(|_, missing| now.saturating_duration_since(missing.since) <= VOICE_REPAIR_AGE);
        if rtt.is_some_and(|rtt| self.is_due(rtt, now)) {
            return self.enable(now);
        }
        match self.enabled_until {
            Some(until) if until <= now => {
                self.enabled_until = None;
                EngineNacks::Disable
            }
            _ => EngineNacks::Unchanged,
        }
    }

    /// Counts a packet that came, and those lost before it. A gap longer than [`MISSING_RUN`] is an outage and not counted.
    fn count(&mut self, sequence: u64) {
        let before = self.arrived.max(Some(sequence));
        let Some(newest) = std::mem::replace(&mut self.arrived, before).filter(|newest| *newest < sequence)
        else {
            return;
        };
        let lost = sequence - newest - 1;
        for i in (0..lost).filter(|_| lost <= MISSING_RUN) {
            self.loss.count_packet();
            self.loss.count_loss(i > 0);
        }
        self.loss.count_packet();
    }

    fn note(&mut self, sequence: u64, now: Instant) {
        let Some(newest) = self.newest else {
            self.newest = Some(sequence);
            return;
        };
        self.missing.remove(&sequence);
        let gap = newest + 1..sequence;
        if gap.end.saturating_sub(gap.start) <= MISSING_RUN {
            let missing = Missing { since: now, requested_at: None, requests: 0 };
            self.missing.extend(gap.map(|number| (number, missing)));
        }
        self.newest = Some(newest.max(sequence));
    }

    fn is_due(&self, rtt: Duration, now: Instant) -> bool {
        self.missing.values().any(|missing| {
            // The second request covers the loss of the first; the third covers the loss of the answer.
            let patience = if missing.requests == 1 { SECOND_REQUEST_AFTER } else { rtt + ENABLED_FOR };
            let waited = |at| now.saturating_duration_since(at) > patience;
            missing.requests < REQUESTS && missing.requested_at.is_none_or(waited)
        })
    }

    fn enable(&mut self, now: Instant) -> EngineNacks {
        for missing in self.missing.values_mut() {
            missing.requested_at = Some(now);
            missing.requests += 1;
        }
        self.enabled_until = Some(now + ENABLED_FOR);
        EngineNacks::Enable
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;
    use crate::peer::resend_buffer::ResendBuffer;

    const MS: Duration = Duration::from_millis(1);
    const RTT: Duration = Duration::from_millis(300);
    const REQUEST: Option<Duration> = Some(RTT);

    /// Two links: one loses every twentieth packet, the other every fortieth and the one after it.
    fn links() -> [(bool, impl Fn(u64) -> bool); 2] {
        [(false, (|n| n % 20 == 7) as fn(u64) -> bool), (true, |n| n % 40 <= 1)]
    }

    #[test]
    fn single_losses_are_recognised_after_four_hundred_packets() {
        let now = Instant::now();
        let mut generator = NackGenerator::default();
        let mut bursty_after = |packets| {
            for sequence in (0..packets).filter(|sequence| sequence % 100 != 50) {
                generator.received(sequence, REQUEST, now);
            }
            generator.loss().is_bursty(true)
        };
        assert_eq!([390, 410, 1_000].map(&mut bursty_after), [None, Some(false), Some(false)]);
        assert!((0.005..0.015).contains(&generator.loss().fraction()));
    }

    #[test]
    fn bursts_and_single_losses_are_told_apart_in_both_directions() {
        let now = Instant::now();
        for (bursty, is_lost) in links() {
            let (mut buffer, mut generator) = (ResendBuffer::default(), NackGenerator::default());
            for sequence in 0..400_u16 {
                buffer.push_sequence(sequence.into(), now);
                if is_lost(sequence.into()) {
                    buffer.resend(sequence, RTT, now);
                } else {
                    generator.received(sequence.into(), REQUEST, now);
                }
            }
            for loss in [buffer.loss(), generator.loss()] {
                assert_eq!([false, true].map(|was| loss.is_bursty(was)), [Some(bursty); 2], "{loss:?}");
            }
        }
    }

    #[test]
    fn a_recovered_packet_counts_as_lost_in_its_burst() {
        let now = Instant::now();
        let (_, is_lost) = &links()[1];
        let mut generator = NackGenerator::default();
        for sequence in (2..400).filter(|sequence| !is_lost(*sequence)) {
            if generator.is_missing(sequence - 2) {
                generator.recovered(sequence - 2, now);
            }
            generator.received(sequence, REQUEST, now);
        }
        assert!(
            generator.missing.is_empty() && generator.loss().is_bursty(false) == Some(true),
            "{:?}",
            generator.loss()
        );
    }

    #[test]
    fn a_missing_packet_is_requested_at_once_and_soon_again_and_after_a_round_trip() {
        let start = Instant::now();
        let mut generator = NackGenerator::default();
        let mut at = |sequence, ms| generator.received(sequence, REQUEST, start + ms * MS);
        assert_eq!(at(10, 0), EngineNacks::Unchanged);
        assert_eq!(at(12, 120), EngineNacks::Enable, "11 is missing");
        assert_eq!(at(13, 180), EngineNacks::Disable);
        assert_eq!(at(14, 240), EngineNacks::Enable, "the request may be lost");
        assert_eq!(at(14, 300), EngineNacks::Disable);
        assert_eq!(at(14, 360), EngineNacks::Unchanged, "the answer is under way");
        assert_eq!(at(20, 600), EngineNacks::Enable, "11 did not come, and 15 to 19 are missing, too");
    }

    #[test]
    fn a_received_packet_is_not_requested() {
        let start = Instant::now();
        let mut generator = NackGenerator::default();
        generator.received(10, REQUEST, start);
        assert_eq!(generator.received(12, REQUEST, start + 60 * MS), EngineNacks::Enable);
        assert_eq!(generator.received(11, REQUEST, start + 100 * MS), EngineNacks::Disable);
        assert_eq!(generator.received(13, REQUEST, start + 900 * MS), EngineNacks::Unchanged);
        assert!(generator.missing.is_empty());
    }

    #[test]
    fn a_recovered_packet_counts_as_lost_and_is_not_requested() {
        let now = Instant::now();
        let mut generator = NackGenerator::default();
        for sequence in (1..400_u64).filter(|sequence| sequence % 20 != 7) {
            let before = sequence - 1;
            if generator.is_missing(before) {
                generator.recovered(before, now);
            }
            assert_eq!(generator.received(sequence, REQUEST, now), EngineNacks::Unchanged, "{sequence}");
        }
        assert!((0.04..=0.06).contains(&generator.loss().fraction()), "{}", generator.loss().fraction());
    }

    #[test]
    fn loss_is_counted_before_repair() {
        let now = Instant::now();
        let (mut generator, mut buffer) = (NackGenerator::default(), ResendBuffer::default());
        for sequence in (0..2_000).filter(|sequence| sequence % 20 != 7) {
            generator.received(sequence, None, now);
            generator.received(sequence.saturating_sub(5), None, now);
        }
        assert!((0.045..=0.055).contains(&generator.loss().fraction()), "{}", generator.loss().fraction());
        for sequence in 0..2_000_u16 {
            buffer.push_sequence(sequence.into(), now);
            if sequence % 20 == 7 {
                (0..3).for_each(|_| _ = buffer.resend(sequence, RTT, now));
            }
        }
        assert!((0.045..=0.055).contains(&buffer.loss().fraction()), "{}", buffer.loss().fraction());
    }

    #[test]
    fn a_long_gap_is_an_outage_and_old_packets_are_given_up() {
        let start = Instant::now();
        let mut generator = NackGenerator::default();
        generator.received(10, REQUEST, start);
        assert_eq!(generator.received(10_000, REQUEST, start + MS), EngineNacks::Unchanged);
        assert_eq!(generator.received(10_002, REQUEST, start + 2 * MS), EngineNacks::Enable);
        generator.received(10_003, REQUEST, start + VOICE_REPAIR_AGE + 3 * MS);
        assert!(generator.missing.is_empty());
    }
}
