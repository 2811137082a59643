//! How late packets come, and by how much a queue in front of them has grown.
//!
//! Pure; its caller brings the packets and the time.

use crate::{
    limits::{QUEUE_LATELY, QUEUE_WINDOW},
    link::Sample,
    units::Bitrate,
};
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// How late packets come, from their own clock and ours. The least that was seen is the way itself; what is
/// above it is a queue.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lateness {
    origin: Option<(Instant, u32)>,
    /// Least lateness in microseconds, in this span and the one before: clocks drift, ways change.
    least: [Option<i64>; 2],
    turned: Option<Instant>,
    recent: VecDeque<(Instant, i64)>,
}

/// A least lateness is forgotten after once or twice this.
const SPAN: Duration = Duration::from_secs(20);
/// The newest are so many at least.
const FEWEST_LATELY: usize = 3;
/// Samples of one window: 500 ms in packets of 20 ms, doubled.
const SAMPLES: usize = 50;

impl Lateness {
    /// A packet whose sound ended at `timestamp` (RTP ticks of 48 kHz) came: how late, in microseconds since the first one.
    pub(crate) fn note(&mut self, timestamp: u32, now: Instant) -> i64 {
        let (began, first) = *self.origin.get_or_insert((now, timestamp));
        let ticks = i64::from(timestamp.wrapping_sub(first).cast_signed());
        let elapsed = i64::try_from(now.saturating_duration_since(began).as_micros()).unwrap_or(i64::MAX);
        let late = elapsed - ticks * 1_000 / 48;
        self.turn(now);
        self.least[0] = Some(self.least[0].map_or(late, |least| least.min(late)));
        if self.recent.len() == SAMPLES {
            self.recent.pop_front();
        }
        self.recent.push_back((now, late));
        late
    }

    /// What is seen of the way, of which so much arrived.
    pub(crate) fn sample(&mut self, arrived: Bitrate, now: Instant) -> Sample {
        let queue = self.queue(now);
        Sample { arrived, queue, lately: self.lately(now), climb: self.climb(now) }
    }

    /// How long a queue stands: the least of the last half second above the least there was.
    fn queue(&mut self, now: Instant) -> Duration {
        self.recent.retain(|(at, _)| now.saturating_duration_since(*at) <= QUEUE_WINDOW);
        self.above_least(self.recent.iter().map(|(_, late)| *late).min())
    }

    fn above_least(&self, late: Option<i64>) -> Duration {
        let least = self.least.iter().flatten().min();
        let micros = late.zip(least).map_or(0, |(late, least)| late - least);
        Duration::from_micros(u64::try_from(micros).unwrap_or(0))
    }

    /// The same of the newest packets only, so that it is seen a third of a second sooner.
    pub(crate) fn lately(&self, now: Instant) -> Duration {
        let age = |at: Instant| now.saturating_duration_since(at);
        let newest = self.recent.iter().rev().enumerate();
        let newest = newest.take_while(|(i, (at, _))| *i < FEWEST_LATELY || age(*at) <= QUEUE_LATELY);
        let newest = newest.filter(|(_, (at, _))| age(*at) <= QUEUE_WINDOW).map(|(_, (_, late))| *late);
        self.above_least(newest.min())
    }

    /// By how much the newest packets came later, each than the one before: a queue that grows. What a stalled radio held back
    /// comes at once, each of it less late; and of two packets the second may just have been unlucky.
    fn climb(&self, now: Instant) -> Duration {
        let fresh =
            self.recent.iter().rev().filter(|(at, _)| now.saturating_duration_since(*at) <= QUEUE_WINDOW);
        let lates: Vec<i64> = fresh.map(|(_, late)| *late).collect();
        let steps = lates.windows(2).take_while(|pair| pair[0] > pair[1]).count();
        if steps < 2 {
            Duration::ZERO
        } else {
            Duration::from_micros((lates[0] - lates[steps]).unsigned_abs())
        }
    }

    /// Forgets the least: lateness is measured from now on.
    pub(crate) fn forget(&mut self) {
        self.least = [self.recent.iter().map(|(_, late)| *late).min(), None];
    }

    fn turn(&mut self, now: Instant) {
        let turned = *self.turned.get_or_insert(now);
        if now.saturating_duration_since(turned) >= SPAN {
            self.turned = Some(now);
            self.least = [None, self.least[0]];
            self.rebase(now);
        }
    }

    /// Moves the origin along, so that the ticks since then stay far from their wrap-around.
    fn rebase(&mut self, now: Instant) {
        let Some((began, first)) = self.origin else { return };
        let micros = now.saturating_duration_since(began).as_micros();
        let millis = u32::try_from(micros / 1_000).unwrap_or(0);
        let moved = began + Duration::from_millis(millis.into());
        self.origin = Some((moved, first.wrapping_add(millis.wrapping_mul(48))));
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// Packets of 60 ms whose way takes `delay(i)`; the queue that is seen at the end.
    fn queue_after(packets: u64, first: u32, delay: impl Fn(u64) -> u64) -> Duration {
        let start = Instant::now();
        let mut lateness = Lateness::default();
        let mut now = start;
        for i in 0..packets {
            now = start + MS * u32::try_from(i * 60 + delay(i)).unwrap();
            lateness.note(first.wrapping_add(u32::try_from(i).unwrap().wrapping_mul(60 * 48)), now);
        }
        lateness.queue(now)
    }

    #[test]
    fn a_queue_is_what_stands_above_the_least() {
        assert_eq!(queue_after(100, 7, |_| 300), Duration::ZERO);
        assert_eq!(queue_after(100, u32::MAX - 9_000, |i| if i < 50 { 300 } else { 520 }), 220 * MS);
        assert_eq!(queue_after(100, 7, |i| 300 + i % 5 * 40), Duration::ZERO, "jitter is no queue");
    }

    /// How far packets of 60 ms climbed that came so late one after the other.
    fn climb_of(lates: &[u32]) -> Duration {
        let start = Instant::now();
        let mut lateness = Lateness::default();
        let mut now = start;
        for (i, late) in (0..).zip(lates) {
            now = start + MS * (i * 60 + late);
            lateness.note(i * 60 * 48, now);
        }
        lateness.climb(now)
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
        let mut lateness = Lateness::default();
        let mut now = start;
        for i in 0..60_u32 {
            // From the 41st on each comes 30 ms later than the one before.
            now = start + MS * (i * 60 + i.saturating_sub(40) * 30);
            lateness.note(i * 60 * 48, now);
        }
        assert_eq!(lateness.lately(now), 17 * 30 * MS);
        assert!(lateness.queue(now) < lateness.lately(now));
        assert_eq!(lateness.lately(now + 2 * QUEUE_WINDOW), Duration::ZERO, "nothing came");
    }

    #[test]
    fn another_way_is_learnt_and_hours_pass() {
        let queue = queue_after(2_000, 0, |i| if i < 100 { 100 } else { 400 });
        assert_eq!(queue, Duration::ZERO, "the longer way is the least now");
        assert_eq!(queue_after(200_000, 0, |_| 300), Duration::ZERO);
    }
}
