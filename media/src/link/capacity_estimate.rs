//! The capacity estimate of one direction of a link, from packet trains, from the rate that arrives and from the queue delay.
//!
//! The nearest published methods are the packet-pair estimate (Keshav 1991) for the trains, and the delay-based controller of
//! Google Congestion Control (draft-ietf-rmcat-gcc-02 section 5) for the queue. Three things differ. A queue that stands lowers
//! the estimate at once to the rate that really arrives. Loss never lowers it, because the radio links of Matam lose packets
//! with an empty queue, and sending less would not bring them through. The estimate rises in trials
//! only, and a trial that a queue refutes makes the next one rarer.
//!
//! A [`LinkMonitor`](super::monitor) owns one for each direction. It is pure: the caller brings the measurements and the time.

use super::{
    packet_train::PROBE_TRAINS,
    probe_schedule::{ProbeSchedule, RISE_USE_PERCENT, Shown},
    queue_delay::{LINK_QUEUE, PLUNGE_QUEUE, QUEUE_WINDOW},
    rate_class::{LINK_THICK, LINK_UNKNOWN, LINK_VIDEO},
    sample::{Look, Sample},
};
use crate::{limits::VIDEO_MIN, units::Bitrate};
use std::time::{Duration, Instant};

/// The estimated capacity of one direction.
#[derive(Clone, Debug, Default)]
pub struct CapacityEstimate {
    capacity: Option<Bitrate>,
    /// The capacity that was measured while nothing else was on the link. A rise above it is a guess.
    best: Option<Bitrate>,
    /// The rates of the first trains.
    trains: Vec<Bitrate>,
    growing: Option<GrowingQueue>,
    /// The time for which the direction has been in use without a queue.
    clean: Duration,
    /// The time at which `clean` was last added to.
    looked: Option<Instant>,
    /// The time of the last trial of a higher rate.
    risen: Option<Instant>,
    /// The number of trials that a queue or a train refuted.
    refuted: u32,
    /// The lowest estimate since it was last at its best.
    lowest: Option<Bitrate>,
    schedule: ProbeSchedule,
    /// The mean rate that arrived while no queue stood.
    usual: Bitrate,
    /// The estimate fell before anything was measured. Until a measurement comes, trials go up to [`LINK_UNKNOWN`].
    fell_unknown: bool,
}

/// A queue that grows.
#[derive(Clone, Copy, Debug)]
struct GrowingQueue {
    since: Instant,
    queue: Duration,
    /// It grew in the window before, too.
    confirmed: bool,
}

impl CapacityEstimate {
    /// The estimate for all traffic of this direction together; `None` while nothing is known.
    pub fn capacity(&self) -> Option<Bitrate> {
        self.capacity
    }

    /// True if the capacity was measured in this call, and is not only remembered from an earlier one.
    pub fn is_measured(&self) -> bool {
        self.best.is_some()
    }

    /// Takes the capacity of an earlier call. It counts until the first measurement.
    pub fn remember(&mut self, capacity: Bitrate) {
        if !self.is_measured() {
            self.capacity = Some(capacity.max(LINK_LEAST));
        }
    }

    /// Takes a measured rate: the page saw it over some kilobytes without a voice beside them, or two trains agreed on it.
    /// TCP measures a third of the truth on a link that loses in bursts, therefore less than `LINK_TOLD` is not believed. A
    /// queue refutes a rate that is too high within a second.
    pub fn set_measured(&mut self, rate: Bitrate) {
        let rate = rate.max(LINK_TOLD);
        self.best = Some(self.best.map_or(rate, |best| best.max(rate)));
        self.capacity = self.best;
        self.lowest = None;
    }

