//! What one direction of a link carries: an estimate from probes, from what arrives, and how late.
//!
//! Pure; its caller brings the measurements and the time. Loss does not lower it: on the radio links of
//! Matam packets are lost with an empty queue, and sending less would not bring them through (THINLINK
//! points 1 and 5). A queue that stands does, at once, to what really arrives.

mod asking;

use crate::{
    limits::{
        LINK_LEAST, LINK_QUEUE, LINK_TOLD, LINK_UNKNOWN, LINK_VIDEO, PLUNGE_PERCENT, PLUNGE_QUEUE,
        PROBE_TRAINS, QUEUE_WINDOW, RISE_KNOWN, RISE_USE_PERCENT, VIDEO_MIN,
    },
    units::Bitrate,
};
use asking::Hints;
use std::time::{Duration, Instant};

/// One direction of a link.
#[derive(Clone, Debug, Default)]
pub struct Way {
    capacity: Option<Bitrate>,
    /// What it was measured to carry, when nothing else was on it; above it a rise is a guess.
    best: Option<Bitrate>,
    /// What trains showed; weights are not among them.
    trains: Vec<Bitrate>,
    growing: Option<Growing>,
    /// How long it has been clean while it was in use.
    clean: Duration,
    /// When that was last added to.
    looked: Option<Instant>,
    /// When it was last tried for more.
    risen: Option<Instant>,
    /// Tries that a queue or a train refuted.
    refuted: u32,
    /// The least that it fell to since it was at its best.
    lowest: Option<Bitrate>,
    hints: Hints,
    /// What the last train showed, when that was more than was known.
    promised: Option<Bitrate>,
    /// What arrived lately while no queue stood.
    usual: Bitrate,
    /// It fell when nothing was known of it: so long as it is not measured, the usual of an unknown way is tried for.
    fell_unknown: bool,
}

/// A queue that grows.
#[derive(Clone, Copy, Debug)]
struct Growing {
    since: Instant,
    queue: Duration,
    /// It grew in the window before, too.
    confirmed: bool,
}

/// What was seen of a direction lately.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sample {
    /// What arrived, headers included.
    pub arrived: Bitrate,
    /// How much later than at best.
    pub queue: Duration,
    /// The same of the newest packets only.
    pub lately: Duration,
    /// By how much they came later one after the other.
    pub climb: Duration,
}

/// What a look at a direction showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Nothing new.
    Same,
    /// It carries less than was thought.
    Fell,
    /// It may carry more.
    Rose,
    /// It seems to carry more: worth another train.
    Promises,
    /// Everything is later than before, and stays so: the sender's clock slipped, or the way is another one.
    /// That is no queue; lateness is to be measured from here.
    Slipped,
}

/// A queue that grows less than this in a window does not grow.
const GROWTH: Duration = Duration::from_millis(40);

/// Packets of which each comes later than the one before stand in a growing queue if they do so by this.
const CLIMB: Duration = Duration::from_millis(100);

/// Lateness that neither grew nor shrank for so long is no queue: what we sent meanwhile would have moved it.
const SLIP: Duration = Duration::from_secs(3);

impl Way {
    /// What it carries as a whole; `None` while nothing is known.
    pub fn capacity(&self) -> Option<Bitrate> {
        self.capacity
    }

    /// Whether it was measured in this call, not only remembered.
    pub fn is_measured(&self) -> bool {
        self.best.is_some()
    }

    /// What this link carried last time.
    pub fn remember(&mut self, capacity: Bitrate) {
        if !self.is_measured() {
            self.capacity = Some(capacity.max(LINK_LEAST));
        }
    }

    /// The page saw this rate, over some kilobytes and without a voice beside them. Where bursts are lost, TCP
    /// waits more than it sends and sees a third of the truth: less than the thinnest voice is worth trying, and a
    /// queue refutes it in a second.
    pub fn told(&mut self, rate: Bitrate) {
        let rate = rate.max(LINK_TOLD);
        self.best = Some(self.best.map_or(rate, |best| best.max(rate)));
        self.capacity = self.best;
        self.lowest = None;
    }

