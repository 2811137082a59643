//! Voice that was lost is sent once more, both ways: what we sent is kept a while for the client to ask for
//! (NACK, RFC 4585 section 6.2.1), what is missing of the client's is asked for.
//!
//! Part of a [`Peer`](super::Peer). The engine repairs only by RTX (RFC 4588), which browsers have not for
//! voice: here the same packet goes again under the same number. A repair that comes too late to be heard
//! is never asked for, and never sent.

use crate::{
    limits::{VOICE_ASK_OPEN, VOICE_ASKS, VOICE_MISSING, VOICE_REPAIR_AGE, VOICE_REPAIR_PACKETS},
    track::{Packet, Rewritten},
};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

/// A voice packet as it was sent.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) sequence: u64,
    pub(super) timestamp: u32,
    pub(super) marker: bool,
    pub(super) payload: Arc<[u8]>,
    pub(super) captured: Instant,
    at: Instant,
    again: Option<Instant>,
}

/// What was sent through one line lately.
#[derive(Debug, Default)]
pub(super) struct Store(VecDeque<Sent>);

impl Store {
    /// Remembers a packet.
    pub(super) fn keep(&mut self, packet: &Packet, new: &Rewritten, now: Instant) {
        if self.0.len() == VOICE_REPAIR_PACKETS {
            self.0.pop_front();
        }
        self.0.push_back(Sent {
            sequence: new.sequence,
            timestamp: new.timestamp,
            marker: packet.marker,
            payload: new.payload.clone(),
            captured: packet.captured,
            at: now,
            again: None,
        });
    }

    /// The packet of this number on the wire, to be sent again; `None` when it is unknown, too old, or was
    /// sent again less than `spacing` ago: the other copy is still under way.
    pub(super) fn again(&mut self, number: u16, spacing: Duration, now: Instant) -> Option<Sent> {
        let asked = |sent: &&mut Sent| sent.sequence & 0xFFFF == u64::from(number);
        let sent = self.0.iter_mut().rev().find(asked)?;
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
    newest: Option<u64>,
    missing: BTreeMap<u64, Missing>,
    /// Until then the engine may ask.
    open_until: Option<Instant>,
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
    /// A packet came. The round trip is how long an answer takes.
    pub(super) fn received(&mut self, sequence: u64, rtt: Duration, now: Instant) -> Gate {
        self.note(sequence, now);
        self.missing.retain(|_, missing| now.saturating_duration_since(missing.since) <= VOICE_REPAIR_AGE);
        if self.is_due(rtt, now) {
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
            missing.times < VOICE_ASKS
                && missing.asked.is_none_or(|at| now.saturating_duration_since(at) > rtt + VOICE_ASK_OPEN)
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
    fn the_store_is_bounded() {
        let now = Instant::now();
        let mut store = Store::default();
        (0..10_000).for_each(|sequence| sent(&mut store, sequence, now));
        assert_eq!(store.0.len(), VOICE_REPAIR_PACKETS);
    }

    #[test]
    fn a_gap_is_asked_for_at_once_and_again_after_a_round_trip() {
        let start = Instant::now();
        let mut asking = Asking::default();
        let mut at = |sequence, ms| asking.received(sequence, RTT, start + ms * MS);
        assert_eq!(at(10, 0), Gate::Unchanged);
        assert_eq!(at(12, 120), Gate::Open, "11 is missing");
        assert_eq!(at(13, 180), Gate::Closed);
        assert_eq!(at(14, 240), Gate::Unchanged, "the answer is under way");
        assert_eq!(at(20, 600), Gate::Open, "11 did not come, and 15 to 19 are missing, too");
    }

    #[test]
    fn what_came_is_not_asked_for() {
        let start = Instant::now();
        let mut asking = Asking::default();
        asking.received(10, RTT, start);
        assert_eq!(asking.received(12, RTT, start + 60 * MS), Gate::Open);
        assert_eq!(asking.received(11, RTT, start + 100 * MS), Gate::Closed);
        assert_eq!(asking.received(13, RTT, start + 900 * MS), Gate::Unchanged);
        assert!(asking.missing.is_empty());
    }

    #[test]
    fn a_long_gap_is_an_outage_and_what_is_old_is_let_go() {
        let start = Instant::now();
        let mut asking = Asking::default();
        asking.received(10, RTT, start);
        assert_eq!(asking.received(10_000, RTT, start + MS), Gate::Unchanged);
        assert_eq!(asking.received(10_002, RTT, start + 2 * MS), Gate::Open);
        asking.received(10_003, RTT, start + VOICE_REPAIR_AGE + 3 * MS);
        assert!(asking.missing.is_empty());
    }
}
