//! Numbers for `/metrics`. Kinds and counts, never a person.

use super::Hub;
use crate::message::session::ErrorCode;
use std::collections::HashMap;

/// What has happened since the start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Sockets that were welcomed.
    pub welcomed: u64,
    /// Of these, pages that came back with their token.
    pub resumed: u64,
    /// Sockets closed because they were silent.
    pub lost: u64,
    /// Sockets closed because too much was refused.
    pub abused: u64,
    /// Pages that told that no voice comes to them, although one is sent.
    pub deaf: u64,
    /// Requests that became facts.
    pub requested: u64,
    /// Steps of the clock.
    pub escalated: u64,
    /// Requests taken.
    pub claimed: u64,
    /// Consultations that ended with a disposition.
    pub closed: u64,
    /// Consultations withdrawn, or deserted.
    pub cancelled: u64,
    /// Facts that could not be stored.
    pub unrecorded: u64,
    /// Facts that did not follow from those before: a fault of ours.
    pub faults: u64,
    /// Refused messages by code.
    pub refused: HashMap<ErrorCode, u64>,
}

/// The hub at this moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Open sockets.
    pub sessions: usize,
    /// Requests in the queue.
    pub waiting: usize,
    /// Consultations that a specialist holds.
    pub running: usize,
    /// Rooms in which somebody warms a transport.
    pub prepared: usize,
    /// Facts on their way to the disk.
    pub pending_records: usize,
    /// Media grants that were not used yet.
    pub grants: usize,
    /// Times that a page told that no voice comes to it, although one is sent.
    pub deaf: u64,
}

impl Hub {
    /// The numbers of this moment.
    pub fn stats(&self) -> Stats {
        let running = self.cases.running().count();
        Stats {
            sessions: self.sessions.len(),
            waiting: self.cases.len() - running,
            running,
            prepared: self.cases.lobbies.len(),
            pending_records: self.uncommitted.len(),
            grants: self.grants.len(),
            deaf: self.counters.deaf,
        }
    }

    /// What was counted since the start.
    pub const fn counters(&self) -> &Counters {
        &self.counters
    }
}
