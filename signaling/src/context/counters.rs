//! Numbers for `/metrics`: kinds and counts, never a person.

use crate::message::session::ErrorCode;
use std::collections::HashMap;

/// The counts since the start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Sockets that were welcomed.
    pub welcomed: u64,
    /// Those among them that came back with their token.
    pub resumed: u64,
    /// Sockets closed because they were silent.
    pub lost: u64,
    /// Sockets closed because too much was refused.
    pub abused: u64,
    /// Reports of pages that no voice comes to them, although one is sent.
    pub deaf: u64,
    /// Requests that became facts.
    pub requested: u64,
    /// Escalation steps.
    pub escalated: u64,
    /// Requests that a specialist took.
    pub claimed: u64,
    /// Consultations that rang again, because their doctor was not there.
    pub rang_again: u64,
    /// Waits that were put off: calls on hold, and posts that want to be called back.
    pub postponed: u64,
    /// Consultations that another doctor took over.
    pub taken_over: u64,
    /// Consultations that became deferred cases.
    pub deferred: u64,
    /// Answers to deferred cases.
    pub cases_answered: u64,
    /// Deadlines of deferred cases that a specialist let pass.
    pub cases_overdue: u64,
    /// Consultations that ended with a disposition.
    pub closed: u64,
    /// Consultations withdrawn.
    pub cancelled: u64,
    /// Facts that could not be stored.
    pub unrecorded: u64,
    /// Facts that did not follow from those before: a fault of ours.
    pub faults: u64,
    /// Passes over the whole queue that computed every position: at most one for each input.
    pub queue_passes: u64,
    /// Refused messages by code.
    pub refused: HashMap<ErrorCode, u64>,
}

/// The sizes of the hub at this moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Open sockets.
    pub sessions: usize,
    /// Requests in the queue.
    pub waiting: usize,
    /// Consultations that a specialist holds.
    pub running: usize,
    /// Deferred cases, and consultations whose outcome is awaited.
    pub cases: usize,
    /// Pre-warmed rooms.
    pub prepared: usize,
    /// Uncommitted facts.
    pub pending_records: usize,
    /// Join tokens that were not used yet.
    pub grants: usize,
    /// Reports of pages that no voice comes to them, although one is sent.
    pub deaf: u64,
}
