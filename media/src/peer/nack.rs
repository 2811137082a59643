//! Voice that was lost is sent once more, both ways: what we sent is kept a while for the client to ask for
//! (NACK, RFC 4585 section 6.2.1), what is missing of the client's is asked for.
//!
//! Part of a [`Peer`](super::Peer). The engine repairs only by RTX (RFC 4588), which browsers have not for
//! voice: here the same packet goes again under the same number. A repair that comes too late to be heard
//! is never asked for, and never sent.

use crate::{
    limits::{
        VOICE_ASK_AGAIN, VOICE_ASK_OPEN, VOICE_ASKS, VOICE_MISSING, VOICE_REPAIR_AGE, VOICE_REPAIR_PACKETS,
    },
    track::{Packet, Rewritten},
};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

/// What share of a voice is lost before any repair, over the last two hundred packets or so; and over the last thousand, of
/// which a good link loses ten, how it is lost.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Toll {
    of: f32,
    lost: f32,
    /// The same over the longer time.
    of_long: f32,
    lost_long: f32,
    /// Of those, the ones right after another that was lost.
    in_row: f32,
}

/// How much one packet weighs against those before it.
const FADE: f32 = 0.995;
/// The same over the longer time.
const FADE_LONG: f32 = 0.999;
/// A share of fewer packets says nothing.
const FEWEST: f32 = 40.0;
/// Nor do fewer losses of how they come.
const FEWEST_LOST: f32 = 5.0;
/// What four hundred packets come to in `of_long`: so many without five losses. In two hundred, a link that loses 5 % in bursts
/// may have fewer: it was seen.
const MANY: f32 = 330.0;
/// Losses in a row, among all, from which on they come in bursts: as long as two thirds of a packet.
const BURSTY: f32 = 0.3;
/// Below this they do not any more.
const SCATTERED: f32 = 0.15;

impl Toll {
    fn count(&mut self) {
        self.of = self.of * FADE + 1.0;
        self.lost *= FADE;
        self.of_long = self.of_long * FADE_LONG + 1.0;
        self.lost_long *= FADE_LONG;
        self.in_row *= FADE_LONG;
    }

    /// The last that was counted was lost, or one before it.
    fn lose(&mut self, after_another: bool) {
        self.lost += 1.0;
        self.lost_long += 1.0;
        self.in_row += f32::from(u8::from(after_another));
    }

    /// Whether packets are lost in a row more often than by chance; `None` of few packets. Where hardly any are lost it does
    /// not matter: nobody need wait for a copy from further back. `now` is what was said last.
    pub(super) fn is_bursty(self, now: bool) -> Option<bool> {
        let least = if now { SCATTERED } else { BURSTY };
        if self.lost_long >= FEWEST_LOST {
            Some(self.in_row >= self.lost_long * least)
        } else {
            (self.of_long >= MANY).then_some(false)
        }
    }

    /// Between 0 and 1; 0 while too few packets went by.
    pub(super) fn share(self) -> f32 {
        if self.of < FEWEST { 0.0 } else { self.lost / self.of }
    }
}

/// A voice packet as it was sent.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) sequence: u64,
    pub(super) timestamp: u32,
    pub(super) marker: bool,
    pub(super) payload: Arc<[u8]>,
    pub(super) captured: Instant,
    at: Instant,
    /// Asked for, and sent again.
    asked: bool,
    again: Option<Instant>,
}

/// Packets among the last sent that may be out of order.
const REORDERED: usize = 4;

/// What was sent through one line lately.
#[derive(Debug, Default)]
pub(super) struct Store {
    sent: VecDeque<Sent>,
    toll: Toll,
    /// The client asks for what it lacks.
    is_asked: bool,
}

impl Store {
    /// Remembers a packet.
    pub(super) fn keep(&mut self, packet: &Packet, new: &Rewritten, now: Instant) {
        if self.sent.len() == VOICE_REPAIR_PACKETS {
            self.sent.pop_front();
        }
        self.toll.count();
        self.sent.push_back(Sent {
            sequence: new.sequence,
            timestamp: new.timestamp,
            marker: packet.marker,
            payload: new.payload.clone(),
            captured: packet.captured,
            at: now,
            asked: false,
            again: None,
        });
    }

