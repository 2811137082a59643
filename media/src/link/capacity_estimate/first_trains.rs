//! The first measurement of a direction, by the packet trains that go before a call.

use super::{
    super::{
        packet_train::{PROBE_TRAINS, together},
        rate_class::{LINK_UNKNOWN, LINK_VIDEO},
    },
    CapacityEstimate, LINK_TOLD, agree,
};
use crate::units::Bitrate;

impl CapacityEstimate {
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

    /// Takes the middle of the trains as the capacity, or [`LINK_UNKNOWN`] if that is less or no train came, because no trains agreed.
    pub fn presume(&mut self) {
        if !self.is_measured() {
            self.set_measured(self.middle_train().unwrap_or(LINK_UNKNOWN).min(LINK_UNKNOWN));
        }
    }

    /// Takes the rate of a train while nothing is measured. One train with the memory of an earlier call will do, or the first two if
    /// they agree, or two later ones that agree closely. If they do not, jitter moved their packets, other traffic stood between them,
    /// or a busy page read them together: then the middle of several trains counts. A train slower than the thinnest link that we serve
    /// has waited for an acknowledgement of SCTP, and says nothing.
    pub fn add_train(&mut self, rate: Bitrate) {
        if rate < LINK_TOLD.percent(90) {
            return;
        }
        let remembered = self.capacity.filter(|other| !self.is_measured() && agree(rate, *other));
        if self.trains.len() < usize::from(PROBE_TRAINS) {
            self.trains.push(rate);
        }
        let together = match *self.trains {
            [first, second] if agree(first, second) => together(&[first, second]),
            [.., before, newest] if self.trains.len() > 2 && agree_closely(before, newest) => {
                together(&[before, newest])
            }
            _ if self.trains.len() >= TRAINS_OF_NOISE => self.middle_train(),
            _ => None,
        };
        if let Some(rate) = remembered.map(|_| rate).or(together) {
            self.set_measured(rate);
        }
    }

    /// The rate at which the middle half of the trains would have arrived together: jitter makes as many of them slower as faster.
    fn middle_train(&self) -> Option<Bitrate> {
        let mut trains = self.trains.clone();
        trains.sort_unstable();
        let aside = trains.len() / 4;
        together(&trains[aside..trains.len() - aside])
    }
}

/// True if two rates are so near that jitter seldom brings them there by chance.
fn agree_closely(one: Bitrate, other: Bitrate) -> bool {
    one.percent(108) >= other && other.percent(108) >= one
}

/// The number of trains of which the middle counts if the first two do not agree.
const TRAINS_OF_NOISE: usize = 5;