    /// Takes one train of each direction as a measurement of both if their rates agree, because most links carry the same both
    /// ways. A second train would stand in front of the first words of a call. One slow train alone counts like a memory.
    pub fn agree_on_trains(up: &mut Self, down: &mut Self) {
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
                way.set_measured(rate);
            }
        }
    }

    /// The measured rate, or else the rates of the trains.
    fn seen(&self) -> &[Bitrate] {
        self.best.as_ref().map_or(&self.trains, std::slice::from_ref)
    }

    /// Takes the slowest train as the capacity, or [`LINK_UNKNOWN`] if that is less or no train came, because no trains agreed.
    pub fn presume(&mut self) {
        if !self.is_measured() {
            self.set_measured(self.trains.iter().copied().min().unwrap_or(LINK_UNKNOWN).min(LINK_UNKNOWN));
        }
    }

    /// Takes the rate of a train while nothing is measured. Two trains must agree, or one train with the memory of an earlier
    /// call. A train is too slow if other traffic or a lost packet stood between its packets, and too fast if the page was busy
    /// and read them together. The slower of two fast trains counts. A train slower than the thinnest link that we serve has
    /// waited for an acknowledgement of SCTP, and says nothing.
    pub fn add_train(&mut self, rate: Bitrate) {
        if rate < LINK_TOLD.percent(90) {
            return;
        }
        let fast = |other: Bitrate| rate >= LINK_VIDEO && other >= LINK_VIDEO;
        let remembered = self.capacity.filter(|other| !self.is_measured() && agree(rate, *other));
        let seen = self.trains.iter().copied().find(|other| agree(rate, *other) || fast(*other));
        if let Some(other) = seen.or(remembered) {
            self.set_measured(if fast(other) { rate.min(other) } else { rate });
        }
        if self.trains.len() < usize::from(PROBE_TRAINS) {
            self.trains.push(rate);
        }
    }

    /// Lowers the estimate to the rate that arrives if a queue longer than `LINK_QUEUE` has grown for two windows. Growth in
    /// one window only may be a sender that stalled.
    pub fn observe_queue(&mut self, sample: Sample, now: Instant) -> Look {
        if sample.queue <= LINK_QUEUE {
            self.growing = None;
            return Look::Same;
        }
        self.clean = Duration::ZERO;
        let fresh = GrowingQueue { since: now, queue: sample.queue, confirmed: false };
        let growing = *self.growing.get_or_insert(fresh);
        let stood = now.saturating_duration_since(growing.since);
        if stood < QUEUE_WINDOW {
            return Look::Same;
        }
        if sample.queue >= growing.queue + GROWTH {
            self.growing = Some(GrowingQueue { confirmed: true, ..fresh });
            return if growing.confirmed { self.fall(sample.arrived, now) } else { Look::Same };
        }
        if stood >= SLIP {
            self.growing = None;
            return Look::Slipped;
        }
        Look::Same
    }

    /// Lowers the estimate if the capacity has dropped to a fraction at once: a camera was coming, a long queue stands, and less
    /// than half of the usual rate comes through. A sender that stalled, or whose clock slipped, sends as much as before; a
    /// radio that stalled has no queue as soon as it is back.
    pub fn check_plunge(&mut self, sample: Sample, now: Instant) -> Look {
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

    /// Lowers the estimate if a voice alone is more than a thin direction carries: the newest packets are late, and each is later
    /// than the one before. That is seen before two windows have passed.
    pub fn check_climb(&mut self, sample: Sample, now: Instant) -> Look {
        let thin = self.capacity.is_some_and(|capacity| capacity < LINK_VIDEO);
        if !thin || sample.lately <= LINK_QUEUE || sample.climb < CLIMB {
            return Look::Same;
        }
        self.clean = Duration::ZERO;
        self.fall(sample.arrived, now)
    }

    /// Lowers the estimate to `rate` without a measurement, because no feedback comes.
    pub fn lower_to(&mut self, rate: Bitrate, now: Instant) -> Look {
        self.clean = Duration::ZERO;
        self.lower(rate.max(LINK_TOLD), now)
    }

    /// Lowers the estimate to the rate that arrives, because a queue is full: more is sent than arrives, and it does not grow.
    pub fn overrun(&mut self, arrived: Bitrate, now: Instant) -> Look {
        self.clean = Duration::ZERO;
        self.growing = None;
        self.fall(arrived, now)
    }

    /// Lowers the estimate by half at most: one stall of a radio is no new link, and the next look comes soon.
    fn fall(&mut self, arrived: Bitrate, now: Instant) -> Look {
        let least = self.capacity.map_or(LINK_LEAST, |capacity| capacity.percent(50).max(LINK_LEAST));
        self.lower(arrived.max(least), now)
    }

    fn lower(&mut self, fallen: Bitrate, now: Instant) -> Look {
        if self.capacity.is_some_and(|capacity| fallen >= capacity) {
            return Look::Same;
        }
        if self.rose_lately(now) {
            self.refuted += 1;
            self.best = self.best.map(|best| best.min(fallen.percent(110)));
        }
        self.fell_unknown |= self.capacity.is_none();
        self.capacity = Some(fallen);
        self.lowest = Some(self.lowest.map_or(fallen, |lowest| lowest.min(fallen)));
        Look::Fell
    }

    /// Tries the rate that was measured before, after the direction was clean for a while. Pauses of the speech do not count as
    /// clean, because little is sent then. A rate that was never measured needs a train first; see
    /// [`begin_train`](Self::begin_train).
    pub fn try_to_rise(&mut self, in_use: Bitrate, now: Instant) -> Look {
        let passed = self.looked.replace(now).map_or(Duration::ZERO, |at| now.saturating_duration_since(at));
        let Some(capacity) = self.capacity else { return Look::Same };
        let unknown = self.best.is_none();
        let presumed = self.fell_unknown.then_some(LINK_UNKNOWN);
        let Some(best) = self.best.or(presumed) else { return Look::Same };
        if in_use < capacity.percent(RISE_USE_PERCENT) {
            return Look::Same;
        }
        self.clean += passed.min(LOOK_LONGEST);
        // A burst of signalling lowers the estimate by less than half, for a moment. A fall by more means another link.
        let near = !unknown && self.lowest.unwrap_or(capacity).percent(200) >= best;
        let wait = if unknown {
            RISE_KNOWN * (1 << self.refuted.min(4))
        } else if near || self.lowest.is_none() || best >= LINK_VIDEO {
            RISE_KNOWN
        } else {
            RISE_OTHER
        };
        if capacity >= best.percent(95) || self.clean < wait {
            return Look::Same;
        }
        let more = if near { best } else { best.min(capacity.percent(130)) };
        if self.schedule.sizes_deny(more) {
            return Look::Same;
        }
        if more == best {
            self.lowest = None;
        }
        self.lift(more, now);
        Look::Rose
    }

    /// True if a higher rate was tried so lately that a queue now is the trial's doing.
    pub fn rose_lately(&self, now: Instant) -> bool {
        self.risen.is_some_and(|at| now.saturating_duration_since(at) <= REFUTED_WITHIN)
    }

    fn lift(&mut self, capacity: Bitrate, now: Instant) {
        self.clean = Duration::ZERO;
        self.risen = Some(now);
        self.capacity = Some(capacity);
    }

    /// Takes a rate told by the delays of big and small packets, which is rough. It is a hint if the capacity is measured. If
    /// all trains of a thin link were lost, two such rates that agree are as good as trains, up to [`LINK_UNKNOWN`]; above it
    /// jitter could tell as much.
    pub fn add_size_rate(&mut self, rate: Bitrate) {
        let before = self.schedule.add_size_rate(rate);
        if self.is_measured() {
            self.schedule.compare_sizes(rate, self.capacity);
        } else if rate <= LINK_UNKNOWN && before.is_some_and(|before| agree(rate, before)) {
            self.set_measured(rate);
        }
    }

    /// Takes the news that the other direction of the link carries more.
    pub fn other_direction_rose(&mut self) {
        if self.is_at_best() {
            self.schedule.other_direction_rose();
        }
    }

    /// True if the estimate is all that was ever measured. Only a train can show more.
    fn is_at_best(&self) -> bool {
        let known = self.capacity.zip(self.best).filter(|(capacity, _)| *capacity < LINK_THICK);
        known.is_some_and(|(capacity, best)| capacity >= best.percent(95))
    }

    /// True if a train shall go now, to show whether the direction carries more than was ever measured. The train counts as sent.
    pub fn begin_train(&mut self, in_use: Bitrate) -> bool {
        let Some(capacity) = self.capacity.filter(|_| self.is_at_best()) else { return false };
        let due = self.clean >= self.schedule.wait(capacity, in_use, self.refuted);
        if due {
            self.clean = Duration::ZERO;
            self.refuted += u32::from(!self.schedule.begin_train());
        }
        due
    }

    /// Takes the rate of a train that [`begin_train`](Self::begin_train) asked for. Two trains must show more, and no more than
    /// twice the capacity is tried at once.
    pub fn judge_train(&mut self, rate: Bitrate, now: Instant) -> Look {
        let Some(capacity) = self.capacity else {
            self.schedule.judge_train(rate, None);
            return Look::Same;
        };
        match self.schedule.judge_train(rate, Some(capacity)) {
            Shown::Nothing => Look::Same,
            Shown::Promise => Look::Promises,
            Shown::More(more) => {
                self.best = Some(more);
                self.refuted = 0;
                self.lift(more.min(capacity.percent(200)), now);
                Look::Rose
            }
        }
    }
}

