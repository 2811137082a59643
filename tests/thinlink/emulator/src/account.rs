//! What was counted in one second of one direction. Pure.

use crate::packet::Kind;
use std::{collections::BTreeMap, time::Duration};

/// One kind of packet in one second. Bytes are those of the IPv4 packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Packets that came to the link, whatever became of them.
    pub packets: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Bytes that went through, counted when they leave the queue; a copy made by the link is not.
    pub passed_bytes: u64,
    /// Packets lost on the way: at random, in a burst, in an outage.
    pub lost: u64,
    /// Packets that found the queue full.
    pub queue_dropped: u64,
    /// Packets larger than the link's MTU.
    pub oversize: u64,
    /// Packets stopped by the translator (no such mapping) or by `block-udp`.
    pub blocked: u64,
}

impl Count {
    fn add(&mut self, other: &Self) {
        self.packets += other.packets;
        self.bytes += other.bytes;
        self.passed_bytes += other.passed_bytes;
        self.lost += other.lost;
        self.queue_dropped += other.queue_dropped;
        self.oversize += other.oversize;
        self.blocked += other.blocked;
    }
}

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It came.
    Offered,
    /// It went through.
    Passed,
    /// Lost on the way.
    Lost,
    /// The queue was full.
    QueueDropped,
    /// Larger than the MTU.
    Oversize,
    /// Not allowed to pass.
    Blocked,
}

/// One direction, since the last time it was taken.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// By kind; there are at most 133 of them.
    pub kinds: BTreeMap<Kind, Count>,
    /// Seconds of standing queue, summed over time.
    queue_area: f64,
    queue_time: f64,
    queue_max: Duration,
}

impl Account {
    /// One packet.
    pub fn note(&mut self, kind: Kind, bytes: u64, fate: Fate) {
        let count = self.kinds.entry(kind).or_default();
        match fate {
            Fate::Offered => {
                count.packets += 1;
                count.bytes += bytes;
            }
            Fate::Passed => count.passed_bytes += bytes,
            Fate::Lost => count.lost += 1,
            Fate::QueueDropped => count.queue_dropped += 1,
            Fate::Oversize => count.oversize += 1,
            Fate::Blocked => count.blocked += 1,
        }
    }

    /// The queue stood at `standing` and drained for `time`.
    pub fn drained(&mut self, standing: Duration, time: Duration) {
        let (standing_s, time_s) = (standing.as_secs_f64(), time.as_secs_f64());
        let drained_s = standing_s.min(time_s);
        self.queue_area += drained_s * (standing_s - drained_s / 2.0);
        self.queue_time += time_s;
        self.queue_max = self.queue_max.max(standing);
    }

    /// The queue grew to `standing`.
    pub fn grew(&mut self, standing: Duration) {
        self.queue_max = self.queue_max.max(standing);
    }

    /// Mean over time of the wait that a packet arriving would have found, ms.
    pub fn queue_mean_ms(&self) -> f64 {
        if self.queue_time > 0.0 { self.queue_area / self.queue_time * 1e3 } else { 0.0 }
    }

    /// The longest such wait, ms.
    pub fn queue_max_ms(&self) -> f64 {
        self.queue_max.as_secs_f64() * 1e3
    }

    /// All kinds together.
    pub fn total(&self) -> Count {
        self.kinds.values().fold(Count::default(), |mut total, count| {
            total.add(count);
            total
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standing_queue_is_a_mean_over_time() {
        let mut account = Account::default();
        account.drained(Duration::from_millis(100), Duration::from_millis(100));
        assert!((account.queue_mean_ms() - 50.0).abs() < 1e-9);
        account.drained(Duration::ZERO, Duration::from_millis(100));
        assert!((account.queue_mean_ms() - 25.0).abs() < 1e-9);
        assert!((account.queue_max_ms() - 100.0).abs() < 1e-9);
    }

    #[test]
    fn kinds_add_up() {
        let mut account = Account::default();
        account.note(Kind::Tcp, 100, Fate::Offered);
        account.note(Kind::Stun, 50, Fate::Offered);
        account.note(Kind::Stun, 50, Fate::Passed);
        let total = account.total();
        assert_eq!((total.packets, total.bytes, total.passed_bytes), (2, 150, 50));
    }
}