    /// Most links carry the same both ways: when a call begins, a train of each will do if they agree, because the next one
    /// would stand in front of the first words. Until a second one came, a slow one counts like a memory.
    pub fn conclude(up: &mut Self, down: &mut Self) {
        for way in [&mut *up, &mut *down].into_iter().filter(|way| way.capacity.is_none()) {
            if let Some(rate) = way.trains.iter().copied().min().filter(|rate| *rate < LINK_UNKNOWN) {
                way.remember(rate);
            }
        }
        let pairs = up.seen().iter().flat_map(|up| down.seen().iter().map(move |down| (*up, *down)));
        let alike = |(up, down): &(Bitrate, Bitrate)| agree(*up, *down) && *up < LINK_VIDEO;
        let Some((rate_up, rate_down)) = pairs.collect::<Vec<_>>().into_iter().find(alike) else { return };
        for (way, rate) in [(up, rate_up), (down, rate_down)] {
            if !way.is_measured() {
                way.told(rate);
            }
        }
    }

    /// What trains showed, or what is known.
    fn seen(&self) -> &[Bitrate] {
        self.best.as_ref().map_or(&self.trains, std::slice::from_ref)
    }

    /// No train showed what it carries: the slowest that said something, or what is presumed of any.
    pub fn presume(&mut self) {
        if !self.is_measured() {
            self.told(self.trains.iter().copied().min().unwrap_or(LINK_UNKNOWN).min(LINK_UNKNOWN));
        }
    }

    /// A train of packets came at this rate. Two must agree. Where packets are lost the transport under them waits between
    /// them, and what else is sent stands between them: then they are too slow. A page that was busy finds both at once:
    /// then they are too fast. Of two fast ones the slower one counts. One that is slower than the thinnest link that we
    /// serve has waited for an acknowledgement, and so will the next: it says nothing. What the link carried last time
    /// agrees as well as a train: the second one would stand in front of the first words.
    pub fn probed(&mut self, rate: Bitrate) {
        if rate < LINK_TOLD.percent(90) {
            return;
        }
        let fast = |other: Bitrate| rate >= LINK_VIDEO && other >= LINK_VIDEO;
        let remembered = self.capacity.filter(|other| !self.is_measured() && agree(rate, *other));
        let seen = self.trains.iter().copied().find(|other| agree(rate, *other) || fast(*other));
        if let Some(other) = seen.or(remembered) {
            self.told(if fast(other) { rate.min(other) } else { rate });
        }
        if self.trains.len() < usize::from(PROBE_TRAINS) {
            self.trains.push(rate);
        }
    }

    /// Looks at what arrives. A queue longer than `LINK_QUEUE` that grows for two windows means that what
    /// arrives is all that it carries; one window would be a sender that stalled.
    pub fn observe(&mut self, sample: Sample, now: Instant) -> Look {
        if sample.queue <= LINK_QUEUE {
            self.growing = None;
            return Look::Same;
        }
        self.clean = Duration::ZERO;
        let fresh = Growing { since: now, queue: sample.queue, confirmed: false };
        let growing = *self.growing.get_or_insert(fresh);
        let stood = now.saturating_duration_since(growing.since);
        if stood < QUEUE_WINDOW {
            return Look::Same;
        }
        if sample.queue >= growing.queue + GROWTH {
            self.growing = Some(Growing { confirmed: true, ..fresh });
            return if growing.confirmed { self.fall(sample.arrived, now) } else { Look::Same };
        }
        if stood >= SLIP {
            self.growing = None;
            return Look::Slipped;
        }
        Look::Same
    }

    /// Looks whether it has fallen to a fraction at once: a camera came, a long queue stands, and what comes through is
    /// less than half of what was usual. Then that is all that it carries, for as long as the queue stands. A sender that
    /// stalled or whose clock slipped sends as much as before; a stalled radio has no queue as soon as it is back.
    pub fn plunged(&mut self, sample: Sample, now: Instant) -> Look {
        if sample.queue <= LINK_QUEUE && sample.lately <= LINK_QUEUE {
            self.usual = self.usual.percent(88).plus(sample.arrived.percent(12));
        }
        let fraction = self.usual >= VIDEO_MIN && sample.arrived <= self.usual.percent(PLUNGE_PERCENT);
        if !fraction || sample.lately < PLUNGE_QUEUE {
            return Look::Same;
        }
        self.clean = Duration::ZERO;
        self.growing = None;
        self.lower(sample.arrived.max(LINK_TOLD), now)
    }

