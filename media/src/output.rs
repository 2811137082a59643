//! Everything that comes out of the SFU: datagrams, events, departures and counters.
//!
//! The [`Sfu`](crate::Sfu) owns the one [`Outbox`] and takes out what its caller polls. Rooms only put in; they never read it.

use crate::{address::TcpConnectionId, command::Event, id::PeerId, stats::Stats};
use std::{collections::VecDeque, net::SocketAddr};

/// A datagram to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transmit {
    /// The address of the receiver.
    pub destination: SocketAddr,
    /// The TCP connection that carries it (RFC 6544); `None` sends it by UDP.
    pub tcp: Option<TcpConnectionId>,
    /// The payload, without a UDP header and without the frame of RFC 4571.
    pub contents: Vec<u8>,
}

/// The queues into which rooms put what the caller of the SFU polls later.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    /// Datagrams, the oldest first.
    pub(crate) transmits: VecDeque<Transmit>,
    /// Events, the oldest first.
    pub(crate) events: VecDeque<Event>,
    /// Participants who are gone. The SFU forgets their routes.
    pub(crate) departed: Vec<PeerId>,
    /// The SSRCs with which participants now speak.
    pub(crate) voices: Vec<(PeerId, u32)>,
    /// The counters of all rooms.
    pub(crate) stats: Stats,
}

impl Outbox {
    /// Queues a datagram and counts it.
    pub(crate) fn transmit(&mut self, transmit: Transmit) {
        self.stats.packets_out += 1;
        self.stats.bytes_out += transmit.contents.len() as u64;
        self.transmits.push_back(transmit);
    }
}
