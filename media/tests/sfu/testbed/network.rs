//! Network of the tests: links with rate, delay, loss, reordering, duplication and outages, one pair for each
//! client.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    net::SocketAddr,
    time::{Duration, Instant},
};
use teranga_media::id::PeerId;

/// One direction of a client's link.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    pub(crate) delay: Duration,
    /// Delay that is added to some packets, so that others overtake them.
    pub(crate) jitter: Duration,
    /// Share of lost packets, 0 to 1.
    pub(crate) loss: f64,
    /// Share of duplicated packets, 0 to 1.
    pub(crate) duplicates: f64,
    /// Rate in bits per second; 0 for unlimited. The queue holds one second.
    pub(crate) rate: u64,
    /// True if nothing passes.
    pub(crate) cut: bool,
}

impl Default for Link {
    fn default() -> Self {
        let delay = Duration::from_millis(20);
        Self { delay, jitter: Duration::ZERO, loss: 0.0, duplicates: 0.0, rate: 0, cut: false }
    }
}

/// A datagram that has arrived.
pub(crate) struct Packet {
    pub(crate) source: SocketAddr,
    /// The receiving client; `None` for the SFU.
    pub(crate) to: Option<PeerId>,
    pub(crate) contents: Vec<u8>,
}

pub(crate) struct Network {
    random: Random,
    links: HashMap<PeerId, [State; 2]>,
    flying: BinaryHeap<Reverse<(Instant, u64)>>,
    packets: HashMap<u64, Packet>,
    count: u64,
    /// Bytes of the largest datagram that the SFU sent.
    pub(crate) largest_down: usize,
    /// Copies of what clients sent, for tests that replay it.
    pub(crate) tap: Option<Vec<(SocketAddr, Vec<u8>)>>,
}

#[derive(Default)]
struct State {
    link: Link,
    /// Time at which the queue is empty.
    free: Option<Instant>,
}

impl Network {
    pub(crate) fn new(seed: u64) -> Self {
        let (links, flying, packets) = Default::default();
        Self { random: Random(seed), links, flying, packets, count: 0, largest_down: 0, tap: None }
    }

    pub(crate) fn add(&mut self, peer: PeerId) {
        self.links.entry(peer).or_default();
    }

    /// Changes both directions of a client's link: up, then down.
    pub(crate) fn shape(&mut self, peer: PeerId, change: impl Fn(&mut Link)) {
        let [up, down] = self.links.get_mut(&peer).expect("a client's link");
        change(&mut up.link);
        change(&mut down.link);
    }

    /// Changes the direction to the client only.
    pub(crate) fn shape_down(&mut self, peer: PeerId, change: impl Fn(&mut Link)) {
        change(&mut self.links.get_mut(&peer).expect("a client's link")[1].link);
    }

    /// Returns the queue delay in front of the link to a client.
    pub(crate) fn waiting_down(&self, peer: PeerId, now: Instant) -> Duration {
        let free = self.links[&peer][1].free;
        free.map_or(Duration::ZERO, |free| free.saturating_duration_since(now))
    }

    pub(crate) fn up(&mut self, peer: PeerId, source: SocketAddr, contents: Vec<u8>, now: Instant) {
        if let Some(tap) = &mut self.tap {
            tap.push((source, contents.clone()));
        }
        self.send(peer, 0, Packet { source, to: None, contents }, now);
    }

    pub(crate) fn down(&mut self, peer: PeerId, contents: Vec<u8>, now: Instant) {
        self.largest_down = self.largest_down.max(contents.len());
        self.send(peer, 1, Packet { source: super::server(), to: Some(peer), contents }, now);
    }

    fn send(&mut self, peer: PeerId, way: usize, packet: Packet, now: Instant) {
        let state = &mut self.links.get_mut(&peer).expect("a client's link")[way];
        let link = state.link;
        let Some(through) = state.pass(packet.contents.len(), now) else { return };
        if self.random.share() < link.loss {
            return;
        }
        if self.random.share() < link.duplicates {
            let copy = Packet { contents: packet.contents.clone(), ..packet };
            self.fly(copy, through + link.delay + Duration::from_millis(1));
        }
        let late = link.jitter.mul_f64(self.random.share());
        self.fly(packet, through + link.delay + late);
    }

    fn fly(&mut self, packet: Packet, at: Instant) {
        self.count += 1;
        self.flying.push(Reverse((at, self.count)));
        self.packets.insert(self.count, packet);
    }

    pub(crate) fn next(&self) -> Option<Instant> {
        self.flying.peek().map(|Reverse((at, _))| *at)
    }

    pub(crate) fn arrived(&mut self, now: Instant) -> Option<Packet> {
        self.next().filter(|at| *at <= now)?;
        let Reverse((_, number)) = self.flying.pop()?;
        self.packets.remove(&number)
    }
}

impl State {
    /// Returns the time at which the packet has left the queue; `None` if the queue is full or the link is cut.
    fn pass(&mut self, bytes: usize, now: Instant) -> Option<Instant> {
        if self.link.cut {
            return None;
        }
        if self.link.rate == 0 {
            return Some(now);
        }
        let begin = self.free.map_or(now, |free| free.max(now));
        if begin > now + Duration::from_secs(1) {
            return None;
        }
        let wire = (bytes as u64 + 28) * 8_000_000 / self.link.rate;
        let end = begin + Duration::from_micros(wire);
        self.free = Some(end);
        Some(end)
    }
}

/// Random numbers by `SplitMix64`.
struct Random(u64);

impl Random {
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
