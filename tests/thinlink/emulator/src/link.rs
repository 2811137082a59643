//! One direction of the link: a queue, a rate, a delay, and what goes wrong on the way. Pure: virtual time
//! only moves when it is told. A caller that comes late finds every packet at the time at which it was due,
//! so the rate holds whatever the machine does.

use crate::{
    account::{Account, Fate},
    packet::{self, Kind},
    shape::{Shape, millis},
};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

/// Work of the queue is counted in bits times nanoseconds in a second, so that nothing is rounded.
const NANOS: u64 = 1_000_000_000;

/// One direction.
#[derive(Debug)]
pub struct Link {
    shape: Shape,
    now: Duration,
    dark_until: Duration,
    queue: VecDeque<Waiting>,
    queued_bytes: u64,
    /// Of the first packet of the queue: what is still to be sent, in bits × [`NANOS`].
    remaining: u64,
    flight: BTreeMap<(Duration, u64), Vec<u8>>,
    sent: u64,
    last_arrival: Duration,
    bursts: Bursts,
    dice: StdRng,
    account: Account,
}

#[derive(Debug)]
struct Waiting {
    kind: Kind,
    packet: Vec<u8>,
}

impl Link {
    /// A quiet link at time zero. The same seed gives the same bad luck.
    pub fn new(shape: Shape, seed: u64) -> Self {
        Self {
            bursts: Bursts::new(seed),
            dice: StdRng::seed_from_u64(seed ^ 0x00D1_CE00),
            shape,
            now: Duration::ZERO,
            dark_until: Duration::ZERO,
            queue: VecDeque::new(),
            queued_bytes: 0,
            remaining: 0,
            flight: BTreeMap::new(),
            sent: 0,
            last_arrival: Duration::ZERO,
            account: Account::default(),
        }
    }

    /// A packet comes to the link.
    pub fn handle_packet(&mut self, now: Duration, kind: Kind, packet: Vec<u8>) {
        self.handle_time(now);
        let bytes = length(&packet);
        let parts = packet::fit(packet, usize::try_from(self.shape.mtu).unwrap_or(usize::MAX));
        if parts.is_empty() {
            self.account.note(kind, bytes, Fate::Offered);
            self.account.note(kind, bytes, Fate::Oversize);
        }
        for part in parts {
            self.take(kind, part);
        }
    }

    fn take(&mut self, kind: Kind, packet: Vec<u8>) {
        let bytes = length(&packet);
        self.account.note(kind, bytes, Fate::Offered);
        let fate = if self.is_dark() {
            Fate::Lost
        } else if self.queued_bytes + bytes > self.shape.queue_bytes() {
            Fate::QueueDropped
        } else {
            return self.enqueue(kind, packet);
        };
        self.account.note(kind, bytes, fate);
    }

    /// A packet that came to the link is not allowed to pass.
    pub fn refuse(&mut self, kind: Kind, bytes: u64) {
        self.account.note(kind, bytes, Fate::Offered);
        self.account.note(kind, bytes, Fate::Blocked);
    }

    /// Time passes; it never goes back.
    pub fn handle_time(&mut self, now: Duration) {
        let now = now.max(self.now);
        self.account.drained(self.standing(), now.saturating_sub(self.now));
        while let Some(done) = self.next_departure().filter(|done| *done <= now) {
            self.now = done;
            self.depart();
        }
        if !self.queue.is_empty() {
            self.remaining -= self.shape.rate * nanos(now.saturating_sub(self.now));
        }
        self.now = now;
    }

    /// The next packet that has arrived at the other end by `now`.
    pub fn poll(&mut self, now: Duration) -> Option<Vec<u8>> {
        let first = self.flight.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }

    /// When there is something to do, if nothing else happens.
    pub fn next_timeout(&self) -> Option<Duration> {
        let arrival = self.flight.first_key_value().map(|((at, _), _)| *at);
        arrival.into_iter().chain(self.next_departure()).min()
    }

    /// What the link is like.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// From now on the link is like this. Packets under way are not touched; those that wait go at the new rate.
    pub fn reshape(&mut self, now: Duration, shape: Shape) {
        self.handle_time(now);
        self.bursts.forget();
        self.shape = shape;
        if self.is_dark() {
            self.lose_queue();
        }
    }

