//! The media path of a peer: the address to which its packets go, and the addresses from which it was heard.
//!
//! Owned by a [`Peer`](super::Peer). The engine never decides this. The client chooses the path: with the last STUN request that nominated
//! its pair (RFC 8445 section 8.1.1), with the first one after an outage, or with media from elsewhere while the path is silent, and has its
//! first proven address before. The engine would keep the pair of highest priority, and so
//! send to a dead address for 15 s after a hand-over. A chosen address becomes the path only when our own check of it was answered, because a
//! request shows who wrote it, and not where the writer is (adr/0018).

mod checks;
mod requests;

use self::{
    checks::Checks,
    requests::{Novelty, Requests, Transaction},
};
use crate::{address::Address, limits::STRAY_AFTER, sdp::IceCredentials};
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};
use str0m::{config::CryptoProvider, ice::StunMessage};

/// The time since the last answered check after which consent has run out and only STUN is sent (RFC 7675 section 5.1).
const CONSENT: Duration = Duration::from_secs(30);

/// The age of consent at which the next request of the client causes a new check. Three of them fit into the time of consent.
const RENEW_CONSENT: Duration = Duration::from_secs(10);

/// The age of consent at which its renewal is urgent.
const CONSENT_IS_URGENT: Duration = Duration::from_secs(20);

/// The age up to which a proof is good for leaving a path that works. It covers the time from a client's first request to its
/// nomination, and is too short for a replay from an address that the client has left.
const FRESH_PROOF: Duration = Duration::from_secs(2);

/// The time after a move in which the client may still send along the former path: a round trip by satellite behind a queue.
const MOVE_SETTLES: Duration = Duration::from_secs(1);

/// The number of moves in [`FLAPPING_TIME`] from which a path is said to flap. A hand-over moves a path once or twice.
const FLAPPING_MOVES: usize = 5;
const FLAPPING_TIME: Duration = Duration::from_mins(1);

/// The reason for which a STUN message is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StunRefusal {
    /// MESSAGE-INTEGRITY is missing or wrong.
    Unauthenticated,
    /// The request was seen before, from another address.
    Replayed,
    /// The peer has used too many addresses since its last ICE restart.
    TooManyAddresses,
    /// It answers no check that we have sent.
    Unasked,
    /// It answers a check that we have sent to another address.
    Misdirected,
}

/// What a request or an answer did to the path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PathChange {
    /// The path is another than before.
    pub(crate) moved: bool,
    /// It has moved so often that somebody should know.
    pub(crate) flaps: bool,
}

/// An authenticated request of the client.
pub(super) struct Request {
    pub(super) source: Address,
    pub(super) transaction: Transaction,
    /// The client chooses this address.
    pub(super) chooses: bool,
}

/// The path of a peer, the STUN requests that it has sent, and our checks of its addresses.
pub(super) struct Path {
    /// The destination of everything but STUN.
    current: Option<Address>,
    /// The address that the client has chosen and that is not proven yet.
    chosen: Option<Address>,
    requests: Requests,
    checks: Checks,
    /// The times of the last moves.
    moves: VecDeque<Instant>,
    /// The time of the last authenticated packet.
    heard: Instant,
    /// The time of the last one on the current path that was not STUN, or the time until which a move is too recent to judge its silence.
    heard_here: Instant,
}

