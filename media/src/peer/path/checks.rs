//! Our own connectivity checks: STUN requests that prove that the client is at an address (RFC 8445 section 7.2.2, RFC 7675).
//!
//! Owned by a [`Path`](super::Path), which decides what a proof is good for. A check is only ever caused by an authentic packet
//! of the client, and a budget bounds the checks of one client, so that it cannot make us send to a third party.

use super::requests::Transaction;
use crate::{address::Address, sdp::IceCredentials};
use rand::Rng;
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};
use str0m::{
    config::CryptoProvider,
    ice::{StunMessage, TransId},
};

/// The largest number of checks without an answer: two interfaces, each by UDP and by TCP. A further one replaces the oldest.
const PENDING: usize = 4;

/// The largest number of addresses whose proof is kept.
const PROOFS: usize = 8;

/// The waits before an urgent check is sent again by UDP (RFC 8489 section 6.2.1). The first is about a round trip by satellite, and
/// later the client's own requests cause the repetitions.
const REPEAT_AFTER: [Duration; 2] = [Duration::from_millis(300), Duration::from_millis(700)];

/// The least time between two sends of one check.
const LEAST_INTERVAL: Duration = Duration::from_millis(250);

/// The time for which an answer is awaited: a round trip by satellite behind a queue of some seconds.
const PATIENCE: Duration = Duration::from_secs(6);

/// The largest number of sends that a client can cause at once, and the time after which there is one more. In the long run this is
/// less than 1 kbit/s.
const BURST: u32 = 12;
const REFILL: Duration = Duration::from_secs(1);

/// The largest size of a check, which has two user name fragments of 256 characters at most (RFC 8839 section 5.4).
const CHECK_BYTES: usize = 20 + 4 + 516 + 8 + 12 + 24 + 8;

/// The PRIORITY that our checks carry: that of a peer-reflexive candidate of type preference 110 (RFC 8445 section 5.1.2.1).
const PRIORITY: u32 = (110 << 24) | (65_535 << 8) | 255;

/// A check that waits for its answer.
struct Check {
    transaction: Transaction,
    to: Address,
    begun: Instant,
    sent: Instant,
    sends: usize,
    /// The time at which it is sent again by itself.
    again: Option<Instant>,
}

/// The checks of one client, and the addresses that they have proven.
pub(super) struct Checks {
    pending: Vec<Check>,
    /// Addresses with the time at which a check to them was answered last.
    proofs: Vec<(Address, Instant)>,
    /// Checks to send, by transaction.
    due: VecDeque<(Transaction, Address)>,
    /// The tie-breaker of ICE-CONTROLLED (RFC 8445 section 16.1).
    tie_breaker: u64,
    budget: u32,
    refilled: Instant,
}