    /// The packet that the next one shall carry, too: so many before it.
    pub(super) fn spare(&self, back: u8) -> Option<&Sent> {
        let newest = self.sent.iter().rev().take(REORDERED).map(|sent| sent.sequence).max()?;
        let wanted = (newest + 1).checked_sub(back.into())?;
        self.sent.iter().rev().find(|sent| sent.sequence == wanted)
    }

    /// What the far side said was lost.
    pub(super) fn toll(&self) -> Toll {
        self.toll
    }

    /// The same; `None` when it never asks, and its reports tell.
    pub(super) fn told(&self) -> Option<Toll> {
        self.is_asked.then_some(self.toll)
    }

    /// The packet of this number on the wire, to be sent again; `None` when it is unknown, too old, or was
    /// sent again less than `spacing` ago: the other copy is still under way.
    pub(super) fn again(&mut self, number: u16, spacing: Duration, now: Instant) -> Option<Sent> {
        self.is_asked = true;
        let asked = |sent: &Sent| sent.sequence & 0xFFFF == u64::from(number);
        let place = self.sent.iter().rposition(asked)?;
        let in_row = place.checked_sub(1).is_some_and(|before| self.sent[before].asked);
        let sent = &mut self.sent[place];
        if !std::mem::replace(&mut sent.asked, true) {
            self.toll.lose(in_row);
        }
        let since = |at: Instant| now.saturating_duration_since(at);
        let late = since(sent.at) > VOICE_REPAIR_AGE;
        if late || sent.again.is_some_and(|at| since(at) < spacing) {
            return None;
        }
        sent.again = Some(now);
        Some(sent.clone())
    }
}

/// What is missing of the voice that comes through one line, and when to ask for it.
#[derive(Debug, Default)]
pub(super) struct Asking {
    /// The newest that is known of, if only from a copy.
    newest: Option<u64>,
    /// The newest that came itself.
    arrived: Option<u64>,
    missing: BTreeMap<u64, Missing>,
    /// Until then the engine may ask.
    open_until: Option<Instant>,
    toll: Toll,
}

#[derive(Clone, Copy, Debug)]
struct Missing {
    since: Instant,
    asked: Option<Instant>,
    times: u8,
}

/// Whether the engine may send NACKs for a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gate {
    Open,
    Closed,
    /// As it was.
    Unchanged,
}

impl Asking {
    /// What did not come at first.
    pub(super) fn toll(&self) -> Toll {
        self.toll
    }

    /// Whether a packet has not come yet.
    pub(super) fn lacks(&self, sequence: u64) -> bool {
        self.newest.is_some_and(|newest| sequence > newest) || self.missing.contains_key(&sequence)
    }

    /// A packet was lost, and a later one carries it.
    pub(super) fn recovered(&mut self, sequence: u64, now: Instant) {
        if self.newest.is_some_and(|newest| sequence > newest) {
            self.note(sequence, now);
        }
        self.missing.remove(&sequence);
    }

    /// A packet came. The round trip is how long an answer takes; none: what is missing is not worth asking.
    pub(super) fn received(&mut self, sequence: u64, rtt: Option<Duration>, now: Instant) -> Gate {
        self.count(sequence);
        self.note(sequence, now);
        self.missing.retain(|_, missing| now.saturating_duration_since(missing.since) <= VOICE_REPAIR_AGE);
        if rtt.is_some_and(|rtt| self.is_due(rtt, now)) {
            return self.open(now);
        }
        match self.open_until {
            Some(until) if until <= now => {
                self.open_until = None;
                Gate::Closed
            }
            _ => Gate::Unchanged,
        }
    }

    /// Counts a packet that came, and those that did not before it. A long gap is an outage.
    fn count(&mut self, sequence: u64) {
        let before = self.arrived.max(Some(sequence));
        let Some(newest) = std::mem::replace(&mut self.arrived, before).filter(|newest| *newest < sequence)
        else {
            return;
        };
        let lost = sequence - newest - 1;
        for i in (0..lost).filter(|_| lost <= VOICE_MISSING) {
            self.toll.count();
            self.toll.lose(i > 0);
        }
        self.toll.count();
    }

    fn note(&mut self, sequence: u64, now: Instant) {
        let Some(newest) = self.newest else {
            self.newest = Some(sequence);
            return;
        };
        self.missing.remove(&sequence);
        let gap = newest + 1..sequence;
        if gap.end.saturating_sub(gap.start) <= VOICE_MISSING {
            self.missing.extend(gap.map(|number| (number, Missing { since: now, asked: None, times: 0 })));
        }
        self.newest = Some(newest.max(sequence));
    }

