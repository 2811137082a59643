//! The media path of a peer: the address to which its packets go, and the addresses from which it was heard.
//!
//! Owned by a [`Peer`](super::Peer). The engine never decides this. Everything goes to the address of the last authenticated STUN
//! request that nominated its pair (RFC 8445 section 8.1.1), or that was the first one after an outage. The engine would keep the
//! pair of highest priority, and so send to a dead address for 15 s after a hand-over.

use crate::{
    address::Address,
    limits::{ADDRESSES_PER_ICE, STUN_MEMORY},
};
use std::{
    collections::{HashSet, VecDeque},
    time::{Duration, Instant},
};
use str0m::{config::CryptoProvider, ice::StunMessage};

/// The time without an authenticated packet after which consent has run out and only STUN is sent (RFC 7675 section 5.1).
const CONSENT: Duration = Duration::from_secs(30);

/// The reason for which a STUN request is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StunRefusal {
    /// MESSAGE-INTEGRITY is missing or wrong.
    Unauthenticated,
    /// The transaction was seen before, from another address.
    Replayed,
    /// The peer has used too many addresses since its last ICE restart.
    TooManyAddresses,
}

/// The nominated address of a peer, and the STUN requests that it has sent.
pub(super) struct Path {
    /// The destination of everything but STUN responses.
    nominated: Option<Address>,
    addresses: HashSet<Address>,
    /// The last STUN transactions with their sources.
    transactions: VecDeque<([u8; 12], Address)>,
    /// The time of the last authenticated packet.
    heard: Instant,
}

impl Path {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            nominated: None,
            addresses: HashSet::new(),
            transactions: VecDeque::with_capacity(STUN_MEMORY),
            heard: now,
        }
    }

    pub(super) fn nominated(&self) -> Option<Address> {
        self.nominated
    }

    pub(super) fn heard(&self) -> Instant {
        self.heard
    }

    /// Notes that an authenticated packet came.
    pub(super) fn hear(&mut self, now: Instant) {
        self.heard = now;
    }

    /// Makes the source of an authenticated request the path. True if the path moves.
    pub(super) fn nominate(&mut self, source: Address) -> bool {
        self.nominated.replace(source) != Some(source)
    }

    /// Begins a new count of addresses after an ICE restart.
    pub(super) fn restart(&mut self) {
        self.addresses.clear();
    }

    /// Remembers an authenticated request.
    ///
    /// # Errors
    /// The transaction came before from another address, which is a replay, or the peer uses too many addresses.
    pub(super) fn remember(&mut self, source: Address, datagram: &[u8]) -> Result<(), StunRefusal> {
        let transaction = transaction(datagram).ok_or(StunRefusal::Unauthenticated)?;
        if self.asked_from(transaction).is_some_and(|from| from != source) {
            return Err(StunRefusal::Replayed);
        }
        if !self.addresses.contains(&source) && self.addresses.len() >= ADDRESSES_PER_ICE {
            return Err(StunRefusal::TooManyAddresses);
        }
        self.addresses.insert(source);
        if self.transactions.len() == STUN_MEMORY {
            self.transactions.pop_front();
        }
        self.transactions.push_back((transaction, source));
        Ok(())
    }

    /// The source of a STUN transaction, if it is remembered.
    fn asked_from(&self, transaction: [u8; 12]) -> Option<Address> {
        self.transactions.iter().rev().find(|(id, _)| *id == transaction).map(|(_, from)| *from)
    }

    /// The destination of a datagram. STUN responses go to the source of their request, everything else to the path, and to nobody
    /// without consent (RFC 7675 section 5.1). The engine is not asked, because it cannot tell two TCP connections with the same far
    /// end apart.
    pub(super) fn destination(&self, datagram: &[u8], now: Instant) -> Option<Address> {
        if datagram.first().is_some_and(|first| *first < 4) {
            return self.asked_from(transaction(datagram)?);
        }
        let consents = now.saturating_duration_since(self.heard) <= CONSENT;
        self.nominated.filter(|_| consents)
    }
}

/// The transaction id of a STUN message.
fn transaction(datagram: &[u8]) -> Option<[u8; 12]> {
    datagram.get(8..20)?.try_into().ok()
}

/// Checks MESSAGE-INTEGRITY (RFC 8489 section 9.1.3); `None` if it is wrong. True if the request nominates its pair.
pub(super) fn authenticate(datagram: &[u8], password: &str, crypto: &CryptoProvider) -> Option<bool> {
    let message = StunMessage::parse(datagram).ok()?;
    let hmac = |key: &[u8], parts: &[&[u8]]| crypto.sha1_hmac_provider.sha1_hmac(key, parts);
    let valid = message.is_binding_request() && message.verify(password.as_bytes(), hmac);
    valid.then(|| message.use_candidate())
}
