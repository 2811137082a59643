//! The receiver statistics of one RTP stream: loss, jitter and rate as RFC 3550 computes them. The meter does no IO: it takes
//! sequence numbers, timestamps and arrival times, and gives figures.

use std::time::Duration;

/// The largest jump of the sequence number that counts as loss. A larger one is a late packet or a new stream (RFC 3550 A.1).
const MAX_DROPOUT: u16 = 3_000;

/// The place of a packet in its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// It is newer than every packet before. `missing` packets between them have not come, or not yet.
    Next {
        /// The number of skipped sequence numbers.
        missing: u16,
    },
    /// It is older than the newest packet, or a duplicate.
    Late,
}

/// The statistics of one stream.
#[derive(Clone, Debug)]
pub struct Meter {
    clock_hz: u32,
    first: Option<First>,
    highest: u64,
    last_transit: i64,
    last_arrival: Duration,
    jitter: f64,
    packets: u64,
    late: u64,
    bytes: u64,
    longest_gap: Duration,
}

#[derive(Clone, Copy, Debug)]
struct First {
    extended: u64,
    arrival: Duration,
}

/// The figures of one stream.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// Packets that arrived, with late ones and duplicates.
    pub packets: u64,
    /// Packets between the first and the highest sequence number that never arrived (RFC 3550 A.3).
    pub lost: u64,
    /// Packets that arrived out of order or twice.
    pub late: u64,
    /// RTP payload bytes.
    pub bytes: u64,
    /// Interarrival jitter (RFC 3550 A.8).
    pub jitter: Duration,
    /// The longest time between two packets.
    pub longest_gap: Duration,
    /// The time from the first packet to the last.
    pub span: Duration,
}

impl Figures {
    /// The share of the expected packets that never arrived, 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "a share needs no more than 52 bits")]
    pub fn loss(&self) -> f64 {
        let expected = self.packets + self.lost;
        if expected == 0 { 0.0 } else { self.lost as f64 / expected as f64 }
    }

    /// The mean payload rate, bits a second.
    pub fn bps(&self) -> u64 {
        let millis = u64::try_from(self.span.as_millis()).unwrap_or(u64::MAX);
        (self.bytes * 8_000).checked_div(millis).unwrap_or(0)
    }
}

impl Meter {
    /// A meter for a stream whose timestamps advance at `clock_hz`.
    pub const fn new(clock_hz: u32) -> Self {
        Self {
            clock_hz,
            first: None,
            highest: 0,
            last_transit: 0,
            last_arrival: Duration::ZERO,
            jitter: 0.0,
            packets: 0,
            late: 0,
            bytes: 0,
            longest_gap: Duration::ZERO,
        }
    }

    /// Counts a packet. `arrival` is the time since any fixed moment, `payload` the number of its bytes.
    pub fn packet(&mut self, arrival: Duration, sequence: u16, timestamp: u32, payload: usize) -> Arrival {
        self.packets += 1;
        self.bytes += payload as u64;
        let transit = self.transit(arrival, timestamp);
        if self.first.is_none() {
            return self.begin(arrival, sequence, transit);
        }
        self.update_jitter(arrival, transit);
        self.place(sequence)
    }

    /// The figures so far.
    pub fn figures(&self) -> Figures {
        let Some(first) = self.first else { return Figures::default() };
        let expected = self.highest - first.extended + 1;
        Figures {
            packets: self.packets,
            lost: expected.saturating_sub(self.packets),
            late: self.late,
            bytes: self.bytes,
            jitter: Duration::from_secs_f64(self.jitter / f64::from(self.clock_hz)),
            longest_gap: self.longest_gap,
            span: self.last_arrival.saturating_sub(first.arrival),
        }
    }

    fn begin(&mut self, arrival: Duration, sequence: u16, transit: i64) -> Arrival {
        // The extended number starts one cycle up, so that a packet older than the first has a number below it.
        self.highest = (1 << 16) + u64::from(sequence);
        self.first = Some(First { extended: self.highest, arrival });
        (self.last_transit, self.last_arrival) = (transit, arrival);
        Arrival::Next { missing: 0 }
    }

    /// Updates the jitter (RFC 3550 A.8), in timestamp units. The difference is taken modulo 2^32, because both clocks wrap.
    fn update_jitter(&mut self, arrival: Duration, transit: i64) {
        #[expect(clippy::cast_possible_truncation, reason = "timestamps wrap at 2^32 (RFC 3550 section 5.1)")]
        let difference = f64::from(((transit - self.last_transit) as i32).unsigned_abs());
        self.jitter += (difference - self.jitter) / 16.0;
        self.longest_gap = self.longest_gap.max(arrival.saturating_sub(self.last_arrival));
        (self.last_transit, self.last_arrival) = (transit, arrival);
    }

    fn place(&mut self, sequence: u16) -> Arrival {
        #[expect(clippy::cast_possible_truncation, reason = "the low 16 bits are the sequence number")]
        let ahead = sequence.wrapping_sub(self.highest as u16);
        if ahead == 0 || ahead > u16::MAX - MAX_DROPOUT {
            self.late += 1;
            return Arrival::Late;
        }
        self.highest += u64::from(ahead);
        Arrival::Next { missing: ahead - 1 }
    }

    /// The relative transit time: arrival minus timestamp, in timestamp units.
    fn transit(&self, arrival: Duration, timestamp: u32) -> i64 {
        let ticks = arrival.as_nanos() * u128::from(self.clock_hz) / 1_000_000_000;
        i64::try_from(ticks).unwrap_or(i64::MAX) - i64::from(timestamp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_steady_stream_has_no_loss_and_no_jitter_also_where_its_numbers_wrap() {
        let mut meter = Meter::new(48_000);
        for n in 0..100_u16 {
            let timestamp = (u32::MAX - 960 * 50).wrapping_add(960 * u32::from(n));
            meter.packet(at(20 * u64::from(n)), 65_500_u16.wrapping_add(n), timestamp, 60);
        }
        let figures = meter.figures();
        assert_eq!((figures.packets, figures.lost, figures.late), (100, 0, 0));
        assert_eq!((figures.jitter, figures.longest_gap), (Duration::ZERO, at(20)));
        assert_eq!((figures.span, figures.bps()), (at(1_980), 100 * 60 * 8_000 / 1_980));
    }

    #[test]
    fn holes_are_lost_until_a_late_packet_fills_them() {
        let mut meter = Meter::new(48_000);
        let orders = [10_u16, 11, 14, 13, 13, 15].map(|n| meter.packet(at(0), n, 0, 1));
        let next = |missing| Arrival::Next { missing };
        assert_eq!(orders, [next(0), next(0), next(2), Arrival::Late, Arrival::Late, next(0)]);
        assert_eq!(meter.figures().lost, 0, "a duplicate hides one loss, as in RFC 3550 A.3");
        meter.packet(at(0), 20, 0, 1);
        assert_eq!(meter.figures().lost, 4);
        assert!((meter.figures().loss() - 4.0 / 11.0).abs() < 1e-9);
    }

    #[test]
    fn jitter_is_the_mean_difference_of_transit_times() {
        let mut meter = Meter::new(48_000);
        for n in 0..2_000_u16 {
            let wobble = if n % 2 == 0 { 0 } else { 5 };
            meter.packet(at(20 * u64::from(n) + wobble), n, 960 * u32::from(n), 60);
        }
        let jitter = meter.figures().jitter.as_micros();
        assert!((4_990..=5_010).contains(&jitter), "{jitter} µs");
    }
}
