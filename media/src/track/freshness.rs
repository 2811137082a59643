//! The freshness of one voice: drops the packets that a link held back, until those come that were said after the stall.
//!
//! A radio that stands still for seconds delivers afterwards all that it was given, later than anybody can use it. A browser that
//! receives this burst plays it, and its jitter buffer keeps the delay for 10 to 15 s (adr/0060). Only a burst is dropped: a step of
//! the delay behind a gap, from which the delay falls. A queue that grows or stands delays a voice, and does not make it useless.
//!
//! Delays are differences of arrival and RTP timestamp above the least one (RFC 3393). Owned by an [`UpTrack`](super::UpTrack). It
//! is pure, and never decides what is late for one receiver only.

use std::time::{Duration, Instant};

/// The freshness of the packets of one voice.
#[derive(Debug, Default)]
pub(super) struct Freshness {
    /// The newest packet by its RTP timestamp.
    newest: Option<Newest>,
    /// The least delay in microseconds, in this span and in the one before. Clocks drift and routes change.
    least: [Option<i64>; 2],
    span_began: Option<Instant>,
    burst: Option<Burst>,
    /// The end of a burst behind which the voice came late, while it does: its jitter buffers are long.
    catching_up: Option<Instant>,
    is_punctual_again: bool,
}

#[derive(Clone, Copy, Debug)]
struct Newest {
    at: Instant,
    timestamp: u32,
    /// The delay in microseconds, relative to the first packet.
    delay: i64,
}

/// The packets that were held back, while they come.
#[derive(Clone, Copy, Debug)]
struct Burst {
    began: Instant,
    /// The time at which the link went on.
    resumed: Instant,
    /// The delay from which the newest fall is counted, and its time.
    lowest: i64,
    fell_at: Instant,
}

/// The judgement of one packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    /// The packet is fresh.
    Fresh,
    /// The packet is the first fresh one after others were dropped.
    FreshAgain,
    /// The packet was held back, and is of no use any more.
    Stale,
}

impl Freshness {
    /// Judges a packet with this RTP timestamp of 48 kHz that arrives now.
    pub(super) fn judge(&mut self, timestamp: u32, now: Instant) -> Judgement {
        let Some(before) = self.newest else {
            self.note(Newest { at: now, timestamp, delay: 0 });
            return Judgement::Fresh;
        };
        let ticks = i64::from(timestamp.wrapping_sub(before.timestamp).cast_signed());
        if ticks < -ANOTHER_CLOCK {
            return self.begin_anew(timestamp, now);
        }
        if ticks <= 0 {
            // A repaired or reordered packet tells nothing of the queue.
            return if self.burst.is_some() { Judgement::Stale } else { Judgement::Fresh };
        }
        let gap = now.saturating_duration_since(before.at);
        let step = micros(gap) - ticks * 1_000 / 48;
        let packet = Newest { at: now, timestamp, delay: before.delay + step };
        self.note(packet);
        let late = packet.delay - self.least.iter().flatten().min().copied().unwrap_or(packet.delay);
        let steps_up = step >= micros(HELD_STEP) && late >= micros(HELD_LATE) && gap >= HELD_GAP;
        if steps_up {
            let began = self.burst.map_or(now, |burst| burst.began);
            self.burst = Some(Burst { began, resumed: now, lowest: packet.delay, fell_at: now });
        }
        let Some(burst) = &mut self.burst else {
            self.catch_up(late, now);
            return Judgement::Fresh;
        };
        if burst.lowest - packet.delay >= micros(FALL) {
            (burst.lowest, burst.fell_at) = (packet.delay, now);
        }
        let since = |at: Instant| now.saturating_duration_since(at);
        // A packet that is less late than the link has been going on was said after the stall.
        let latest = since(burst.resumed).max(FRESH);
        if late > micros(latest) && since(burst.fell_at) < STANDS && since(burst.began) < BURST_MOST {
            return Judgement::Stale;
        }
        self.catching_up = (late > micros(LONG_BUFFER)).then_some(now);
        self.burst = None;
        Judgement::FreshAgain
    }

    /// Notes by how much a fresh packet is late. A voice that does not catch up with its clock has a longer way.
    fn catch_up(&mut self, late: i64, now: Instant) {
        let Some(began) = self.catching_up else { return };
        self.is_punctual_again |= late <= micros(FRESH);
        let is_over = late <= micros(FRESH) || now.saturating_duration_since(began) > CATCHES_UP_WITHIN;
        self.catching_up = (!is_over).then_some(began);
    }