impl Path {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            current: None,
            chosen: None,
            requests: Requests::default(),
            checks: Checks::new(now),
            moves: VecDeque::with_capacity(FLAPPING_MOVES),
            heard: now,
            heard_here: now,
        }
    }

    pub(super) fn heard(&self) -> Instant {
        self.heard
    }

    /// Notes that an authenticated packet came. It does not count while the path has no consent: whoever cannot be reached is not back, and
    /// what is sent on a return must arrive.
    pub(super) fn hear(&mut self, now: Instant) {
        if self.current.is_none_or(|path| self.has_consent(path, now)) {
            self.heard = now;
        }
    }

    /// The ICE credentials have changed (RFC 8445 section 9): requests and checks with the former ones are worth nothing. The path stays
    /// until the client chooses another.
    pub(super) fn restart(&mut self) {
        self.requests.restart();
        self.checks.restart();
        self.chosen = None;
    }

    /// Takes an authenticated request. On success an answer may go to its source.
    ///
    /// # Errors
    /// The request came before from another address, which is a replay, or the peer uses too many addresses.
    pub(super) fn take_request(
        &mut self,
        request: &Request,
        now: Instant,
    ) -> Result<PathChange, StunRefusal> {
        let Request { source, transaction, chooses } = *request;
        let change = match self.requests.take(source, transaction) {
            Novelty::New => {
                self.hear(now);
                self.consider(source, chooses, now)
            }
            Novelty::OneAddressTooMany => return Err(StunRefusal::TooManyAddresses),
            // Somebody who overhears a request and is faster makes the client's own copy look like the replay, so the client is still
            // answered where it was proven to be. No copy moves the path.
            Novelty::Elsewhere if !self.has_consent(source, now) => return Err(StunRefusal::Replayed),
            Novelty::Repeated | Novelty::Elsewhere | Novelty::Unknown => {
                self.renew_consent(source, now);
                PathChange::default()
            }
        };
        self.requests.expect_answer(source, transaction);
        Ok(change)
    }

    /// Notes an authentic packet of the client that is not STUN, and so comes along the path that the client uses. From elsewhere it chooses
    /// the path if the present one is silent, because a client does not know what a NAT does, and its next request may be seconds away.
    pub(super) fn hear_from(&mut self, source: Address, now: Instant) {
        if self.current == Some(source) {
            self.heard_here = self.heard_here.max(now);
            self.renew_consent(source, now);
        } else if now.saturating_duration_since(self.heard_here) >= STRAY_AFTER {
            self.consider(source, true, now);
        }
    }

    /// Decides what a new request from this address means for the path.
    fn consider(&mut self, source: Address, chooses: bool, now: Instant) -> PathChange {
        if self.current == Some(source) {
            if chooses {
                self.chosen = None;
            }
            self.renew_consent(source, now);
        } else if chooses {
            let works = self.current.is_some_and(|path| self.has_consent(path, now));
            let age = if works { FRESH_PROOF } else { CONSENT };
            if self.checks.is_proven(source, age, now) {
                return self.move_to(source, now);
            }
            self.chosen = Some(source);
            self.checks.begin(source, true, now);
        } else if self.current.is_none() && !self.has_consent(source, now) {
            // The first address of a client is proven while it waits for its own checks.
            self.checks.begin(source, true, now);
        }
        PathChange::default()
    }

    /// Checks the current path again if its proof is old. Authentic packets of the client cause this, so that a dead path gets no checks.
    pub(super) fn renew_consent(&mut self, source: Address, now: Instant) {
        if self.current == Some(source) && !self.checks.is_proven(source, RENEW_CONSENT, now) {
            let urgent = !self.checks.is_proven(source, CONSENT_IS_URGENT, now);
            self.checks.begin(source, urgent, now);
        }
    }

    /// True if a check of this address was answered within the time of consent.
    pub(super) fn has_consent(&self, address: Address, now: Instant) -> bool {
        self.checks.is_proven(address, CONSENT, now)
    }

    /// The address from which an answer with this transaction is awaited.
    pub(super) fn asked(&self, transaction: Transaction, now: Instant) -> Option<Address> {
        self.checks.asked(transaction, now)
    }

    /// Takes an authenticated answer to a check, from the address that was asked.
    pub(super) fn take_answer(&mut self, source: Address, now: Instant) -> PathChange {
        self.checks.prove(source, now);
        // Any proven address is good for a client that has no path yet (RFC 8445 section 12.1.1).
        let wanted = self.chosen == Some(source) || self.current.is_none();
        let change = if wanted { self.move_to(source, now) } else { PathChange::default() };
        self.hear(now);
        change
    }

    fn move_to(&mut self, address: Address, now: Instant) -> PathChange {
        if self.chosen == Some(address) {
            self.chosen = None;
        }
        let moved = self.current.replace(address).is_some_and(|former| former != address);
        if moved {
            self.heard_here = now + MOVE_SETTLES;
        }
        PathChange { moved, flaps: moved && self.flaps(now) }
    }

    /// Counts a move. True if it is the last of too many, which are then counted anew.
    fn flaps(&mut self, now: Instant) -> bool {
        self.moves.retain(|at| now.saturating_duration_since(*at) < FLAPPING_TIME);
        self.moves.push_back(now);
        let flaps = self.moves.len() >= FLAPPING_MOVES;
        if flaps {
            self.moves.clear();
        }
        flaps
    }

    /// The time at which [`handle_timeout`](Self::handle_timeout) has work.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.checks.deadline()
    }

    /// Repeats the checks that are due.
    pub(super) fn handle_timeout(&mut self, now: Instant) {
        self.checks.handle_timeout(now);
    }

    /// The next check to send.
    pub(super) fn poll_check(
        &mut self,
        theirs: &IceCredentials,
        our_ufrag: &str,
        crypto: &CryptoProvider,
    ) -> Option<(Address, Vec<u8>)> {
        self.checks.poll(theirs, our_ufrag, crypto)
    }

    /// True if a check waits to be sent.
    pub(super) fn has_check(&self) -> bool {
        self.checks.has_due()
    }

    /// The destination of a datagram of the engine. STUN responses go to the source of their request, everything else to the path, and
    /// to nobody without consent. The engine is not asked, because it cannot tell two TCP connections with the same far end apart.
    pub(super) fn destination(&self, datagram: &[u8], now: Instant) -> Option<Address> {
        if datagram.first().is_some_and(|first| *first < 4) {
            return self.requests.asker(transaction(datagram)?);
        }
        self.current.filter(|path| self.has_consent(*path, now))
    }
}

/// The transaction id of a STUN message.
pub(super) fn transaction(datagram: &[u8]) -> Option<Transaction> {
    datagram.get(8..20)?.try_into().ok()
}

/// Checks a Binding request (RFC 8489 section 9.1.3); `None` if it is not authentic. True if it nominates its pair.
pub(super) fn authenticate(datagram: &[u8], password: &str, crypto: &CryptoProvider) -> Option<bool> {
    let message = authentic(datagram, password, crypto)?;
    message.is_binding_request().then(|| message.use_candidate())
}

/// True if this is an authentic success response to a Binding request.
pub(super) fn is_authentic_answer(datagram: &[u8], password: &str, crypto: &CryptoProvider) -> bool {
    authentic(datagram, password, crypto).is_some_and(|message| message.is_successful_binding_response())
}

fn authentic<'a>(datagram: &'a [u8], password: &str, crypto: &CryptoProvider) -> Option<StunMessage<'a>> {
    let message = StunMessage::parse(datagram).ok()?;
    let hmac = |key: &[u8], parts: &[&[u8]]| crypto.sha1_hmac_provider.sha1_hmac(key, parts);
    message.verify(password.as_bytes(), hmac).then_some(message)
}
