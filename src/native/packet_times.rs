//! The times at which packets of a voice were sent or received, so that what arrived can be held against what was sent in the
//! same span. It reads no clock.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

/// The most packets that are remembered: ten minutes of 20 ms packets, the longest measurement.
const PACKETS: usize = 30_000;

/// The times of packets, in order. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct PacketTimes(Arc<Mutex<Vec<Instant>>>);

impl PacketTimes {
    /// Notes a packet.
    pub fn add(&self, at: Instant) {
        let mut times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if times.len() < PACKETS {
            times.push(at);
        }
    }

    /// The number of packets from `from` to `until`.
    pub fn between(&self, from: Instant, until: Instant) -> u64 {
        let times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        times.iter().filter(|at| (from..=until).contains(*at)).count() as u64
    }
}

impl FromIterator<Instant> for PacketTimes {
    fn from_iter<I: IntoIterator<Item = Instant>>(times: I) -> Self {
        Self(Arc::new(Mutex::new(times.into_iter().collect())))
    }
}