    /// Nothing passes for a while: what waits and what comes is lost, what is under way arrives.
    pub fn outage(&mut self, now: Duration, length: Duration) {
        self.handle_time(now);
        self.dark_until = self.now + length;
        if self.is_dark() {
            self.lose_queue();
        }
    }

    /// What was counted since the last time this was asked.
    pub fn take_account(&mut self) -> Account {
        let mut fresh = Account::default();
        fresh.grew(self.standing());
        std::mem::replace(&mut self.account, fresh)
    }

    fn is_dark(&self) -> bool {
        self.shape.rate == 0 || self.now < self.dark_until
    }

    fn enqueue(&mut self, kind: Kind, packet: Vec<u8>) {
        if self.queue.is_empty() {
            self.remaining = work(&packet);
        }
        self.queued_bytes += length(&packet);
        self.queue.push_back(Waiting { kind, packet });
        self.account.grew(self.standing());
    }

    /// How long a packet that comes now waits before it is sent.
    fn standing(&self) -> Duration {
        let Some(first) = self.queue.front() else { return Duration::ZERO };
        let behind = (self.queued_bytes - length(&first.packet)) * 8 * NANOS;
        Duration::from_nanos((behind + self.remaining) / self.shape.rate)
    }

    fn next_departure(&self) -> Option<Duration> {
        let idle = self.queue.is_empty();
        (!idle).then(|| self.now + Duration::from_nanos(self.remaining.div_ceil(self.shape.rate)))
    }

    /// The first packet of the queue has been sent: it took its time on the link even if it is lost then.
    fn depart(&mut self) {
        let Some(Waiting { kind, packet }) = self.queue.pop_front() else { return };
        self.queued_bytes -= length(&packet);
        self.remaining = self.queue.front().map_or(0, |next| work(&next.packet));
        let lost = self.loses();
        self.account.note(kind, length(&packet), if lost { Fate::Lost } else { Fate::Passed });
        if !lost {
            self.fly(packet);
        }
    }

    fn loses(&mut self) -> bool {
        let Shape { loss, burst_ms, .. } = self.shape;
        if burst_ms > 0.0 { self.bursts.is_bad(self.now, loss, burst_ms) } else { self.throws(loss) }
    }

    fn fly(&mut self, packet: Vec<u8>) {
        let jitter = self.dice.random::<f64>() * self.shape.jitter_ms;
        let mut arrival = self.now + millis(self.shape.delay_ms + jitter);
        if self.throws(self.shape.reorder) {
            arrival += millis(self.shape.reorder_ms);
        } else {
            arrival = arrival.max(self.last_arrival);
            self.last_arrival = arrival;
        }
        if self.throws(self.shape.duplicate) {
            self.land(arrival, packet.clone());
        }
        self.land(arrival, packet);
    }

    fn land(&mut self, arrival: Duration, packet: Vec<u8>) {
        self.sent += 1;
        self.flight.insert((arrival, self.sent), packet);
    }

    fn lose_queue(&mut self) {
        for Waiting { kind, packet } in std::mem::take(&mut self.queue) {
            self.account.note(kind, length(&packet), Fate::Lost);
        }
        (self.queued_bytes, self.remaining) = (0, 0);
    }

    /// Draws even when the share is zero, so that changing one share leaves the luck of the others as it was.
    fn throws(&mut self, share: f64) -> bool {
        self.dice.random::<f64>() < share
    }
}

/// Gilbert and Elliott's two states, in time: how many packets a burst takes depends on how many are sent.
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

    /// The state is drawn anew: the numbers have changed.
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

    /// Exponential, with this mean; never zero, so that time moves on.
    fn draw(&mut self, mean_ms: f64) -> Duration {
        let unit = 1.0 - self.random.random::<f64>();
        millis(-unit.ln() * mean_ms).max(Duration::from_micros(1))
    }
}

fn work(packet: &[u8]) -> u64 {
    length(packet) * 8 * NANOS
}

fn length(packet: &[u8]) -> u64 {
    u64::try_from(packet.len()).unwrap_or(u64::MAX)
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