    /// True once after a voice that came late behind a stall has become punctual.
    pub(super) fn take_punctual_again(&mut self) -> bool {
        std::mem::take(&mut self.is_punctual_again)
    }

    /// The sender counts from another timestamp, of which the delays that were seen say nothing.
    fn begin_anew(&mut self, timestamp: u32, now: Instant) -> Judgement {
        let ended = std::mem::take(self);
        self.note(Newest { at: now, timestamp, delay: 0 });
        if ended.burst.is_some() { Judgement::FreshAgain } else { Judgement::Fresh }
    }

    fn note(&mut self, packet: Newest) {
        self.newest = Some(packet);
        let began = *self.span_began.get_or_insert(packet.at);
        if packet.at.saturating_duration_since(began) >= SPAN {
            self.span_began = Some(packet.at);
            self.least = [None, self.least[0]];
        }
        self.least[0] = Some(self.least[0].map_or(packet.delay, |least| least.min(packet.delay)));
    }
}

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

/// The RTP ticks behind the newest packet from which a packet belongs to another clock: ten seconds. Nothing is repaired so late.
const ANOTHER_CLOCK: i64 = 480_000;

/// The delay above the least one from which a packet behind a gap was held back. The distance of a redundant copy is less.
const HELD_LATE: Duration = Duration::from_millis(400);

/// The least step of the delay by which a packet was held back. A queue that grows makes smaller steps.
const HELD_STEP: Duration = Duration::from_millis(300);

/// The least time without a packet before a packet that was held back.
const HELD_GAP: Duration = Duration::from_millis(350);

/// The delay above the least one up to which a packet is fresh again: the next ones come while a browser still makes up for the gap.
const FRESH: Duration = Duration::from_millis(120);

/// The delay of the first packet after a stall from which jitter buffers become so long that a new one is worth the words in it.
const LONG_BUFFER: Duration = Duration::from_millis(250);

/// The time within which a link of 40 kbit/s has sent what waited behind a stall of a few seconds, beside a voice.
const CATCHES_UP_WITHIN: Duration = Duration::from_secs(8);

/// The fall of the delay that shows a queue that empties.
const FALL: Duration = Duration::from_millis(50);

/// The time without such a fall after which the delay is that of another path, of a clock that stood still, or of a full queue.
const STANDS: Duration = Duration::from_millis(400);

/// The longest time for which packets are dropped, however the delay falls.
const BURST_MOST: Duration = Duration::from_secs(8);