    fn is_due(&self, rtt: Duration, now: Instant) -> bool {
        self.missing.values().any(|missing| {
            // The request may be lost as well: a second one follows it, then one for an answer that was lost.
            let patience = if missing.times == 1 { VOICE_ASK_AGAIN } else { rtt + VOICE_ASK_OPEN };
            let waited = |at| now.saturating_duration_since(at) > patience;
            missing.times < VOICE_ASKS && missing.asked.is_none_or(waited)
        })
    }

    fn open(&mut self, now: Instant) -> Gate {
        for missing in self.missing.values_mut() {
            missing.asked = Some(now);
            missing.times += 1;
        }
        self.open_until = Some(now + VOICE_ASK_OPEN);
        Gate::Open
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;
    use crate::track::Codec;

    const MS: Duration = Duration::from_millis(1);
    const RTT: Duration = Duration::from_millis(300);
    const ASK: Option<Duration> = Some(RTT);

    fn sent(store: &mut Store, sequence: u64, now: Instant) {
        let payload: Arc<[u8]> = Arc::from(vec![1, 2, 3]);
        let packet = Packet {
            line: 0,
            layer: 0,
            codec: Codec::Opus,
            sequence,
            timestamp: 0,
            marker: false,
            payload: payload.clone(),
            carried: payload.len(),
            captured: now,
        };
        store.keep(&packet, &Rewritten { sequence, timestamp: 0, payload }, now);
    }

    #[test]
    fn a_packet_is_sent_again_while_it_can_be_heard_and_not_twice_in_a_round_trip() {
        let start = Instant::now();
        let mut store = Store::default();
        sent(&mut store, 0x1_0005, start);
        assert_eq!(store.again(5, RTT, start + 100 * MS).map(|sent| sent.sequence), Some(0x1_0005));
        assert!(store.again(5, RTT, start + 200 * MS).is_none(), "the other copy is under way");
        assert!(store.again(5, RTT, start + 500 * MS).is_some());
        assert!(store.again(6, RTT, start + 100 * MS).is_none(), "never sent");
        assert!(store.again(5, RTT, start + VOICE_REPAIR_AGE + MS).is_none(), "too late to be heard");
    }

    #[test]
    fn the_spare_is_as_many_packets_back_as_is_wished() {
        let now = Instant::now();
        let mut store = Store::default();
        let spare = |store: &Store, back| store.spare(back).map(|sent| sent.sequence);
        assert_eq!(spare(&store, 1), None);
        sent(&mut store, 0, now);
        assert_eq!([spare(&store, 1), spare(&store, 2)], [Some(0), None]);
        for sequence in [2, 1, 3] {
            sent(&mut store, sequence, now);
        }
        assert_eq!([spare(&store, 1), spare(&store, 2), spare(&store, 9)], [Some(3), Some(2), None]);
    }

    /// A way on which every twentieth packet is lost, or every fortieth and the one after it.
    fn ways() -> [(bool, impl Fn(u64) -> bool); 2] {
        [(false, (|n| n % 20 == 7) as fn(u64) -> bool), (true, |n| n % 40 <= 1)]
    }

    #[test]
    fn that_a_good_way_loses_single_packets_is_known_after_four_hundred() {
        let now = Instant::now();
        let mut asking = Asking::default();
        let mut bursty_after = |packets| {
            for sequence in (0..packets).filter(|sequence| sequence % 100 != 50) {
                asking.received(sequence, ASK, now);
            }
            asking.toll().is_bursty(true)
        };
        assert_eq!([390, 410, 1_000].map(&mut bursty_after), [None, Some(false), Some(false)]);
        assert!((0.005..0.015).contains(&asking.toll().share()));
    }

    #[test]
    fn bursts_are_told_from_single_losses_on_both_ways() {
        let now = Instant::now();
        for (bursty, is_lost) in ways() {
            let (mut store, mut asking) = (Store::default(), Asking::default());
            for sequence in 0..400_u16 {
                sent(&mut store, sequence.into(), now);
                if is_lost(sequence.into()) {
                    store.again(sequence, RTT, now);
                } else {
                    asking.received(sequence.into(), ASK, now);
                }
            }
            for toll in [store.toll(), asking.toll()] {
                assert_eq!([false, true].map(|now| toll.is_bursty(now)), [Some(bursty); 2], "{toll:?}");
            }
        }
    }

    #[test]
    fn what_copies_made_good_is_counted_as_it_was_lost() {
        let now = Instant::now();
        let (_, is_lost) = &ways()[1];
        let mut asking = Asking::default();
        for sequence in (2..400).filter(|sequence| !is_lost(*sequence)) {
            if asking.lacks(sequence - 2) {
                asking.recovered(sequence - 2, now);
            }
            asking.received(sequence, ASK, now);
        }
        assert!(
            asking.missing.is_empty() && asking.toll().is_bursty(false) == Some(true),
            "{:?}",
            asking.toll()
        );
    }

    #[test]
    fn the_store_is_bounded() {
        let now = Instant::now();
        let mut store = Store::default();
        (0..10_000).for_each(|sequence| sent(&mut store, sequence, now));
        assert_eq!(store.sent.len(), VOICE_REPAIR_PACKETS);
    }

    #[test]
    fn a_gap_is_asked_for_at_once_and_soon_again_and_after_a_round_trip() {
        let start = Instant::now();
        let mut asking = Asking::default();
        let mut at = |sequence, ms| asking.received(sequence, ASK, start + ms * MS);
        assert_eq!(at(10, 0), Gate::Unchanged);
        assert_eq!(at(12, 120), Gate::Open, "11 is missing");
        assert_eq!(at(13, 180), Gate::Closed);
        assert_eq!(at(14, 240), Gate::Open, "the request may be lost");
        assert_eq!(at(14, 300), Gate::Closed);
        assert_eq!(at(14, 360), Gate::Unchanged, "the answer is under way");
        assert_eq!(at(20, 600), Gate::Open, "11 did not come, and 15 to 19 are missing, too");
    }

    #[test]
    fn what_came_is_not_asked_for() {
        let start = Instant::now();
        let mut asking = Asking::default();
        asking.received(10, ASK, start);
        assert_eq!(asking.received(12, ASK, start + 60 * MS), Gate::Open);
        assert_eq!(asking.received(11, ASK, start + 100 * MS), Gate::Closed);
        assert_eq!(asking.received(13, ASK, start + 900 * MS), Gate::Unchanged);
        assert!(asking.missing.is_empty());
    }

    #[test]
    fn what_a_later_packet_carries_counts_as_lost_and_is_not_asked_for() {
        let now = Instant::now();
        let mut asking = Asking::default();
        for sequence in (1..400_u64).filter(|sequence| sequence % 20 != 7) {
            let before = sequence - 1;
            if asking.lacks(before) {
                asking.recovered(before, now);
            }
            assert_eq!(asking.received(sequence, ASK, now), Gate::Unchanged, "{sequence}");
        }
        assert!((0.04..=0.06).contains(&asking.toll().share()), "{}", asking.toll().share());
    }

    #[test]
    fn the_toll_is_what_is_lost_before_repair() {
        let now = Instant::now();
        let (mut asking, mut store) = (Asking::default(), Store::default());
        for sequence in (0..2_000).filter(|sequence| sequence % 20 != 7) {
            asking.received(sequence, None, now);
            asking.received(sequence.saturating_sub(5), None, now);
        }
        assert!((0.045..=0.055).contains(&asking.toll().share()), "{}", asking.toll().share());
        for sequence in 0..2_000_u16 {
            sent(&mut store, sequence.into(), now);
            if sequence % 20 == 7 {
                (0..3).for_each(|_| _ = store.again(sequence, RTT, now));
            }
        }
        assert!((0.045..=0.055).contains(&store.toll().share()), "{}", store.toll().share());
    }

    #[test]
    fn a_long_gap_is_an_outage_and_what_is_old_is_let_go() {
        let start = Instant::now();
        let mut asking = Asking::default();
        asking.received(10, ASK, start);
        assert_eq!(asking.received(10_000, ASK, start + MS), Gate::Unchanged);
        assert_eq!(asking.received(10_002, ASK, start + 2 * MS), Gate::Open);
        asking.received(10_003, ASK, start + VOICE_REPAIR_AGE + 3 * MS);
        assert!(asking.missing.is_empty());
    }
}
