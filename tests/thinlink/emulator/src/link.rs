//! One direction of the link: a queue, a rate, a delay, and impairments. Pure: virtual time
//! moves only when a caller moves it. A caller that comes late finds every packet at the time at which it was due,
//! so the rate is exact on a slow machine too.

use crate::{
    counters::{Counters, Outcome},
    packet::{self, Kind},
    shape::{Shape, millis},
};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

/// Nanoseconds in a second. Bits in the queue are multiplied by it, so that no division rounds.
const NANOS: u64 = 1_000_000_000;

/// One direction of the link.
#[derive(Debug)]
pub struct Link {
    shape: Shape,
    now: Duration,
    down_until: Duration,
    held_until: Duration,
    /// Bytes that the queue takes besides its own length since a hold began, until it is empty again.
    held_bytes: u64,
    queue: VecDeque<Waiting>,
    queued_bytes: u64,
    /// Remainder of the first packet in the queue that is still to be sent, in bits × [`NANOS`].
    remaining: u64,
    in_flight: BTreeMap<(Duration, u64), Vec<u8>>,
    sent: u64,
    last_arrival: Duration,
    seed: u64,
    bursts: Bursts,
    random: StdRng,
    counters: Counters,
}

#[derive(Debug)]
struct Waiting {
    kind: Kind,
    /// Bytes that the packet takes on the link.
    bytes: u64,
    packet: Vec<u8>,
}

impl Link {
    /// Makes an empty link at time zero. The same seed gives the same losses, jitter and order.
    pub fn new(shape: Shape, seed: u64) -> Self {
        Self {
            bursts: Bursts::new(seed),
            random: impairments(seed),
            seed,
            shape,
            now: Duration::ZERO,
            down_until: Duration::ZERO,
            held_until: Duration::ZERO,
            held_bytes: 0,
            queue: VecDeque::new(),
            queued_bytes: 0,
            remaining: 0,
            in_flight: BTreeMap::new(),
            sent: 0,
            last_arrival: Duration::ZERO,
            counters: Counters::default(),
        }
    }

    /// Draws from the beginning of the seed again, so that bursts come at the same times after `now` whatever was before.
    pub fn reseed(&mut self, now: Duration) {
        self.handle_time(now);
        self.bursts = Bursts::new(self.seed);
        self.random = impairments(self.seed);
        let Shape { loss, burst_ms, .. } = self.shape;
        if burst_ms > 0.0 {
            self.bursts.is_bad(self.now, loss, burst_ms);
        }
    }

    /// Takes a packet into the link.
    pub fn handle_packet(&mut self, now: Duration, kind: Kind, packet: Vec<u8>) {
        self.handle_time(now);
        let bytes = self.taken_by(&packet);
        let room = self.shape.mtu.saturating_sub(self.shape.overhead);
        let parts = packet::fit(packet, usize::try_from(room).unwrap_or(usize::MAX));
        if parts.is_empty() {
            self.counters.note(kind, bytes, Outcome::Offered);
            self.counters.note(kind, bytes, Outcome::Oversize);
        }
        for part in parts {
            self.take(kind, part);
        }
    }

    fn take(&mut self, kind: Kind, packet: Vec<u8>) {
        let bytes = self.taken_by(&packet);
        self.counters.note(kind, bytes, Outcome::Offered);
        let outcome = if self.is_down() {
            Outcome::Lost
        } else if self.queued_bytes + bytes > self.shape.queue_bytes() + self.held_bytes {
            Outcome::QueueDropped
        } else {
            return self.enqueue(Waiting { kind, bytes, packet });
        };
        self.counters.note(kind, bytes, outcome);
    }

    /// Counts a packet of so many bytes of its own that reached the link and is not allowed to pass.
    pub fn refuse(&mut self, kind: Kind, bytes: u64) {
        let bytes = bytes + self.shape.overhead;
        self.counters.note(kind, bytes, Outcome::Offered);
        self.counters.note(kind, bytes, Outcome::Blocked);
    }

    /// Advances the time, which never goes back.
    pub fn handle_time(&mut self, now: Duration) {
        let now = now.max(self.now);
        self.counters.note_drain(self.queue_delay(), now.saturating_sub(self.now));
        while let Some(done) = self.next_departure().filter(|done| *done <= now) {
            self.now = done;
            self.depart();
        }
        if !self.queue.is_empty() {
            self.remaining -= self.shape.rate * nanos(now.saturating_sub(self.sending_from()));
        }
        self.now = now;
    }

    /// Returns the next packet that has arrived at the other end by `now`.
    pub fn poll(&mut self, now: Duration) -> Option<Vec<u8>> {
        let first = self.in_flight.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }

    /// Returns the time at which something has to be done if nothing else happens.
    pub fn next_timeout(&self) -> Option<Duration> {
        let arrival = self.in_flight.first_key_value().map(|((at, _), _)| *at);
        arrival.into_iter().chain(self.next_departure()).min()
    }

    /// Returns the properties of the link.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Changes the properties of the link from now on. Packets under way are not touched; those in the queue leave at the new rate.
    pub fn reshape(&mut self, now: Duration, shape: Shape) {
        self.handle_time(now);
        self.bursts.forget();
        self.shape = shape;
        if self.is_down() {
            self.drop_queue();
        }
    }

    /// Starts an outage: packets in the queue and new packets are lost, packets under way arrive.
    pub fn outage(&mut self, now: Duration, length: Duration) {
        self.handle_time(now);
        self.down_until = self.now + length;
        if self.is_down() {
            self.drop_queue();
        }
    }

    /// Holds all packets: they wait, and none is lost. The queue grows by what the link would have carried meanwhile.
    /// A length of zero lets them go.
    pub fn hold(&mut self, now: Duration, length: Duration) {
        self.handle_time(now);
        self.held_until = self.now + length;
        self.held_bytes += bytes_in(self.shape.rate, length);
    }

