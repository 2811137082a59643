//! What one direction of a link carries: an estimate from probes, from what arrives, and how late.
//!
//! Pure; its caller brings the measurements and the time. Loss does not lower it: on the radio links of
//! Matam packets are lost with an empty queue, and sending less would not bring them through (THINLINK
//! points 1 and 5). A queue that stands does, at once, to what really arrives.

pub(crate) mod packet_size_delay;
pub mod packet_train;
mod probe_schedule;
pub(crate) mod queue_delay;

use crate::{
    limits::{
        LINK_LEAST, LINK_QUEUE, LINK_TOLD, LINK_UNKNOWN, LINK_VIDEO, PLUNGE_PERCENT, PLUNGE_QUEUE,
        PROBE_TRAINS, QUEUE_WINDOW, RISE_KNOWN, RISE_OTHER, RISE_USE_PERCENT, VIDEO_MIN,
    },
    units::Bitrate,
};
use probe_schedule::Hints;
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
        // A burst of signalling lowers it by less than half, for a moment; by more, it is another link.
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
mod tests;
