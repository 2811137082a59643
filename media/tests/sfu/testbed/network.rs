//! Network of the tests: links with rate, delay, loss, reordering, duplication and outages, one pair for each
//! client.

use super::tcp_flow::{FlowId, TcpFlow};
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
    /// Delay that is added to some packets, so that others overtake them unless the link is `ordered`.
    pub(crate) jitter: Duration,
    /// True if no packet overtakes another.
    pub(crate) ordered: bool,
    /// Share of lost packets, 0 to 1.
    pub(crate) loss: f64,
    /// Share of duplicated packets, 0 to 1.
    pub(crate) duplicates: f64,
    /// Rate in bits per second; 0 for unlimited.
    pub(crate) rate: u64,
    /// Time that a packet may wait in the queue. A queue of 6,000 bytes always fits.
    pub(crate) queue: Duration,
    /// True if nothing passes.
    pub(crate) cut: bool,
}

impl Default for Link {
    fn default() -> Self {
        let delay = Duration::from_millis(20);
        Self {
            delay,
            jitter: Duration::ZERO,
            ordered: false,
            loss: 0.0,
            duplicates: 0.0,
            rate: 0,
            queue: Duration::from_secs(1),
            cut: false,
        }
    }
}

/// A datagram that has arrived.
pub(crate) struct Packet {
    pub(crate) source: SocketAddr,
    /// The receiving client; `None` for the SFU.
    pub(crate) to: Option<PeerId>,
    pub(crate) contents: Vec<u8>,
}

/// What travels through the network.
enum Cargo {
    Datagram(Packet),
    /// The acknowledgement of so many bytes of somebody else's transfer, sent at that time.
    Acknowledgement {
        flow: FlowId,
        bytes: u64,
        sent: Instant,
    },
}

pub(crate) struct Network {
    random: Random,
    links: HashMap<PeerId, [State; 2]>,
    flying: BinaryHeap<Reverse<(Instant, u64)>>,
    packets: HashMap<u64, Cargo>,
    count: u64,
    /// Other people's transfers beside the calls.
    flows: Vec<TcpFlow>,
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
    /// Time until which everything is held.
    held: Option<Instant>,
    /// Time at which the last packet of an ordered link arrives.
    last: Option<Instant>,
}

impl Network {
    pub(crate) fn new(seed: u64) -> Self {
        let (links, flying, packets, flows) = Default::default();
        Self { random: Random(seed), links, flying, packets, count: 0, flows, largest_down: 0, tap: None }
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

    /// Changes one direction of a client's link: 0 is up, 1 is down.
    pub(crate) fn shape_way(&mut self, peer: PeerId, way: usize, change: impl Fn(&mut Link)) {
        change(&mut self.links.get_mut(&peer).expect("a client's link")[way].link);
    }

    /// Holds everything that goes into one direction from now on for `span`, and drops nothing.
    pub(crate) fn hold_way(&mut self, peer: PeerId, way: usize, span: Duration, now: Instant) {
        let state = &mut self.links.get_mut(&peer).expect("a client's link")[way];
        state.free = Some(state.free.map_or(now, |free| free.max(now)) + span);
        state.held = Some(state.held.map_or(now, |held| held.max(now)) + span);
    }

    /// Makes both directions of a client's link stand still for a while; packets wait, and none is dropped.
    pub(crate) fn hold(&mut self, peer: PeerId, span: Duration, now: Instant) {
        self.hold_way(peer, 0, span, now);
        self.hold_way(peer, 1, span, now);
    }

    /// Begins somebody else's transfer through one direction of a client's link.
    pub(crate) fn begin_flow(&mut self, flow: TcpFlow, now: Instant) {
        self.flows.push(flow);
        self.feed_flow(self.flows.len() - 1, now);
    }

    /// Returns the queue delay in front of the link to a client.
    pub(crate) fn waiting_down(&self, peer: PeerId, now: Instant) -> Duration {
        self.waiting(peer, 1, now)
    }

    /// Returns the queue delay in front of one direction.
    pub(crate) fn waiting(&self, peer: PeerId, way: usize, now: Instant) -> Duration {
        let free = self.links[&peer][way].free;
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
        let Some(through) = state.pass(packet.contents.len() + IP_UDP_BYTES, now) else { return };
        if self.random.share() < link.loss {
            return;
        }
        if self.random.share() < link.duplicates {
            let copy = Packet { contents: packet.contents.clone(), ..packet };
            self.fly(Cargo::Datagram(copy), through + link.delay + Duration::from_millis(1));
        }
        let late = link.jitter.mul_f64(self.random.share());
        let mut at = through + link.delay + late;
        if link.ordered {
            let state = &mut self.links.get_mut(&peer).expect("a client's link")[way];
            at = state.last.map_or(at, |last| last.max(at));
            state.last = Some(at);
        }
        self.fly(Cargo::Datagram(packet), at);
    }

    fn fly(&mut self, cargo: Cargo, at: Instant) {
        self.count += 1;
        self.flying.push(Reverse((at, self.count)));
        self.packets.insert(self.count, cargo);
    }

    pub(crate) fn next(&self) -> Option<Instant> {
        self.flying.peek().map(|Reverse((at, _))| *at)
    }

    pub(crate) fn arrived(&mut self, now: Instant) -> Option<Packet> {
        loop {
            self.next().filter(|at| *at <= now)?;
            let Reverse((at, number)) = self.flying.pop()?;
            match self.packets.remove(&number)? {
                Cargo::Datagram(packet) => return Some(packet),
                Cargo::Acknowledgement { flow, bytes, sent } => {
                    self.flows[flow].acknowledged(bytes, at - sent, at);
                    self.feed_flow(flow, at);
                }
            }
        }
    }

    /// Sends what a transfer may send now. The acknowledgements come back over a direction that is free.
    fn feed_flow(&mut self, id: FlowId, now: Instant) {
        while let Some(bytes) = self.flows[id].next_segment(now) {
            let (peer, way) = self.flows[id].place();
            let state = &mut self.links.get_mut(&peer).expect("a client's link")[way];
            let delay = state.link.delay * 2;
            let Some(through) = state.pass(usize::try_from(bytes).expect("a segment"), now) else {
                self.flows[id].lost(bytes, now);
                // With nothing under way, only its timer lets it go on.
                if self.flows[id].is_idle() {
                    let timer = Cargo::Acknowledgement { flow: id, bytes: 0, sent: now };
                    self.fly(timer, now + Duration::from_secs(1));
                }
                return;
            };
            self.fly(Cargo::Acknowledgement { flow: id, bytes, sent: now }, through + delay);
        }
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
        // A stall does not fill the queue by itself.
        let held = self.held.map_or(Duration::ZERO, |held| held.saturating_duration_since(now));
        let waits = (begin - now).saturating_sub(held);
        if waits > self.link.queue && waits > time_of(LEAST_QUEUE_BYTES, self.link.rate) {
            return None;
        }
        let end = begin + time_of(bytes as u64, self.link.rate);
        self.free = Some(end);
        Some(end)
    }
}

/// Time of so many bytes at a rate in bits per second.
fn time_of(bytes: u64, rate: u64) -> Duration {
    Duration::from_micros(bytes * 8_000_000 / rate)
}

/// Bytes of the headers of a datagram.
const IP_UDP_BYTES: usize = 28;

/// Bytes that always fit into a queue.
const LEAST_QUEUE_BYTES: u64 = 6_000;

/// Random numbers by `SplitMix64`.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// Returns a number from 0 to 1.
    pub(crate) fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
