//! The queue delay of one direction: by how much packets come later than the most punctual ones did.
//!
//! This is the one-way delay variation of RFC 3393, with the least delay as its base, like the base delay of LEDBAT (RFC 6817
//! section 3.2). The sender's RTP clock and ours need not agree: only differences count. It is pure; the caller brings the packets
//! and the time.

use super::sample::Sample;
use crate::units::Bitrate;
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// The delays of the newest packets, and the least delay ever seen.
#[derive(Clone, Debug)]
pub(crate) struct QueueDelay {
    /// The ticks of the RTP clock in a millisecond.
    clock: u32,
    /// The least delay in microseconds, in this span and in the one before. Older ones are forgotten, because clocks drift and
    /// routes change.
    least: [Option<i64>; 2],
    span_began: Option<Instant>,
    recent: VecDeque<(Instant, i64)>,
    /// The time, the RTP timestamp and the delay of the newest packet. Delays are summed from packet to packet, so that no span grows
    /// until the timestamps wrap around.
    newest: Option<(Instant, u32, i64)>,
}

impl Default for QueueDelay {
    /// The queue delay of a voice.
    fn default() -> Self {
        Self::with_clock(48)
    }
}

impl QueueDelay {
    /// The queue delay of a stream whose RTP clock makes so many ticks in a millisecond.
    pub(crate) fn with_clock(clock: u32) -> Self {
        let (least, span_began, recent, newest) = Default::default();
        Self { clock, least, span_began, recent, newest }
    }

    /// Notes a packet whose sound ended at `timestamp` (RTP ticks). Returns its delay in microseconds, relative to the
    /// first packet.
    pub(crate) fn note(&mut self, timestamp: u32, now: Instant) -> i64 {
        let (at, before, delay) = self.newest.unwrap_or((now, timestamp, 0));
        let ticks = i64::from(timestamp.wrapping_sub(before).cast_signed());
        let elapsed = micros(now.saturating_duration_since(at)) - micros(at.saturating_duration_since(now));
        let late = delay + elapsed - ticks * 1_000 / i64::from(self.clock);
        self.newest = Some((now, timestamp, late));
        self.begin_span_if_due(now);
        self.least[0] = Some(self.least[0].map_or(late, |least| least.min(late)));
        if self.recent.len() == RECENT_PACKETS {
            self.recent.pop_front();
        }
        self.recent.push_back((now, late));
        late
    }

    /// True if a packet whose sound ends at `timestamp` comes after a pause in which the sender's RTP clock stood still. A browser
    /// stops that clock while it sends no track, so that the voice of a post that rings again looks as late as it was silent. A
    /// radio that held packets back looks the same for one packet, and then catches up.
    pub(crate) fn has_stood(&self, timestamp: u32, now: Instant) -> bool {
        let Some((at, newest, _)) = self.newest else { return false };
        let paused = now.saturating_duration_since(at);
        let ticks = u64::try_from(timestamp.wrapping_sub(newest).cast_signed()).unwrap_or(0);
        let sound = Duration::from_micros(ticks * 1_000 / u64::from(self.clock));
        paused >= STOOD && paused.saturating_sub(sound) >= STOOD / 2
    }

    /// Looks at the newest packets of a direction on which `arrived` came.
    pub(crate) fn sample(&mut self, arrived: Bitrate, now: Instant) -> Sample {
        let queue = self.queue(now);
        let is_heard = self.fresh(QUEUE_WINDOW, now).next().is_some();
        Sample {
            arrived,
            queue,
            lately: self.lately(now),
            climb: self.climb(now),
            slope: self.slope(now),
            is_heard,
        }
    }

    /// The number of packets that came lately.
    pub(crate) fn heard(&self, now: Instant) -> usize {
        self.fresh(TREND_WINDOW, now).count()
    }

    /// The packets that came within `window`, the oldest first: time and delay in microseconds.
    fn fresh(&self, window: Duration, now: Instant) -> impl DoubleEndedIterator<Item = (Instant, i64)> {
        self.recent.iter().copied().filter(move |(at, _)| now.saturating_duration_since(*at) <= window)
    }