impl Checks {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            pending: Vec::new(),
            proofs: Vec::new(),
            due: VecDeque::new(),
            tie_breaker: rand::rng().random(),
            budget: BURST,
            refilled: now,
        }
    }

    /// Gives the checks up that carry the credentials before an ICE restart. What is proven stays so.
    pub(super) fn restart(&mut self) {
        self.pending.clear();
        self.due.clear();
    }

    /// Begins a check of an address, or sends the pending one again if it is not recent. An urgent check is repeated by itself.
    pub(super) fn begin(&mut self, to: Address, urgent: bool, now: Instant) {
        self.pending.retain(|check| now.saturating_duration_since(check.begun) < PATIENCE);
        if let Some(index) = self.pending.iter().position(|check| check.to == to) {
            if now.saturating_duration_since(self.pending[index].sent) >= LEAST_INTERVAL {
                self.send(index, now);
            }
            return;
        }
        if self.pending.len() == PENDING {
            self.pending.remove(0);
        }
        // A repetition over TCP is the transport's work.
        let again = (urgent && to.tcp.is_none()).then(|| now + REPEAT_AFTER[0]);
        // The transaction must be unpredictable, or a member could answer a check that it never got.
        let transaction = rand::rng().random();
        self.pending.push(Check { transaction, to, begun: now, sent: now, sends: 0, again });
        self.send(self.pending.len() - 1, now);
    }

    /// Queues a check unless the budget is used up.
    fn send(&mut self, index: usize, now: Instant) {
        self.refill(now);
        let check = &mut self.pending[index];
        check.sent = now;
        check.again = check.again.and(REPEAT_AFTER.get(check.sends)).map(|wait| now + *wait);
        check.sends += 1;
        if let Some(rest) = self.budget.checked_sub(1) {
            self.budget = rest;
            self.due.push_back((check.transaction, check.to));
        }
    }

    fn refill(&mut self, now: Instant) {
        while self.budget < BURST && now.saturating_duration_since(self.refilled) >= REFILL {
            self.budget += 1;
            self.refilled += REFILL;
        }
        if self.budget == BURST {
            self.refilled = now;
        }
    }

    /// The time at which a check is sent again.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.pending.iter().filter_map(|check| check.again).min()
    }

    /// Sends again what is due.
    pub(super) fn handle_timeout(&mut self, now: Instant) {
        for index in 0..self.pending.len() {
            if self.pending[index].again.is_some_and(|again| again <= now) {
                self.send(index, now);
            }
        }
    }

    /// True if a check waits to be sent.
    pub(super) fn has_due(&self) -> bool {
        !self.due.is_empty()
    }

    /// The next check to send, as bytes.
    pub(super) fn poll(
        &mut self,
        credentials: &IceCredentials,
        our_ufrag: &str,
        crypto: &CryptoProvider,
    ) -> Option<(Address, Vec<u8>)> {
        let (transaction, to) = self.due.pop_front()?;
        let name = format!("{}:{our_ufrag}", credentials.ufrag);
        let request = StunMessage::binding_request(
            &name,
            transaction_id(transaction)?,
            false,
            self.tie_breaker,
            PRIORITY,
            false,
        );
        let hmac = |key: &[u8], parts: &[&[u8]]| crypto.sha1_hmac_provider.sha1_hmac(key, parts);
        let mut bytes = vec![0; CHECK_BYTES];
        let length = request.to_bytes(Some(credentials.password.as_bytes()), &mut bytes, hmac).ok()?;
        bytes.truncate(length);
        Some((to, bytes))
    }

    /// The address to which a pending check was sent; `None` if no such check waits for an answer.
    pub(super) fn asked(&self, transaction: Transaction, now: Instant) -> Option<Address> {
        let waits = |check: &&Check| now.saturating_duration_since(check.begun) < PATIENCE;
        self.pending.iter().filter(waits).find(|check| check.transaction == transaction).map(|check| check.to)
    }

    /// Takes an authenticated answer, which came from the address that was asked: the client is there.
    pub(super) fn prove(&mut self, source: Address, now: Instant) {
        self.pending.retain(|check| check.to != source);
        self.due.retain(|(_, to)| *to != source);
        self.proofs.retain(|(address, _)| *address != source);
        if self.proofs.len() == PROOFS {
            self.proofs.remove(0);
        }
        self.proofs.push((source, now));
    }

    /// True if a check of this address was answered within `age`.
    pub(super) fn is_proven(&self, address: Address, age: Duration, now: Instant) -> bool {
        let recent = |at: Instant| now.saturating_duration_since(at) <= age;
        self.proofs.iter().any(|(proven, at)| *proven == address && recent(*at))
    }
}

/// The engine's form of a transaction id. The engine makes it only from a message; a Binding indication is the shortest one.
fn transaction_id(transaction: Transaction) -> Option<TransId> {
    let header = [&[0, 0x11, 0, 0, 0x21, 0x12, 0xA4, 0x42], &transaction[..]].concat();
    StunMessage::parse(&header).ok().map(|message| message.trans_id())
}
