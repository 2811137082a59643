//! Where a peer's packets come from and go to.
//!
//! Owned by a [`Peer`](super::Peer). The engine never decides this: everything goes to the address of the
//! last authenticated STUN request that nominated its pair (RFC 8445 section 8.1.1). The engine would keep
//! the pair of highest priority, and so speak to a dead address for 15 s after a hand-over.

use crate::limits::{ADDRESSES_PER_ICE, CONSENT, STUN_MEMORY};
use std::{
    collections::{HashSet, VecDeque},
    net::SocketAddr,
    time::Instant,
};
use str0m::{config::CryptoProvider, ice::StunMessage};

/// Why a STUN request was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StunRefusal {
    Unauthenticated,
    Replayed,
    TooManyAddresses,
}

/// The way to a peer, and what was heard along it.
pub(super) struct Path {
    /// Where everything but STUN replies goes.
    nominated: Option<SocketAddr>,
    addresses: HashSet<SocketAddr>,
    /// STUN transactions seen, and from where.
    transactions: VecDeque<([u8; 12], SocketAddr)>,
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

    pub(super) fn nominated(&self) -> Option<SocketAddr> {
        self.nominated
    }

    pub(super) fn heard(&self) -> Instant {
        self.heard
    }

    /// Something authenticated came.
    pub(super) fn hear(&mut self, now: Instant) {
        self.heard = now;
    }

    /// An authenticated request nominates its pair; whether that moves the path.
    pub(super) fn nominate(&mut self, source: SocketAddr) -> bool {
        self.nominated.replace(source) != Some(source)
    }

    /// Addresses are counted for one ICE session; a restart begins another.
    pub(super) fn restart(&mut self) {
        self.addresses.clear();
    }

    /// A transaction belongs to the address it first came from, and addresses are bounded.
    pub(super) fn remember(&mut self, source: SocketAddr, datagram: &[u8]) -> Result<(), StunRefusal> {
        let transaction: [u8; 12] =
            datagram.get(8..20).and_then(|id| id.try_into().ok()).ok_or(StunRefusal::Unauthenticated)?;
        let seen = self.transactions.iter().find(|(id, _)| *id == transaction);
        if seen.is_some_and(|(_, from)| *from != source) {
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

    /// Where a datagram goes that the engine would send to `chosen`. STUN replies go where they were asked
    /// from, everything else along the path; nowhere without consent (RFC 7675 section 5.1).
    pub(super) fn destination(
        &self,
        datagram: &[u8],
        chosen: SocketAddr,
        now: Instant,
    ) -> Option<SocketAddr> {
        if datagram.first().is_some_and(|first| *first < 4) {
            return Some(chosen);
        }
        let consents = now.saturating_duration_since(self.heard) <= CONSENT;
        consents.then(|| self.nominated.unwrap_or(chosen))
    }
}

/// Checks MESSAGE-INTEGRITY (RFC 8489 section 9.1.3); whether the request nominates its pair.
pub(super) fn authenticate(datagram: &[u8], password: &str, crypto: &CryptoProvider) -> Option<bool> {
    let message = StunMessage::parse(datagram).ok()?;
    let hmac = |key: &[u8], parts: &[&[u8]]| crypto.sha1_hmac_provider.sha1_hmac(key, parts);
    let valid = message.is_binding_request() && message.verify(password.as_bytes(), hmac);
    valid.then(|| message.use_candidate())
}