    /// Looks whether a voice alone is more than it carries: the newest packets come late, and each later than the one
    /// before. It is seen before a window has passed twice.
    pub fn climbed(&mut self, sample: Sample, now: Instant) -> Look {
        let thin = self.capacity.is_some_and(|capacity| capacity < LINK_VIDEO);
        if !thin || sample.lately <= LINK_QUEUE || sample.climb < CLIMB {
            return Look::Same;
        }
        self.clean = Duration::ZERO;
        self.fall(sample.arrived, now)
    }

    /// Nothing is heard of what went there: it carries no more than this, for all that is known.
    pub fn unheard(&mut self, rate: Bitrate, now: Instant) -> Look {
        self.clean = Duration::ZERO;
        self.lower(rate.max(LINK_TOLD), now)
    }

    /// More is sent than arrives, and it is told that a queue stands: it is full, and does not even grow.
    pub fn overrun(&mut self, arrived: Bitrate, now: Instant) -> Look {
        self.clean = Duration::ZERO;
        self.growing = None;
        self.fall(arrived, now)
    }

    /// By half at most: one stall of a radio is no new link, and the next look comes soon.
    fn fall(&mut self, arrived: Bitrate, now: Instant) -> Look {
        let least = self.capacity.map_or(LINK_LEAST, |capacity| capacity.percent(50).max(LINK_LEAST));
        self.lower(arrived.max(least), now)
    }

    fn lower(&mut self, fallen: Bitrate, now: Instant) -> Look {
        if self.capacity.is_some_and(|capacity| fallen >= capacity) {
            return Look::Same;
        }
        if self.is_tried(now) {
            self.refuted += 1;
            self.best = self.best.map(|best| best.min(fallen.percent(110)));
        }
        self.fell_unknown |= self.capacity.is_none();
        self.capacity = Some(fallen);
        self.lowest = Some(self.lowest.map_or(fallen, |lowest| lowest.min(fallen)));
        Look::Fell
    }

    /// Tries for what was measured once, after it has been clean for a while; pauses of the speech do not count. For more
    /// [`asks`](Self::asks) is there.
    pub fn rise(&mut self, in_use: Bitrate, now: Instant) -> Look {
        let passed = self.looked.replace(now).map_or(Duration::ZERO, |at| now.saturating_duration_since(at));
        let Some(capacity) = self.capacity else { return Look::Same };
        let unknown = self.best.is_none();
        let presumed = self.fell_unknown.then_some(LINK_UNKNOWN);
        let Some(best) = self.best.or(presumed) else { return Look::Same };
        if in_use < capacity.percent(RISE_USE_PERCENT) {
            return Look::Same;
        }
        self.clean += passed.min(LOOK_LONGEST);
        let wait = if unknown { RISE_KNOWN * (1 << self.refuted.min(4)) } else { RISE_KNOWN };
        if capacity >= best.percent(95) || self.clean < wait {
            return Look::Same;
        }
        // A burst of signalling lowers it by less than half, for a moment; by more, it is another link.
        let near = !unknown && self.lowest.unwrap_or(capacity).percent(200) >= best;
        let more = if near { best } else { best.min(capacity.percent(130)) };
        if self.hints.weigh_less(more) {
            return Look::Same;
        }
        if more == best {
            self.lowest = None;
        }
        self.lift(more, now);
        Look::Rose
    }

    /// Whether it has just been tried for more.
    pub fn is_tried(&self, now: Instant) -> bool {
        self.risen.is_some_and(|at| now.saturating_duration_since(at) <= REFUTED_WITHIN)
    }

    fn lift(&mut self, capacity: Bitrate, now: Instant) {
        self.clean = Duration::ZERO;
        self.risen = Some(now);
        self.capacity = Some(capacity);
    }
}

/// Whether two measurements are of the same link.
fn agree(one: Bitrate, other: Bitrate) -> bool {
    one.percent(115) >= other && other.percent(115) >= one
}

/// Longer than this between two looks, nobody looked.
const LOOK_LONGEST: Duration = Duration::from_secs(1);

