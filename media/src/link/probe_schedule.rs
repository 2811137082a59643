//! The probe scheduler of one direction: the time at which a packet train is worth its delay in front of a voice.
//!
//! A direction may carry more than was ever seen of it, and only a train can show that. Hints bring the train forward: packets
//! whose delays suggest a higher rate, or a rise of the other direction. The [capacity estimate](super::capacity_estimate) owns
//! the schedule. It never sends a train.

use crate::{
    link::{
        packet_train::{PROBE_BYTES_BESIDE, together},
        rate_class::LINK_VIDEO,
    },
    units::Bitrate,
};
use std::time::Duration;

/// The hints that a direction carries more than is known, and the state of the trains that follow them.
#[derive(Clone, Debug, Default)]
pub(super) struct ProbeSchedule {
    /// The last two rates told by packet sizes, the newest first.
    size_rates: [Option<Bitrate>; 2],
    /// The newest of these rates is clearly above the estimate.
    sizes_promise: bool,
    /// The number of trains still to send because the other direction rose.
    trains_beside: u8,
    /// The number of trains that followed a hint and showed nothing.
    in_vain: u32,
    /// The rate of the last train, if that was above the estimate.
    promised: Option<Bitrate>,
}

/// The outcome of a train on a direction that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// The train was not clearly faster than the estimate.
    Nothing,
    /// It was faster, and a second train must confirm it.
    Promise,
    /// Two trains in a row were faster; the slower of them had this rate.
    More(Bitrate),
}

impl ProbeSchedule {
    /// Notes a rate told by packet sizes, and returns the one before it.
    pub(super) fn add_size_rate(&mut self, rate: Bitrate) -> Option<Bitrate> {
        let [before, _] = self.size_rates;
        self.size_rates = [Some(rate), before];
        before
    }

    /// Compares the newest rate told by packet sizes with what is `known`.
    pub(super) fn compare_sizes(&mut self, rate: Bitrate, known: Option<Bitrate>) {
        self.sizes_promise = known.is_some_and(|known| rate >= known.percent(RISE_WEIGHED_PERCENT));
    }

    /// True if packet sizes told twice in a row that the direction carries less than `rate`.
    pub(super) fn sizes_deny(&self, rate: Bitrate) -> bool {
        self.size_rates.iter().all(|told| told.is_some_and(|told| told.percent(RISE_SHOWN_PERCENT) < rate))
    }

    /// The other direction of the link carries more. The cause of that seldom leaves this direction as it was.
    pub(super) fn other_direction_rose(&mut self) {
        (self.trains_beside, self.in_vain) = (RISE_BESIDE, 0);
    }

    /// The time without a queue after which the next train goes. `refuted` is the number of trials that showed nothing.
    /// A train goes in a pause of the speech if there is one; somebody who speaks on is interrupted after four times as long.
    pub(super) fn wait(&self, capacity: Bitrate, in_use: Bitrate, refuted: u32) -> Duration {
        let pauses = in_use < capacity.percent(RISE_USE_PERCENT) || capacity >= LINK_VIDEO;
        self.wait_in_pause(capacity, refuted) * if pauses { 1 } else { 4 }
    }

    fn wait_in_pause(&self, capacity: Bitrate, refuted: u32) -> Duration {
        let train = capacity.time_of(2 * PROBE_BYTES_BESIDE as u64);
        if self.is_hinted() {
            RISE_HINTED * (1 << self.in_vain.min(RISE_HINTED_DOUBLED))
        } else {
            let wait = if train <= RISE_TRAIN { RISE_ASK } else { train * RISE_ASK_TRAINS };
            wait * (1 << refuted.min(RISE_ASK_DOUBLED))
        }
    }

    fn is_hinted(&self) -> bool {
        self.sizes_promise || self.trains_beside > 0
    }

    /// A train goes. Returns false if no hint called for it. Trains that the other direction's rise calls for do not wait for
    /// one another, because other traffic may have stood between the packets of the first.
    pub(super) fn begin_train(&mut self) -> bool {
        self.promised = None;
        let hinted = self.is_hinted();
        if self.trains_beside > 0 {
            self.trains_beside -= 1;
        } else if hinted {
            self.sizes_promise = false;
            self.in_vain += 1;
        }
        hinted
    }

    /// Compares the rate of a train with the `capacity` that is known. Two trains must show more, because a page that was busy
    /// reads both packets of one train together.
    pub(super) fn judge_train(&mut self, rate: Bitrate, capacity: Option<Bitrate>) -> Shown {
        if capacity.is_none_or(|capacity| rate < capacity.percent(RISE_SHOWN_PERCENT)) {
            self.promised = None;
            return Shown::Nothing;
        }
        let Some(promised) = self.promised.take() else {
            self.promised = Some(rate);
            return Shown::Promise;
        };
        *self = Self::default();
        Shown::More(of_both(rate, promised))
    }
}

/// The rate of two trains together. Jitter makes as many of them slower as faster. One that is far faster was read together by a busy page.
fn of_both(one: Bitrate, other: Bitrate) -> Bitrate {
    let (slow, fast) = (one.min(other), one.max(other));
    if fast > slow.percent(ALIKE_PERCENT) { slow } else { together(&[slow, fast]).unwrap_or(slow) }
}

/// The rate of the faster of two trains, in percent of the slower one, up to which jitter alone explains the difference.
const ALIKE_PERCENT: u64 = 160;

/// The share of its capacity, in percent, that a direction must carry before a clean one may carry more. Nobody speaks on a
/// direction that carries less.
pub(super) const RISE_USE_PERCENT: u64 = 45;

/// The speech without a queue after which a train asks whether a direction carries more than was measured, where a train is
/// short. Speech is half of a talk, and a rise is to be found within 20 s.
const RISE_ASK: Duration = Duration::from_secs(8);

/// The longest train that counts as short: from 192 kbit/s on.
const RISE_TRAIN: Duration = Duration::from_millis(50);

/// The wait for a longer train, as a multiple of the time that the train takes. On 40 kbit/s a train stands for 0.25 s in front
/// of whoever begins to speak, and players wait longer for half a minute then. With a multiple of 30 the delay of a minute's
/// talk rose from 540 to 600 ms; with 200 the last words of a minute came 200 ms late.
const RISE_ASK_TRAINS: u32 = 800;

/// The number of times that this wait is doubled at most, once for each train that showed nothing.
const RISE_ASK_DOUBLED: u32 = 2;

/// The speech without a queue after which a train follows a hint, doubled for each train that showed nothing.
const RISE_HINTED: Duration = Duration::from_secs(3);

/// The number of times that this wait is doubled at most, which makes 96 s.
const RISE_HINTED_DOUBLED: u32 = 5;

/// The rate that packet sizes must tell, in percent of what is known, to count as a hint. They told 80 to 110 % on links of 24
/// and 40 kbit/s, and 75 to 145 % on 128 kbit/s.
const RISE_WEIGHED_PERCENT: u64 = 160;

/// The number of trains that follow a rise of the other direction. Other traffic stands between the packets of one train in
/// three.
const RISE_BESIDE: u8 = 3;

/// The rate that a train must show, in percent of what is known, to show something new.
const RISE_SHOWN_PERCENT: u64 = 130;