    /// Returns the counters since the last call of this function, and resets them.
    pub fn take_counters(&mut self) -> Counters {
        let mut fresh = Counters::default();
        fresh.note_queue(self.queue_delay());
        std::mem::replace(&mut self.counters, fresh)
    }

    fn is_down(&self) -> bool {
        self.shape.rate == 0 || self.now < self.down_until
    }

    /// Returns the bytes that a packet takes on the link.
    fn taken_by(&self, packet: &[u8]) -> u64 {
        length(packet) + self.shape.overhead
    }

    fn enqueue(&mut self, packet: Waiting) {
        if self.queue.is_empty() {
            self.remaining = bit_nanos(packet.bytes);
        }
        self.queued_bytes += packet.bytes;
        self.queue.push_back(packet);
        self.counters.note_queue(self.queue_delay());
    }

    /// Returns the time that a packet would wait if it came now.
    fn queue_delay(&self) -> Duration {
        let Some(first) = self.queue.front() else { return Duration::ZERO };
        let behind = (self.queued_bytes - first.bytes) * 8 * NANOS;
        let held = self.sending_from().saturating_sub(self.now);
        held + Duration::from_nanos((behind + self.remaining) / self.shape.rate)
    }

    /// Returns the time from which the queue drains: now, or the end of a hold.
    fn sending_from(&self) -> Duration {
        self.now.max(self.held_until)
    }

    fn next_departure(&self) -> Option<Duration> {
        let idle = self.queue.is_empty();
        (!idle).then(|| self.sending_from() + Duration::from_nanos(self.remaining.div_ceil(self.shape.rate)))
    }

    /// Removes the first packet of the queue, which has been sent. A lost packet has used the link, too.
    fn depart(&mut self) {
        let Some(Waiting { kind, bytes, packet }) = self.queue.pop_front() else { return };
        self.queued_bytes -= bytes;
        self.remaining = self.queue.front().map_or(0, |next| bit_nanos(next.bytes));
        if self.queue.is_empty() {
            self.held_bytes = 0;
        }
        let lost = self.is_lost();
        self.counters.note(kind, bytes, if lost { Outcome::Lost } else { Outcome::Passed });
        if !lost {
            self.propagate(packet);
        }
    }

    fn is_lost(&mut self) -> bool {
        let Shape { loss, burst_ms, .. } = self.shape;
        if burst_ms > 0.0 { self.bursts.is_bad(self.now, loss, burst_ms) } else { self.happens(loss) }
    }

    fn propagate(&mut self, packet: Vec<u8>) {
        let jitter = self.random.random::<f64>() * self.shape.jitter_ms;
        let mut arrival = self.now + millis(self.shape.delay_ms + jitter);
        if self.happens(self.shape.reorder) {
            arrival += millis(self.shape.reorder_ms);
        } else {
            arrival = arrival.max(self.last_arrival);
            self.last_arrival = arrival;
        }
        if self.happens(self.shape.duplicate) {
            self.arrive(arrival, packet.clone());
        }
        self.arrive(arrival, packet);
    }

    fn arrive(&mut self, arrival: Duration, packet: Vec<u8>) {
        self.sent += 1;
        self.in_flight.insert((arrival, self.sent), packet);
    }

    fn drop_queue(&mut self) {
        for Waiting { kind, bytes, .. } in std::mem::take(&mut self.queue) {
            self.counters.note(kind, bytes, Outcome::Lost);
        }
        (self.queued_bytes, self.remaining, self.held_bytes) = (0, 0, 0);
    }

    /// Draws even if the share is zero, so that changing one share does not change the draws of the others.
    fn happens(&mut self, share: f64) -> bool {
        self.random.random::<f64>() < share
    }
}

/// Gilbert-Elliott model over time: the number of packets in a burst depends on how many are sent.
#[derive(Debug)]
struct Bursts {
    random: StdRng,
    bad: bool,
    until: Option<Duration>,
}

impl Bursts {
    fn new(seed: u64) -> Self {
        Self { random: StdRng::seed_from_u64(seed), bad: false, until: None }
    }

    /// Draws the state anew, because the numbers have changed.
    fn forget(&mut self) {
        self.until = None;
    }

    fn is_bad(&mut self, now: Duration, share: f64, burst_ms: f64) -> bool {
        if share <= 0.0 || share >= 1.0 {
            return share >= 1.0;
        }
        let (bad, good) = (burst_ms, burst_ms * (1.0 - share) / share);
        let mut until = self.until.unwrap_or_else(|| {
            self.bad = self.random.random::<f64>() < share;
            now + self.draw(if self.bad { bad } else { good })
        });
        while until <= now {
            self.bad = !self.bad;
            until += self.draw(if self.bad { bad } else { good });
        }
        self.until = Some(until);
        self.bad
    }

    /// Draws from an exponential distribution with this mean; never zero, so that time moves on.
    fn draw(&mut self, mean_ms: f64) -> Duration {
        let unit = 1.0 - self.random.random::<f64>();
        millis(-unit.ln() * mean_ms).max(Duration::from_micros(1))
    }
}

/// Returns the generator of everything but bursts.
fn impairments(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed ^ 0x00D1_CE00)
}

fn bit_nanos(bytes: u64) -> u64 {
    bytes * 8 * NANOS
}

fn length(packet: &[u8]) -> u64 {
    u64::try_from(packet.len()).unwrap_or(u64::MAX)
}

/// Returns the bytes that a link of this rate, in bits per second, carries in this time.
fn bytes_in(rate: u64, time: Duration) -> u64 {
    rate * u64::try_from(time.as_millis()).unwrap_or(0) / 8_000
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