/// A queue so soon after a rise is its doing.
const REFUTED_WITHIN: Duration = Duration::from_secs(10);

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;

    pub(super) const MS: Duration = Duration::from_millis(1);

    pub(super) const fn kbps(rate: u64) -> Bitrate {
        Bitrate::kbps(rate)
    }

    #[test]
    fn a_memory_counts_until_the_page_has_seen_and_a_slow_train_must_be_confirmed() {
        let mut way = Way::default();
        way.remember(kbps(64));
        way.probed(kbps(7));
        way.probed(kbps(11));
        assert!(way.capacity() == Some(kbps(64)) && !way.is_measured());
        let mut same = way.clone();
        same.probed(kbps(60));
        assert!(same.capacity() == Some(kbps(60)) && same.is_measured(), "as last time");
        way.told(kbps(40));
        way.remember(kbps(64));
        assert_eq!(way.capacity(), Some(kbps(40)));
        way.probed(kbps(9_000));
        assert_eq!(way.capacity(), Some(kbps(40)), "the page may have been busy");
        way.probed(kbps(9_500));
        assert_eq!(way.capacity(), Some(kbps(9_000)));
    }

    #[test]
    fn what_it_carried_is_soon_tried_again_and_more_only_with_patience() {
        let start = Instant::now();
        let mut way = Way::default();
        way.told(kbps(256));
        (0..20).for_each(|i| {
            _ = way.observe(
                Sample { arrived: kbps(60), queue: i * 200 * MS, ..Sample::default() },
                start + i * 250 * MS,
            );
        });
        assert_eq!(way.capacity(), Some(kbps(60)));
        let back = (0..200).find(|i| {
            let capacity = way.capacity().unwrap();
            _ = way.rise(capacity.percent(70), start + i * 250 * MS);
            capacity >= kbps(250)
        });
        assert!(back.is_some_and(|i| i * 250 <= 20_000), "{back:?}");
        let higher = (200..2_000).any(|i| way.rise(kbps(240), start + i * 250 * MS) == Look::Rose);
        assert!(!higher, "what was never seen is asked for");
    }

    #[test]
    fn what_was_measured_too_high_is_corrected_by_the_first_rise_that_a_queue_refutes() {
        let start = Instant::now();
        let mut way = Way::default();
        way.told(kbps(40));
        let mut now = start;
        let mut queue = Duration::ZERO;
        let mut falls = 0;
        for _ in 0..4 * 120 {
            now += 250 * MS;
            let sent = way.capacity().unwrap().percent(90);
            let arrived = sent.min(kbps(24));
            queue = if sent > kbps(24) { queue + 100 * MS } else { queue.saturating_sub(100 * MS) };
            falls +=
                u32::from(way.observe(Sample { arrived, queue, ..Sample::default() }, now) == Look::Fell);
            _ = way.rise(arrived, now);
        }
        assert!(falls <= 4, "{falls} times in two minutes");
    }

    #[test]
    fn trains_that_something_stood_between_are_outvoted() {
        let mut way = Way::default();
        for rate in [13, 24, 13, 40, 12] {
            way.probed(kbps(rate));
        }
        assert_eq!(way.capacity(), None, "those of 13 waited for an acknowledgement");
        way.probed(kbps(25));
        assert_eq!(way.capacity(), Some(kbps(25)));
    }

    #[test]
    fn when_a_call_begins_a_train_each_way_will_do_if_they_agree() {
        let settled = |up: u64, down: u64| {
            let [mut one, mut other] = [Way::default(), Way::default()];
            one.probed(kbps(up));
            other.probed(kbps(down));
            Way::conclude(&mut one, &mut other);
            (one.capacity(), other.capacity())
        };
        assert_eq!(settled(30, 28), (Some(kbps(30)), Some(kbps(28))));
        assert_eq!(
            settled(24, 60),
            (Some(kbps(24)), None),
            "they differ, or something stood between one of them"
        );
        assert_eq!(settled(9_000, 9_000), (None, None), "the page may have been busy");
        let [mut known, mut other] = [Way::default(), Way::default()];
        known.told(kbps(24));
        other.probed(kbps(25));
        Way::conclude(&mut known, &mut other);
        assert_eq!((known.capacity(), other.capacity()), (Some(kbps(24)), Some(kbps(25))));
        let [mut slow, mut unknown] = [Way::default(), Way::default()];
        slow.probed(kbps(25));
        Way::conclude(&mut slow, &mut unknown);
        assert!(slow.capacity() == Some(kbps(25)) && !slow.is_measured(), "something may have stood in it");
        (0..2).for_each(|_| slow.probed(kbps(40)));
        assert!(slow.capacity() == Some(kbps(40)) && slow.is_measured());
    }

    #[test]
    fn a_way_of_which_no_train_told_is_presumed_to_be_like_any() {
        let mut way = Way::default();
        let mut seen = way.clone();
        way.presume();
        assert_eq!(way.capacity(), Some(LINK_UNKNOWN));
        seen.probed(kbps(30));
        seen.presume();
        assert!(seen.capacity() == Some(kbps(30)) && seen.is_measured());
        seen.told(kbps(90));
        seen.presume();
        assert_eq!(seen.capacity(), Some(kbps(90)));
    }

    #[test]
    fn an_idle_way_tells_nothing() {
        let start = Instant::now();
        let mut way = Way::default();
        way.told(kbps(40));
        assert!((0..1_000).all(|i| way.rise(kbps(10), start + i * 250 * MS) == Look::Same));
    }

    #[test]
    fn a_link_that_lies_is_believed_less_within_a_second_of_a_queue() {
        let start = Instant::now();
        let mut way = Way::default();
        way.told(kbps(256));
        let late = |i: u32| Sample { arrived: kbps(25), queue: i * 225 * MS, ..Sample::default() };
        let mut look = |i| way.observe(late(i), start + 250 * MS * i);
        let answered = (0..12).find(|i| look(*i) == Look::Fell).unwrap();
        assert!(answered * 250 <= 1_750, "{answered} looks");
        (10..30).for_each(|i| _ = look(i));
        assert_eq!(way.capacity(), Some(kbps(25)));
    }

    #[test]
    fn a_full_queue_that_does_not_grow_is_believed() {
        let start = Instant::now();
        let mut way = Way::default();
        way.told(kbps(58));
        assert_eq!(way.overrun(kbps(21), start), Look::Fell);
        assert_eq!(way.capacity(), Some(kbps(29)), "by half at most");
        way.overrun(kbps(21), start + 500 * MS);
        assert_eq!(way.capacity(), Some(kbps(21)));
    }

    /// A way that carried a camera for ten seconds, and what `sample` then shows.
    fn after_a_camera(sample: Sample) -> (Look, Option<Bitrate>) {
        let start = Instant::now();
        let mut way = Way::default();
        way.told(kbps(256));
        let usual = Sample { arrived: kbps(190), ..Sample::default() };
        assert!((0..40).all(|i| way.plunged(usual, start + i * 250 * MS) == Look::Same));
        (way.plunged(sample, start + 10_250 * MS), way.capacity())
    }

    #[test]
    fn a_tenth_that_comes_late_is_believed_at_once_and_no_thinner_than_a_voice() {
        let late = |arrived| Sample { arrived, queue: 300 * MS, lately: 400 * MS, ..Sample::default() };
        assert_eq!(after_a_camera(late(kbps(26))), (Look::Fell, Some(kbps(26))));
        assert_eq!(after_a_camera(late(kbps(9))), (Look::Fell, Some(LINK_TOLD)));
    }

    #[test]
    fn a_thin_way_whose_packets_climb_is_believed_at_once_and_a_thick_one_waits_for_more() {
        let sample = Sample { arrived: kbps(24), queue: 160 * MS, lately: 200 * MS, climb: 150 * MS };
        let look = |capacity, sample| {
            let mut way = Way::default();
            way.told(kbps(capacity));
            (way.climbed(sample, Instant::now()), way.capacity())
        };
        assert_eq!(look(64, sample), (Look::Fell, Some(kbps(32))), "by half at most");
        assert_eq!(look(40, sample), (Look::Fell, Some(kbps(24))));
        assert_eq!(look(256, sample).0, Look::Same);
        for jitter in [Sample { lately: 140 * MS, ..sample }, Sample { climb: 90 * MS, ..sample }] {
            assert_eq!(look(64, jitter).0, Look::Same);
        }
    }

    #[test]
    fn a_clock_that_slipped_a_camera_that_stopped_and_a_stalled_radio_are_no_other_link() {
        let queue = 400 * MS;
        for (arrived, lately) in [(kbps(180), queue), (kbps(20), 100 * MS), (kbps(0), Duration::ZERO)] {
            let look = after_a_camera(Sample { arrived, queue, lately, ..Sample::default() });
            assert_eq!(look, (Look::Same, Some(kbps(256))), "{arrived} after {lately:?}");
        }
    }

    /// What a way is tried for while it carries this, of which all is in use.
    fn tries(way: &mut Way, carries: Bitrate, seconds: u32) -> Vec<Bitrate> {
        let start = Instant::now();
        let mut tried = Vec::new();
        for now in (0..seconds * 4).map(|i| start + i * 250 * MS) {
            if way.rise(carries, now) == Look::Rose {
                tried.extend(way.capacity());
            }
            if way.capacity().is_some_and(|capacity| capacity > carries.percent(130)) {
                way.overrun(carries, now);
            }
        }
        tried
    }

    #[test]
    fn a_way_that_became_another_one_is_tried_step_by_step_and_one_that_fell_by_little_at_once() {
        let mut way = Way::default();
        way.told(kbps(64));
        let mut other = way.clone();
        way.unheard(kbps(40), Instant::now());
        assert_eq!(tries(&mut way, kbps(64), 10), [kbps(64)]);
        other.unheard(kbps(24), Instant::now());
        let tried = tries(&mut other, kbps(28), 60);
        assert!(tried.len() > 1 && tried.iter().all(|rate| *rate < kbps(28).percent(150)), "{tried:?}");
    }

    #[test]
    fn what_packets_weigh_says_how_far_a_way_is_tried() {
        let mut way = Way::default();
        way.told(kbps(64));
        way.unheard(kbps(24), Instant::now());
        way.weighed(kbps(25));
        way.weighed(kbps(27));
        assert_eq!(tries(&mut way, kbps(64), 60), [kbps(24).percent(130)]);
        way.weighed(kbps(60));
        tries(&mut way, kbps(64), 60);
        assert_eq!(way.capacity(), Some(kbps(64)));
    }

    #[test]
    fn one_that_fell_before_it_was_measured_comes_back_and_one_that_is_remembered_stays() {
        let start = Instant::now();
        let mut way = Way::default();
        let full = Sample { arrived: kbps(10), queue: 900 * MS, ..Sample::default() };
        assert_eq!(way.overrun(full.arrived, start), Look::Fell);
        let looks = (1..=240).map(|i| start + i * 250 * MS);
        for now in looks {
            let capacity = way.capacity().unwrap();
            if capacity > kbps(24) {
                _ = way.overrun(kbps(24), now);
            } else {
                _ = way.rise(capacity.percent(90), now);
            }
        }
        assert!((kbps(20)..=kbps(27)).contains(&way.capacity().unwrap()), "{:?}", way.capacity());
        assert!(way.refuted <= 4, "{} times in a minute", way.refuted);

        let mut remembered = Way::default();
        remembered.remember(kbps(24));
        assert!((1..=240).all(|i| remembered.rise(kbps(20), start + i * 250 * MS) == Look::Same));
    }

    #[test]
    fn neither_a_short_queue_nor_a_short_stall_lowers_it() {
        let start = Instant::now();
        let mut way = Way::default();
        way.told(kbps(40));
        let mut at = |ms, queue| {
            let sample = Sample { arrived: kbps(10), queue: queue * MS, ..Sample::default() };
            way.observe(sample, start + ms * MS)
        };
        let looks = [at(0, 140), at(300, 900), at(600, 20), at(900, 900)];
        assert_eq!(looks, [Look::Same; 4]);
        assert_eq!(way.capacity(), Some(kbps(40)));
    }

    #[test]
    fn a_clock_that_slipped_is_no_queue() {
        let start = Instant::now();
        let mut way = Way::default();
        way.told(kbps(40));
        let sample = Sample { arrived: kbps(19), queue: 370 * MS, ..Sample::default() };
        let looks: Vec<Look> = (0..14).map(|i| way.observe(sample, start + 250 * MS * i)).collect();
        assert_eq!(looks.iter().filter(|look| **look == Look::Slipped).count(), 1);
        assert!(!looks.contains(&Look::Fell) && way.capacity() == Some(kbps(40)));
    }
}