/// True if two rates differ by 15 % at most, and can be measurements of the same link.
fn agree(one: Bitrate, other: Bitrate) -> bool {
    one.percent(115) >= other && other.percent(115) >= one
}

/// The least capacity that is believed at all: one voice at its thinnest takes 9.4 kbit/s.
const LINK_LEAST: Bitrate = Bitrate::kbps(8);

/// The least capacity that is believed of a link that was timed and not yet used.
const LINK_TOLD: Bitrate = Bitrate::kbps(24);

/// The share of the usual rate, in percent, below which the link has become another one if a queue of [`PLUNGE_QUEUE`] stands.
/// An encoder that is busy with something else still sends more than this.
const PLUNGE_PERCENT: u64 = 50;

/// The least growth of a queue within a window that counts as growth.
const GROWTH: Duration = Duration::from_millis(40);

/// The least climb of the newest packets that shows a growing queue.
const CLIMB: Duration = Duration::from_millis(100);

/// The time after which a delay that neither grew nor shrank is no queue: what was sent meanwhile would have moved it.
const SLIP: Duration = Duration::from_secs(3);

/// The time without a queue after which a rate that was measured before is tried again.
const RISE_KNOWN: Duration = Duration::from_secs(3);

/// The same for each step on a thin direction that fell by more than half. The page tells of its downlink 2 to 4 s late, and two
/// steps in that time made a queue of 1.8 s.
const RISE_OTHER: Duration = Duration::from_secs(5);

/// The longest time between two looks that counts as clean. After a longer time nobody looked.
const LOOK_LONGEST: Duration = Duration::from_secs(1);

/// The time after a rise within which a queue is the doing of that rise.
const REFUTED_WITHIN: Duration = Duration::from_secs(10);

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests;
