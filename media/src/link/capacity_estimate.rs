//! The capacity estimate of one direction of a link, from packet trains, from the rate that arrives and from the queue delay.
//!
//! The nearest published methods are the packet-pair estimate (Keshav 1991) for the trains, and the trend line of Google Congestion
//! Control (draft-ietf-rmcat-gcc-02 section 5) for the queue. What differs:
//! - A queue that grows lowers the estimate at once to the rate that really arrives.
//! - A queue that stands although little is sent is somebody else's. The voice keeps what it needs, and the estimate comes back with the
//!   end of that queue.
//! - Loss never lowers it, except from a full queue: the radio links of Matam lose packets with an empty one, and sending less would not
//!   bring them through.
//! - It rises to what was known before in trials, and beyond that, or after a fall by more than half, by packet trains. A trial that a
//!   queue refutes makes the next one rarer.
//!
//! A [`LinkMonitor`](super::monitor) owns one for each direction. It is pure: the caller brings the measurements and the time.

mod deep_fall;
mod doubt;
mod first_trains;
mod standing_queue;

use self::{
    deep_fall::DeepFall,
    doubt::Doubt,
    standing_queue::{Judgement, StandingQueue},
};
use super::{
    packet_train::PROBE_BYTES_BESIDE,
    probe_schedule::{ProbeSchedule, RISE_USE_PERCENT, Shown},
    queue_delay::{LINK_QUEUE, PLUNGE_QUEUE},
    rate_class::{LINK_THICK, LINK_UNKNOWN},
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
    /// The queue that stands now.
    queue: Option<StandingQueue>,
    /// The estimate is lowered for a reason that is not this direction's own.
    doubt: Option<Doubt>,
    /// The number of doubts in a row that ended too soon.
    doubted: u32,
    /// The direction fell by more than half, and trains ask whether it is back.
    deep: Option<DeepFall>,
    /// The time for which the direction has been in use without a queue.
    clean: Duration,
    /// The time at which `clean` was last added to.
    looked: Option<Instant>,
    /// The time of the last trial of a higher rate.
    risen: Option<Instant>,
    /// The number of trials that a queue or a train refuted.
    refuted: u32,
    schedule: ProbeSchedule,
    /// The mean rate that arrived while no queue stood.
    usual: Bitrate,
    /// The estimate fell before anything was measured. Until a measurement comes, trials go up to [`LINK_UNKNOWN`].
    fell_unknown: bool,
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

    /// True if a queue is seen in front of the direction, or was a moment ago.
    pub fn has_queue(&self) -> bool {
        self.queue.is_some()
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
    }

    /// Takes a look at the queue of the direction, of which `in_use` is used. Lowers the estimate to the rate that arrives if the
    /// queue grows because more is sent than passes. One that stands and does not shrink when less is sent is somebody else's: the
    /// estimate is in doubt then, and comes back when the queue is gone.
    pub fn observe_queue(&mut self, sample: Sample, in_use: Bitrate, now: Instant) -> Look {
        if !sample.is_heard {
            return Look::Same;
        }
        if sample.queue.max(sample.lately) <= LINK_QUEUE {
            self.queue = None;
            return Look::Same;
        }
        self.note_queue(now);
        let mut queue = self.queue.unwrap_or_else(|| StandingQueue::new(sample.queue, now));
        let judgement = queue.judge(sample, in_use, now);
        let used = queue.used();
        if judgement == Judgement::Stands {
            queue.restart(now);
        }
        self.queue = Some(queue);
        match judgement {
            Judgement::Wait => Look::Same,
            Judgement::Saturated => self.saturated(sample.arrived, now),
            Judgement::Stands => self.stands(sample, used, now),
            Judgement::Slipped => {
                self.queue = None;
                Look::Slipped
            }
        }
    }

    /// More is sent than passes.
    fn saturated(&mut self, arrived: Bitrate, now: Instant) -> Look {
        self.lower(arrived.max(self.floor()), now)
    }

    /// The least to which a queue lowers the estimate: a voice in long packets. Whoever shares the link with somebody else's transfer
    /// keeps what a voice needs, whatever share of it arrives.
    fn floor(&self) -> Bitrate {
        self.doubt.map_or(CUT_LEAST, |doubt| doubt.before.min(LINK_SHARED))
    }

    /// A queue stands. While most of the direction is in use, less is sent to see whether it drains. While little is in use, as in a pause
    /// of the speech, it would drain at once if it were ours.
    fn stands(&mut self, sample: Sample, in_use: Bitrate, now: Instant) -> Look {
        let Some(capacity) = self.capacity.filter(|_| self.doubt.is_none()) else { return Look::Same };
        if in_use >= capacity.percent(CUT_USE_PERCENT) {
            let less = sample.arrived.min(capacity).percent(CUT_PERCENT).max(self.floor());
            return self.lower(less, now);
        }
        let before = self.deep.take().map_or(capacity, |deep| deep.before);
        self.begin_doubt(Doubt::of_queue(before.max(capacity), now), now);
        self.capacity = Some(capacity.max(before.min(LINK_SHARED)));
        Look::Same
    }

    /// Another sign than a queue of this direction says that it may carry no more than `rate` now. The estimate comes back
    /// when no queue is seen.
    pub fn doubt_to(&mut self, rate: Bitrate, now: Instant) {
        let Some(capacity) = self.capacity.filter(|capacity| *capacity > rate) else { return };
        self.begin_doubt(Doubt::presumed(capacity, now), now);
        self.capacity = Some(rate.max(CUT_LEAST).min(capacity));
    }

    /// Begins a doubt unless there is one. If a rate was tried just before, the last doubt ended too soon.
    fn begin_doubt(&mut self, doubt: Doubt, now: Instant) {
        if self.doubt.is_none() {
            self.doubt = Some(doubt);
            self.doubted = if self.rose_lately(now) { self.doubted + 1 } else { 0 };
        }
    }

    /// A queue was seen: the direction is not clean.
    fn note_queue(&mut self, now: Instant) {
        self.clean = Duration::ZERO;
        if let Some(doubt) = &mut self.doubt {
            doubt.clear_since = now;
        }
        if let Some(deep) = &mut self.deep {
            deep.note_queue(now);
        }
    }

    /// Lowers the estimate if the capacity has dropped to a fraction at once: a camera was coming, a long queue stands, and less
    /// than half of the usual rate comes through. A sender that stalled, or whose clock slipped, sends as much as before; a
    /// radio that stalled has no queue as soon as it is back.
    pub fn check_plunge(&mut self, sample: Sample, now: Instant) -> Look {
        if sample.queue <= LINK_QUEUE && sample.lately <= LINK_QUEUE {
            self.usual = self.usual.percent(88).plus(sample.arrived.percent(12));
        }
        let fraction = self.usual >= VIDEO_MIN && sample.arrived <= self.usual.percent(PLUNGE_PERCENT);
        if !fraction || sample.lately < PLUNGE_QUEUE || sample.slope < PLUNGE_DRAINS {
            return Look::Same;
        }
        self.note_queue(now);
        self.lower(sample.arrived.max(self.floor()), now)
    }

    /// Lowers the estimate to `rate` without a measurement, because no feedback comes.
    pub fn lower_to(&mut self, rate: Bitrate, now: Instant) -> Look {
        self.note_queue(now);
        self.lower(rate.max(LINK_TOLD), now)
    }

    /// Lowers the estimate to the rate that arrives, because a queue is full and the share `loss` does not fit. Somebody else's transfer
    /// fills a queue as well, and then fewer packets of a voice are lost.
    pub fn overrun(&mut self, arrived: Bitrate, loss: f32, now: Instant) -> Look {
        self.note_queue(now);
        if self.doubt.is_some() && loss < OWN_LOSS {
            return Look::Same;
        }
        self.fall(arrived, now)
    }

    /// Lowers the estimate by half at most: one stall of a radio is no new link, and the next look comes soon.
    fn fall(&mut self, arrived: Bitrate, now: Instant) -> Look {
        let least = self.capacity.map_or(LINK_LEAST, |capacity| capacity.percent(50).max(LINK_LEAST));
        self.lower(arrived.max(least), now)
    }

    fn lower(&mut self, fallen: Bitrate, now: Instant) -> Look {
        let Some(capacity) = self.capacity else {
            self.fell_unknown = true;
            self.capacity = Some(fallen);
            return Look::Fell;
        };
        if fallen >= capacity {
            return Look::Same;
        }
        if let Some(queue) = &mut self.queue {
            queue.restart(now);
        }
        self.note_deep_fall(fallen, now);
        if self.rose_lately(now) {
            self.refuted += 1;
            self.best = self.best.map(|best| best.min(fallen.percent(110)));
        }
        self.capacity = Some(fallen);
        Look::Fell
    }

    /// Remembers the rate before a fall by more than half.
    fn note_deep_fall(&mut self, fallen: Bitrate, now: Instant) {
        let before = self.deep.map_or(self.best, |deep| Some(deep.before));
        let Some(before) = before.filter(|before| fallen.percent(200) < *before) else { return };
        let deep = self.deep.get_or_insert_with(|| DeepFall::new(before, now));
        deep.note_queue(now);
        self.best = self.best.map(|best| best.min(fallen.percent(110)));
    }

    /// Tries the rate that was measured before, after the direction was clean for a while. Pauses of the speech do not count as
    /// clean, because little is sent then. A rate that was never measured, or from which the direction fell by more than half, needs
    /// a train first; see [`begin_train`](Self::begin_train).
    pub fn try_to_rise(&mut self, in_use: Bitrate, now: Instant) -> Look {
        let passed = self.looked.replace(now).map_or(Duration::ZERO, |at| now.saturating_duration_since(at));
        self.queue.take_if(|queue| queue.is_gone(now));
        let Some(capacity) = self.capacity else { return Look::Same };
        if self.doubt.is_some() {
            return self.believe_again(now);
        }
        let presumed = self.fell_unknown.then_some(LINK_UNKNOWN);
        let Some(best) = self.best.or(presumed) else { return Look::Same };
        if in_use < capacity.percent(RISE_USE_PERCENT) {
            return Look::Same;
        }
        self.clean += passed.min(LOOK_LONGEST);
        let doubled = if self.best.is_none() { self.refuted.min(4) } else { 0 };
        if capacity >= best.percent(95) || self.clean < RISE_KNOWN * (1 << doubled) {
            return Look::Same;
        }
        let more =
            best.min(capacity.percent(if self.best.is_some() { STEP_PERCENT } else { STEP_UNKNOWN_PERCENT }));
        if self.schedule.sizes_deny(more) {
            return Look::Same;
        }
        self.lift(more, now);
        Look::Rose
    }

    /// Ends the doubt once no queue was seen for a while, which is doubled for each time that was too soon. What is not more than
    /// twice as much is believed at once, and a train asks for more than that. What was measured since the doubt began stays.
    fn believe_again(&mut self, now: Instant) -> Look {
        let Some((doubt, capacity)) = self.doubt.zip(self.capacity) else { return Look::Same };
        if self.queue.is_some() || !doubt.is_over(self.doubted, now) {
            return Look::Same;
        }
        self.doubt = None;
        if doubt.before > capacity.percent(200) {
            self.deep = Some(DeepFall::new(doubt.before, doubt.clear_since));
            return Look::Same;
        }
        self.best = self.best.map(|best| best.max(doubt.before));
        self.lift(doubt.before.max(capacity), now);
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

    /// True if trains ask whether the direction is back after a fall by more than half.
    pub fn is_deep(&self) -> bool {
        self.deep.is_some()
    }

    /// True if a train shall go now, to show whether the direction carries more than was ever measured. The train counts as sent.
    pub fn begin_train(&mut self, in_use: Bitrate, now: Instant) -> bool {
        if self.doubt.is_some() || self.queue.is_some() {
            return false;
        }
        if let Some((deep, capacity)) = self.deep.as_mut().zip(self.capacity) {
            let due = deep.is_train_due(capacity.time_of(2 * PROBE_BYTES_BESIDE as u64), now);
            self.deep.take_if(|deep| deep.is_over());
            return due;
        }
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
        if let Some(deep) = self.deep.take_if(|deep| rate >= deep.before.percent(DEEP_IS_BACK_PERCENT)) {
            self.best = Some(deep.before.min(rate));
            self.lift(deep.before.min(rate), now);
            return Look::Rose;
        }
        if let Some(deep) = self.deep.as_mut().filter(|_| rate < capacity.percent(STOOD_BETWEEN_PERCENT)) {
            deep.ask_again_soon(now);
            return Look::Same;
        }
        match self.schedule.judge_train(rate, Some(capacity)) {
            Shown::Nothing => Look::Same,
            Shown::Promise => Look::Promises,
            Shown::More(more) => {
                self.refuted = 0;
                let deep = self.deep.take();
                let most = deep.map_or(capacity.percent(200), |deep| deep.before);
                self.best = Some(if deep.is_some() { more.min(most) } else { more });
                self.lift(more.min(most), now);
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
pub(super) const LINK_TOLD: Bitrate = Bitrate::kbps(24);

/// The share of the usual rate, in percent, below which the link has become another one if a queue of [`PLUNGE_QUEUE`] stands.
/// An encoder that is busy with something else still sends more than this.
const PLUNGE_PERCENT: u64 = 50;

/// The growth of a queue, in seconds a second, that shows that a radio was stalled and is back.
const PLUNGE_DRAINS: f32 = -0.2;

/// The share of the capacity, in percent, that must be in use for a queue to be ours, if it does not grow fast.
const CUT_USE_PERCENT: u64 = 60;

/// The part of the rate that arrives, in percent, to which the estimate is lowered to see whether a queue drains.
const CUT_PERCENT: u64 = 75;

/// The least estimate of such a try: a voice in long packets.
const CUT_LEAST: Bitrate = Bitrate::kbps(15);

/// The estimate, at most, of a direction that somebody else's transfer fills: a voice with redundancy, and no pictures.
const LINK_SHARED: Bitrate = Bitrate::kbps(32);

/// The share of lost packets from which a full queue is ours whoever else fills it.
const OWN_LOSS: f32 = 0.25;

/// The rate of a train, in percent of the estimate, below which something stood between its packets, such as a wait for an
/// acknowledgement.
const STOOD_BETWEEN_PERCENT: u64 = 60;

/// The rate of one train, in percent of the rate before a deep fall, that shows that the direction is back. Two measurements agree
/// then.
const DEEP_IS_BACK_PERCENT: u64 = 75;

/// The time without a queue after which a rate that was measured before is tried again.
const RISE_KNOWN: Duration = Duration::from_secs(3);

/// The rate that is tried at once, in percent of the estimate. A queue shows within a second if that is too much.
const STEP_PERCENT: u64 = 200;

/// The same of a direction on which nothing was measured.
const STEP_UNKNOWN_PERCENT: u64 = 130;

/// The longest time between two looks that counts as clean. After a longer time nobody looked.
const LOOK_LONGEST: Duration = Duration::from_secs(1);

/// The time after a rise within which a queue is the doing of that rise.
const REFUTED_WITHIN: Duration = Duration::from_secs(10);

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests;

#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a test's origin of time, and small numbers"
)]
mod queue_tests;
