//! Where a peer's packets come from and go to.
//!
//! Owned by a [`Peer`](super::Peer). The engine never decides this: everything goes to the address of the
//! last authenticated STUN request that nominated its pair (RFC 8445 section 8.1.1), or that was the first to come
//! after an outage. The engine would keep the pair of highest priority, and so speak to a dead address for 15 s
//! after a hand-over.

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
    Unauthenticated,
    Replayed,
    TooManyAddresses,
}

/// The way to a peer, and what was heard along it.
pub(super) struct Path {
    /// Where everything but STUN replies goes.
    nominated: Option<Address>,
    addresses: HashSet<Address>,
    /// STUN transactions seen, and from where.
    transactions: VecDeque<([u8; 12], Address)>,
    /// When something authenticated came last.
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

    /// Something authenticated came.
    pub(super) fn hear(&mut self, now: Instant) {
        self.heard = now;
    }

    /// An authenticated request makes its pair the path; whether that moves it.
    pub(super) fn nominate(&mut self, source: Address) -> bool {
        self.nominated.replace(source) != Some(source)
    }

    /// Addresses are counted for one ICE session; a restart begins another.
    pub(super) fn restart(&mut self) {
        self.addresses.clear();
    }

    /// A transaction belongs to the address it first came from, and addresses are bounded.
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

    /// Where a STUN transaction came from, if it is remembered.
    fn asked_from(&self, transaction: [u8; 12]) -> Option<Address> {
        self.transactions.iter().rev().find(|(id, _)| *id == transaction).map(|(_, from)| *from)
    }

    /// Where a datagram goes. STUN replies go where they were asked from, everything else along the path;
    /// nowhere without consent (RFC 7675 section 5.1). The engine knows no connection from another with the
    /// same far end, so it is not asked.
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

/// Checks MESSAGE-INTEGRITY (RFC 8489 section 9.1.3); whether the request nominates its pair.
pub(super) fn authenticate(datagram: &[u8], password: &str, crypto: &CryptoProvider) -> Option<bool> {
    let message = StunMessage::parse(datagram).ok()?;
    let hmac = |key: &[u8], parts: &[&[u8]]| crypto.sha1_hmac_provider.sha1_hmac(key, parts);
    let valid = message.is_binding_request() && message.verify(password.as_bytes(), hmac);
    valid.then(|| message.use_candidate())
}
