//! What a room has to say: datagrams, events, and who has gone.
//!
//! Owned by the [`Sfu`](crate::Sfu), which takes out what its caller polls; a room only puts in.

use crate::{command::Event, id::PeerId, sfu::Transmit, stats::Stats};
use std::collections::VecDeque;

/// Where a room puts what it has to say.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    pub(crate) transmits: VecDeque<Transmit>,
    pub(crate) events: VecDeque<Event>,
    /// Peers whose routes must go.
    pub(crate) departed: Vec<PeerId>,
    pub(crate) stats: Stats,
}

impl Outbox {
    /// A datagram goes out, and is counted.
    pub(super) fn transmit(&mut self, transmit: Transmit) {
        self.stats.packets_out += 1;
        self.stats.bytes_out += transmit.contents.len() as u64;
        self.transmits.push_back(transmit);
    }
}