    /// The slope of the delays over the times of arrival, by least squares, like the trend line filter of Google Congestion Control
    /// (draft-ietf-rmcat-gcc-02 section 5.3, as libwebrtc has it).
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "microseconds of a second"
    )]
    fn slope(&self, now: Instant) -> f32 {
        // In a pause of the speech packets are rare, and fewer of them over a longer time tell as much.
        let is_rare = self.heard(now) < TREND_FEW;
        let (most, window) =
            if is_rare { (TREND_FEW, TREND_LONGEST) } else { (RECENT_PACKETS, TREND_WINDOW) };
        let points = self.recent.iter().rev().take(most).filter_map(|(at, late)| {
            let age = now.saturating_duration_since(*at);
            (age <= window).then_some((age.as_micros() as f64, *late as f64))
        });
        let number = points.clone().count();
        if number < TREND_FEWEST {
            return 0.0;
        }
        let mean = |pick: fn((f64, f64)) -> f64| points.clone().map(pick).sum::<f64>() / number as f64;
        let (age, late) = (mean(|point| point.0), mean(|point| point.1));
        let spread: f64 = points.clone().map(|point| (point.0 - age).powi(2)).sum();
        let both: f64 = points.clone().map(|point| (age - point.0) * (point.1 - late)).sum();
        if spread > 0.0 { (both / spread) as f32 } else { 0.0 }
    }

    /// The queue delay: the least delay of the last window above the least delay ever seen.
    fn queue(&mut self, now: Instant) -> Duration {
        self.recent.retain(|(at, _)| now.saturating_duration_since(*at) <= TREND_LONGEST);
        self.above_least(self.fresh(QUEUE_WINDOW, now).map(|(_, late)| late).min())
    }

    fn above_least(&self, late: Option<i64>) -> Duration {
        let least = self.least.iter().flatten().min();
        let micros = late.zip(least).map_or(0, |(late, least)| late - least);
        Duration::from_micros(u64::try_from(micros).unwrap_or(0))
    }

    /// The queue delay of the newest packets only, which shows a queue a third of a second sooner.
    pub(crate) fn lately(&self, now: Instant) -> Duration {
        let age = |at: Instant| now.saturating_duration_since(at);
        let newest = self.recent.iter().rev().enumerate();
        let newest = newest.take_while(|(i, (at, _))| *i < FEWEST_LATELY || age(*at) <= QUEUE_LATELY);
        let newest = newest.filter(|(_, (at, _))| age(*at) <= QUEUE_WINDOW).map(|(_, (_, late))| *late);
        self.above_least(newest.min())
    }

    /// The sum of the steps by which each of the newest packets was later than the one before it: a queue that grows. Packets
    /// that a stalled radio held back come together, each less late than the one before. A single late packet may just have been
    /// unlucky, therefore one step counts as none.
    fn climb(&self, now: Instant) -> Duration {
        let mut lates = self.fresh(QUEUE_WINDOW, now).rev().map(|(_, late)| late);
        let Some(newest) = lates.next() else { return Duration::ZERO };
        let (mut before, mut steps) = (newest, 0);
        while let Some(late) = lates.next().filter(|late| *late < before) {
            (before, steps) = (late, steps + 1);
        }
        if steps < 2 { Duration::ZERO } else { Duration::from_micros((newest - before).unsigned_abs()) }
    }

    /// Forgets the least delay: the delay is measured from the newest packets on.
    pub(crate) fn forget_least(&mut self) {
        let newest = self.recent.back().map(|(at, _)| *at);
        let fresh = newest.and_then(|at| self.fresh(QUEUE_WINDOW, at).map(|(_, late)| late).min());
        self.least = [fresh, None];
    }

    fn begin_span_if_due(&mut self, now: Instant) {
        let began = *self.span_began.get_or_insert(now);
        if now.saturating_duration_since(began) >= SPAN {
            self.span_began = Some(now);
            self.least = [None, self.least[0]];
        }
    }
}

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

/// The queue delay above which a queue is too long: it is heard.
pub(crate) const LINK_QUEUE: Duration = Duration::from_millis(150);

/// The queue delay that shows another link if less than half of the usual rate comes through. The worst stall of a radio is
/// longer, but nothing comes through then.
pub(crate) const PLUNGE_QUEUE: Duration = Duration::from_millis(350);

/// The window over which a queue is looked at: longer than jitter and one lost burst, short enough to answer within a second.
pub(crate) const QUEUE_WINDOW: Duration = Duration::from_millis(450);

/// The window of the slope. It is longer than that of the queue, because jitter moves a slope more than a least delay.
pub(crate) const TREND_WINDOW: Duration = Duration::from_millis(600);

/// The longest window of a slope through few packets.
const TREND_LONGEST: Duration = Duration::from_millis(1_300);

/// The number of packets that are few.
const TREND_FEW: usize = 4;

/// The number of packets that a slope is drawn through at least.
const TREND_FEWEST: usize = 3;

/// The age below which a packet is among the newest.
const QUEUE_LATELY: Duration = Duration::from_millis(200);

/// The number of packets that are among the newest at any age.
const FEWEST_LATELY: usize = 3;

/// The span of the least delay, which is forgotten after one or two of them.
const SPAN: Duration = Duration::from_secs(20);

/// The pause after which a sender's clock may have stood still. A voice that is sent has a packet each 400 ms even in silence (RFC
/// 7587 section 3.1.3), of which one may be lost.
const STOOD: Duration = Duration::from_secs(1);

