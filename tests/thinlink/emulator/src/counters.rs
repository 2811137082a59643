//! Counters of one direction in one second. Pure.

use crate::packet::Kind;
use std::{collections::BTreeMap, time::Duration};

/// Counters of one kind of packet in one second. Bytes are those of the IPv4 packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Packets that reached the link, whatever their outcome.
    pub packets: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Bytes that passed, counted when they leave the queue. A duplicate made by the link is not counted.
    pub passed_bytes: u64,
    /// Packets lost at random, in a burst or in an outage.
    pub lost: u64,
    /// Packets that found the queue full.
    pub queue_dropped: u64,
    /// Packets larger than the link's MTU.
    pub oversize: u64,
    /// Packets stopped by the NAT (no such mapping) or by `block-udp`.
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

/// Outcome of one packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The packet reached the link.
    Offered,
    /// The packet passed.
    Passed,
    /// The packet was lost.
    Lost,
    /// The packet found the queue full.
    QueueDropped,
    /// The packet was larger than the MTU.
    Oversize,
    /// The packet was stopped.
    Blocked,
}

/// Counters of one direction since they were last taken.
#[derive(Clone, Debug, Default)]
pub struct Counters {
    /// Counters by kind; there are at most 133 kinds.
    pub kinds: BTreeMap<Kind, Count>,
    /// Integral of the queue delay over time, in seconds squared.
    queue_area: f64,
    queue_time: f64,
    queue_max: Duration,
}

impl Counters {
    /// Counts one packet.
    pub fn note(&mut self, kind: Kind, bytes: u64, outcome: Outcome) {
        let count = self.kinds.entry(kind).or_default();
        match outcome {
            Outcome::Offered => {
                count.packets += 1;
                count.bytes += bytes;
            }
            Outcome::Passed => count.passed_bytes += bytes,
            Outcome::Lost => count.lost += 1,
            Outcome::QueueDropped => count.queue_dropped += 1,
            Outcome::Oversize => count.oversize += 1,
            Outcome::Blocked => count.blocked += 1,
        }
    }

    /// Notes a queue of `queue_delay` that drained for `time`.
    pub fn note_drain(&mut self, queue_delay: Duration, time: Duration) {
        let (standing_s, time_s) = (queue_delay.as_secs_f64(), time.as_secs_f64());
        let drained_s = standing_s.min(time_s);
        self.queue_area += drained_s * (standing_s - drained_s / 2.0);
        self.queue_time += time_s;
        self.queue_max = self.queue_max.max(queue_delay);
    }

    /// Notes a queue that grew to `queue_delay`.
    pub fn note_queue(&mut self, queue_delay: Duration) {
        self.queue_max = self.queue_max.max(queue_delay);
    }

    /// Returns the mean queue delay over time, ms.
    pub fn queue_mean_ms(&self) -> f64 {
        if self.queue_time > 0.0 { self.queue_area / self.queue_time * 1e3 } else { 0.0 }
    }

    /// Returns the largest queue delay, ms.
    pub fn queue_max_ms(&self) -> f64 {
        self.queue_max.as_secs_f64() * 1e3
    }

    /// Returns the sum over all kinds.
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
        let mut counters = Counters::default();
        counters.note_drain(Duration::from_millis(100), Duration::from_millis(100));
        assert!((counters.queue_mean_ms() - 50.0).abs() < 1e-9);
        counters.note_drain(Duration::ZERO, Duration::from_millis(100));
        assert!((counters.queue_mean_ms() - 25.0).abs() < 1e-9);
        assert!((counters.queue_max_ms() - 100.0).abs() < 1e-9);
    }

    #[test]
    fn kinds_add_up() {
        let mut counters = Counters::default();
        counters.note(Kind::Tcp, 100, Outcome::Offered);
        counters.note(Kind::Stun, 50, Outcome::Offered);
        counters.note(Kind::Stun, 50, Outcome::Passed);
        let total = counters.total();
        assert_eq!((total.packets, total.bytes, total.passed_bytes), (2, 150, 50));
    }
}