/// The span of the least delay, which is forgotten after one or two of them.
const SPAN: Duration = Duration::from_secs(20);

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// Judges packets of 60 ms; `arrives(i)` is the millisecond at which the packet comes that was sent at `60 * i`.
    fn judged(count: u32, first: u32, arrives: impl Fn(u32) -> u32) -> Vec<Judgement> {
        let start = Instant::now();
        let mut freshness = Freshness::default();
        (0..count)
            .map(|i| freshness.judge(first.wrapping_add(i * 60 * 48), start + MS * arrives(i)))
            .collect()
    }

    /// Arrival behind a link that holds everything from `from` to `to` ms, and then lets a packet pass each `each` ms.
    fn held(from: u32, to: u32, each: u32) -> impl Fn(u32) -> u32 {
        move |i| {
            let sent = i * 60;
            let waiting = (sent.saturating_sub(from)).div_ceil(60);
            if sent < from { sent } else { sent.max(to + waiting * each) }
        }
    }

    #[test]
    fn what_was_said_in_a_stall_is_dropped_and_what_was_said_after_it_is_not() {
        for first in [7, u32::MAX - 100_000] {
            let seen = judged(100, first, held(1_200, 3_200, 20));
            let stale: Vec<usize> = (0..100).filter(|i| seen[*i] == Judgement::Stale).collect();
            // The stall ends at 3,200 ms, when the 54th packet is said. Those before it are dropped.
            assert_eq!(stale, (20..54).collect::<Vec<_>>());
            assert_eq!(seen[54], Judgement::FreshAgain);
            assert!(seen[55..].iter().all(|judgement| *judgement == Judgement::Fresh));
        }
    }

    #[test]
    fn a_voice_that_was_late_behind_a_stall_is_punctual_again_once() {
        let told = |arrives: &dyn Fn(u32) -> u32| {
            let (start, mut freshness) = (Instant::now(), Freshness::default());
            let told = |i: &u32| {
                freshness.judge(i * 60 * 48, start + MS * arrives(*i));
                freshness.take_punctual_again()
            };
            (0..150).filter(told).collect::<Vec<_>>()
        };
        assert_eq!(told(&held(1_200, 3_200, 20)), [67], "the first that is less than 120 ms late");
        assert!(
            told(&held(1_200, 3_200, 1)).is_empty(),
            "the burst took a moment, and nothing said after it was late"
        );
        assert!(told(&|i| if i < 50 { i * 60 } else { i * 60 + 700 }).is_empty(), "another path");
    }

    #[test]
    fn a_second_stall_in_the_burst_belongs_to_it() {
        let first = held(1_200, 3_200, 20);
        let seen =
            judged(150, 7, move |i| if i < 40 { first(i) } else { first(i).max(5_200 + (i - 40) * 20) });
        let stale = seen.iter().filter(|judgement| **judgement == Judgement::Stale).count();
        let again =
            seen.iter().position(|judgement| *judgement == Judgement::FreshAgain).expect("fresh again");
        assert_eq!((stale, again), (again - 20, 20 + stale));
        assert!(again > 54 && seen[again + 1..].iter().all(|judgement| *judgement == Judgement::Fresh));
    }

    #[test]
    fn a_queue_that_grows_or_stands_drops_nothing() {
        let fresh = |seen: Vec<Judgement>| seen.iter().all(|judgement| *judgement == Judgement::Fresh);
        assert!(
            fresh(judged(200, 7, |i| i * 60 + (i * 30).min(3_000))),
            "it grows to three seconds, and stays"
        );
        assert!(fresh(judged(200, 7, |i| i * 60 + i % 5 * 60)), "jitter");
        assert!(fresh(judged(200, 7, |i| if i < 50 { i * 60 } else { i * 60 + 8_000 - 8_000 })), "an outage");
    }

    #[test]
    fn packets_that_are_lost_in_an_outage_make_no_later_one_stale() {
        let start = Instant::now();
        let mut freshness = Freshness::default();
        for i in (0..20).chain(150..200) {
            assert_eq!(freshness.judge(i * 60 * 48, start + MS * (i * 60)), Judgement::Fresh, "{i}");
        }
    }

    #[test]
    fn a_path_that_is_longer_from_now_on_is_accepted_soon() {
        let seen = judged(100, 7, |i| if i < 50 { i * 60 } else { i * 60 + 700 });
        let stale = seen.iter().filter(|judgement| **judgement == Judgement::Stale).count();
        assert_eq!((stale, seen[50 + stale]), (7, Judgement::FreshAgain));
    }

    #[test]
    fn a_sender_that_counts_from_another_timestamp_is_judged_anew() {
        let start = Instant::now();
        let mut freshness = Freshness::default();
        let mut seen = Vec::new();
        for i in 0..100_u32 {
            // The link holds everything from 1,200 to 3,200 ms. In its backlog the sender's timestamps begin anew, far behind.
            let timestamp = if i < 30 { 2_000_000_000 } else { 7 } + i * 60 * 48;
            seen.push(freshness.judge(timestamp, start + MS * held(1_200, 3_200, 20)(i)));
        }
        assert_eq!(seen[29..31], [Judgement::Stale, Judgement::FreshAgain]);
        assert!(seen[31..].iter().all(|judgement| *judgement == Judgement::Fresh));
        let later = start + MS * 20_000;
        for (i, at) in [(0, 0), (1, 60), (2, 2_100)] {
            seen.push(freshness.judge(5_000_000 + i * 60 * 48, later + MS * at));
        }
        assert_eq!(
            seen[100..],
            [Judgement::Fresh, Judgement::Fresh, Judgement::Stale],
            "it is watched as before"
        );
    }

    #[test]
    fn a_repaired_packet_begins_no_burst_and_passes_in_none() {
        let start = Instant::now();
        let mut freshness = Freshness::default();
        for i in 0..20 {
            freshness.judge(i * 60 * 48, start + MS * (i * 60));
        }
        assert_eq!(freshness.judge(10 * 60 * 48, start + MS * 1_900), Judgement::Fresh, "sent again");
        assert_eq!(
            freshness.judge(20 * 60 * 48, start + MS * 3_200),
            Judgement::Stale,
            "held for two seconds"
        );
        assert_eq!(freshness.judge(19 * 60 * 48, start + MS * 3_210), Judgement::Stale, "sent again");
    }
}