/// The packets of the longest window: 1.3 s in packets of 20 ms, doubled.
const RECENT_PACKETS: usize = 130;

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// Packets of 60 ms whose way takes `delay(i)`; the queue that is seen at the end.
    fn queue_after(packets: u64, first: u32, delay: impl Fn(u64) -> u64) -> Duration {
        let start = Instant::now();
        let mut seen = QueueDelay::default();
        let mut now = start;
        for i in 0..packets {
            now = start + MS * u32::try_from(i * 60 + delay(i)).unwrap();
            seen.note(first.wrapping_add(u32::try_from(i).unwrap().wrapping_mul(60 * 48)), now);
        }
        seen.queue(now)
    }

    #[test]
    fn a_pause_counts_as_a_stop_of_the_sender_s_clock_only_if_its_timestamps_stood() {
        let start = Instant::now();
        let mut seen = QueueDelay::default();
        assert!(!seen.has_stood(0, start), "the first packet");
        seen.note(u32::MAX - 10, start);
        let after = |ms: u32, sound_ms: u32| {
            seen.has_stood((u32::MAX - 10).wrapping_add(sound_ms * 48), start + MS * ms)
        };
        assert!(after(3_000, 120), "three seconds without a track");
        assert!(!after(3_000, 3_000), "packets that were lost");
        assert!(!after(900, 120), "a queue");
    }

    #[test]
    fn a_queue_is_what_stands_above_the_least() {
        assert_eq!(queue_after(100, 7, |_| 300), Duration::ZERO);
        assert_eq!(queue_after(100, u32::MAX - 9_000, |i| if i < 50 { 300 } else { 520 }), 220 * MS);
        assert_eq!(queue_after(100, 7, |i| 300 + i % 5 * 40), Duration::ZERO, "jitter is no queue");
    }

    #[test]
    fn days_of_packets_are_no_queue_on_any_clock() {
        for clock in [48, 90] {
            let (start, mut seen) = (Instant::now(), QueueDelay::with_clock(clock));
            for i in 0..100_000_u32 {
                let now = start + 2_000 * MS * i;
                seen.note((i * 2_000).wrapping_mul(clock), now);
                assert_eq!(seen.lately(now), Duration::ZERO, "{clock}, {i}");
            }
        }
    }

    #[test]
    fn the_slope_of_rare_packets_is_drawn_through_the_newest_few() {
        let start = Instant::now();
        let slope_of = |packets: u32, every: u32, later: u32| {
            let mut seen = QueueDelay::default();
            let mut now = start;
            for i in 0..packets {
                now = start + MS * (i * (every + later));
                seen.note(i * every * 48, now);
            }
            // A sum of nothing is -0.0.
            format!("{:.2}", seen.slope(now) + 0.0)
        };
        assert_eq!([slope_of(40, 60, 30), slope_of(3, 400, 100)], ["0.33", "0.20"]);
        assert_eq!([slope_of(40, 60, 0), slope_of(2, 400, 100), slope_of(9, 900, 100)], ["0.00"; 3]);
    }

    /// How far packets of 60 ms climbed that came so late one after the other.
    fn climb_of(lates: &[u32]) -> Duration {
        let start = Instant::now();
        let mut seen = QueueDelay::default();
        let mut now = start;
        for (i, late) in (0..).zip(lates) {
            now = start + MS * (i * 60 + late);
            seen.note(i * 60 * 48, now);
        }
        seen.climb(now)
    }

    #[test]
    fn packets_that_come_later_one_after_the_other_climb_and_those_of_a_stalled_radio_do_not() {
        assert_eq!(climb_of(&[100, 100, 150, 200, 250]), 150 * MS);
        assert_eq!(climb_of(&[100, 400, 340, 280]), Duration::ZERO);
        assert_eq!(climb_of(&[100, 100, 400]), Duration::ZERO, "one that was unlucky");
        assert_eq!(climb_of(&[100, 130, 100, 130]), Duration::ZERO);
        let long: Vec<u32> = (0..20).map(|i| i * 40).collect();
        assert_eq!(climb_of(&long), 160 * MS, "what came within the window");
    }

    #[test]
    fn the_newest_packets_tell_of_a_queue_before_the_window_does() {
        let start = Instant::now();
        let mut seen = QueueDelay::default();
        let mut now = start;
        for i in 0..60_u32 {
            // From the 41st on each comes 30 ms later than the one before.
            now = start + MS * (i * 60 + i.saturating_sub(40) * 30);
            seen.note(i * 60 * 48, now);
        }
        assert_eq!(seen.lately(now), 17 * 30 * MS);
        assert!(seen.queue(now) < seen.lately(now));
        assert_eq!(seen.lately(now + 2 * QUEUE_WINDOW), Duration::ZERO, "nothing came");
    }

    #[test]
    fn another_way_is_learnt_and_hours_pass() {
        let queue = queue_after(2_000, 0, |i| if i < 100 { 100 } else { 400 });
        assert_eq!(queue, Duration::ZERO, "the longer way is the least now");
        assert_eq!(queue_after(200_000, 0, |_| 300), Duration::ZERO);
    }
}
