//! A testbed: one SFU, its clients, and the network between them. Ten minutes pass in a moment, and the
//! seed makes a failure repeat.

mod client;
mod forge;
mod malformed_feedback;
mod network;
mod page;
mod synthetic_voice;
mod tcp_flow;

pub(crate) use client::{Change, Client, Received, Setup};
pub(crate) use forge::{Credentials, answer, attribute, is_media};
pub(crate) use network::{Network, Random};
pub(crate) use page::{Page, Reporter};
pub(crate) use synthetic_voice::{SyntheticVoice, decode, share};
pub(crate) use tcp_flow::{Congestion, TcpFlow};

use std::{
    collections::HashMap,
    net::SocketAddr,
    time::{Duration, Instant},
};
use teranga_media::{
    Sfu, SfuConfig,
    address::{Address, TcpConnectionId},
    command::{Command, Event},
    id::{PeerId, RoomId},
};

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const ROOM: RoomId = RoomId(1);

/// The SFU, the clients and the network of one test, in virtual time.
pub(crate) struct Testbed {
    pub(crate) now: Instant,
    pub(crate) sfu: Sfu,
    pub(crate) network: Network,
    pub(crate) clients: Vec<Client>,
    pub(crate) events: Vec<(Instant, Event)>,
    /// Clients that use a TCP connection, by their address.
    pub(crate) tcp_connections: HashMap<SocketAddr, TcpConnectionId>,
    /// Datagrams that the SFU sent, by destination.
    sent: HashMap<SocketAddr, usize>,
    /// Datagrams that the SFU sent to addresses of no client.
    pub(crate) strays: Vec<(SocketAddr, Vec<u8>)>,
}

/// Address of the SFU.
pub(crate) fn server() -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 1], 3478))
}

impl Testbed {
    pub(crate) fn new(seed: u64) -> Self {
        #[expect(clippy::disallowed_methods, reason = "the origin of virtual time")]
        let now = Instant::now();
        let config = SfuConfig { addresses: vec![server(), SocketAddr::from(([198, 51, 100, 7], 3478))] };
        let sfu = Sfu::new(config).also_by_tcp(vec![SocketAddr::new(server().ip(), 443)]);
        Self {
            now,
            sfu,
            network: Network::new(seed),
            clients: Vec::new(),
            events: Vec::new(),
            tcp_connections: HashMap::new(),
            sent: HashMap::new(),
            strays: Vec::new(),
        }
    }

    /// Makes a testbed in which `count` clients are in one room, each with voice, and connected.
    pub(crate) fn with(count: u32, seed: u64, setup: Setup) -> Self {
        let mut testbed = Self::new(seed);
        for peer in 1..=count {
            testbed.join(ROOM, PeerId(peer), setup);
        }
        testbed.run(Duration::from_secs(1));
        assert!(testbed.clients.iter().all(|client| client.connected), "everyone is in");
        testbed
    }

    /// Lets a client offer and join; returns its index.
    pub(crate) fn join(&mut self, room: RoomId, peer: PeerId, setup: Setup) -> usize {
        let (client, offer) = Client::new(peer, setup, self.now);
        self.clients.push(client);
        self.network.add(peer);
        self.command(Command::Join { room, peer, offer });
        self.clients.len() - 1
    }

    /// Lets a client offer again with changed m-lines.
    pub(crate) fn renegotiate(&mut self, index: usize, change: impl FnOnce(&mut Change<'_>)) {
        let client = &mut self.clients[index];
        if let Some(offer) = client.offer(change) {
            let peer = client.id;
            self.command(Command::Offer { peer, offer });
        }
    }

    /// Lets a client offer with new ICE credentials.
    pub(crate) fn restart_ice(&mut self, index: usize) {
        self.renegotiate(index, |client| {
            client.restart_ice();
        });
    }

    pub(crate) fn command(&mut self, command: Command) {
        self.sfu.handle_command(self.now, command);
        self.drain();
    }

    /// Delivers a datagram from any address.
    pub(crate) fn inject(&mut self, source: SocketAddr, datagram: &[u8]) {
        self.sfu.handle_datagram(self.now, source, datagram);
        self.drain();
    }

    /// Lets `span` pass.
    pub(crate) fn run(&mut self, span: Duration) {
        let end = self.now + span;
        while let Some(next) = self.next_event().filter(|next| *next <= end) {
            self.now = self.now.max(next);
            self.step();
        }
        self.now = end;
        self.step();
    }

    /// Runs until `done`, at most for `limit`. Returns the time that it took.
    pub(crate) fn run_until(&mut self, limit: Duration, done: impl Fn(&Self) -> bool) -> Option<Duration> {
        let begin = self.now;
        while self.now < begin + limit {
            if done(self) {
                return Some(self.now - begin);
            }
            self.run(Duration::from_millis(10));
        }
        None
    }

    fn next_event(&mut self) -> Option<Instant> {
        let clients = self.clients.iter().map(Client::deadline).min();
        [self.sfu.poll_timeout(), self.network.next(), clients].into_iter().flatten().min()
    }

    fn step(&mut self) {
        while let Some(packet) = self.network.arrived(self.now) {
            match packet.to {
                None => {
                    let tcp = self.tcp_connections.get(&packet.source).copied();
                    let source = Address { socket: packet.source, tcp };
                    self.sfu.handle_datagram(self.now, source, &packet.contents);
                }
                Some(peer) => {
                    let client = self.clients.iter_mut().find(|client| client.id == peer);
                    if let Some(client) = client {
                        client.receive(&packet.contents, self.now);
                    }
                }
            }
        }
        if self.sfu.poll_timeout().is_some_and(|at| at <= self.now) {
            self.sfu.handle_timeout(self.now);
        }
        for client in &mut self.clients {
            client.advance(self.now);
        }
        self.drain();
    }

    /// Carries all datagrams, offers and answers to their receivers.
    fn drain(&mut self) {
        while let Some(transmit) = self.sfu.poll_transmit() {
            *self.sent.entry(transmit.destination).or_default() += 1;
            if transmit.tcp != self.tcp_connections.get(&transmit.destination).copied() {
                continue;
            }
            let peer = self.clients.iter().find(|client| client.address == transmit.destination);
            match peer {
                Some(peer) => self.network.down(peer.id, transmit.contents, self.now),
                None => self.strays.push((transmit.destination, transmit.contents)),
            }
        }
        while let Some(event) = self.sfu.poll_event() {
            if let Event::Answer { peer, sdp } = &event {
                let client = self.clients.iter_mut().rev().find(|client| client.id == *peer);
                if let Some(client) = client {
                    client.answer(sdp, self.now);
                }
            }
            self.events.push((self.now, event));
        }
        for client in &mut self.clients {
            for contents in client.drain(self.now) {
                self.network.up(client.id, client.address, contents, self.now);
            }
        }
    }

    /// Returns the datagrams that the SFU sent to the client's present address.
    pub(crate) fn sent_to(&self, peer: PeerId) -> usize {
        let client = self.clients.iter().find(|client| client.id == peer).expect("a client");
        self.sent.get(&client.address).copied().unwrap_or_default()
    }

    /// Returns the events that `pick` selects.
    pub(crate) fn seen<T>(&self, pick: impl Fn(&Event) -> Option<T>) -> Vec<T> {
        self.events.iter().filter_map(|(_, event)| pick(event)).collect()
    }
}
