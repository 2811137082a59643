//! The memory of the client's STUN requests: it tells a new request from one that came before, and from where.
//!
//! Owned by a [`Path`](super::Path). STUN has no other protection against replays, and the sender of a replay chooses when and from
//! which address it comes, so nothing is forgotten before the ICE credentials change: then the old requests authenticate no more.

use crate::{
    address::Address,
    limits::{ADDRESSES_PER_ICE, TRANSACTIONS_PER_ICE},
};
use std::collections::{HashMap, VecDeque};

/// A STUN transaction id (RFC 8489 section 5).
pub(super) type Transaction = [u8; 12];

/// The number of requests whose answers can still be addressed. The engine answers before the next request comes, so one would do.
const ANSWERABLE: usize = 8;

/// An authenticated request, compared with those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Novelty {
    /// The transaction was never seen.
    New,
    /// The transaction came before from the same address: a retransmission (RFC 8489 section 6.2.1), or a replay that pretends to be
    /// one. The two cannot be told apart.
    Repeated,
    /// The transaction came before from another address.
    Elsewhere,
    /// The memory is full, so nobody can tell.
    Unknown,
    /// It comes from a new address, and the peer has used [`ADDRESSES_PER_ICE`].
    OneAddressTooMany,
}

/// The requests of one ICE session.
#[derive(Default)]
pub(super) struct Requests {
    /// The addresses that were used, which the transactions refer to by their index.
    addresses: Vec<Address>,
    transactions: HashMap<Transaction, u8>,
    /// The last requests, to which answers may be due.
    answerable: VecDeque<(Transaction, Address)>,
}

impl Requests {
    /// Forgets everything, because the credentials have changed.
    pub(super) fn restart(&mut self) {
        *self = Self::default();
    }

    /// Looks an authenticated request up, and remembers it if it is new.
    pub(super) fn take(&mut self, source: Address, transaction: Transaction) -> Novelty {
        let known = self.addresses.iter().position(|address| *address == source);
        if let Some(first) = self.transactions.get(&transaction) {
            let same = known == Some(usize::from(*first));
            return if same { Novelty::Repeated } else { Novelty::Elsewhere };
        }
        if known.is_none() && self.addresses.len() >= ADDRESSES_PER_ICE {
            return Novelty::OneAddressTooMany;
        }
        if self.transactions.len() >= TRANSACTIONS_PER_ICE {
            return Novelty::Unknown;
        }
        let index = known.unwrap_or_else(|| {
            self.addresses.push(source);
            self.addresses.len() - 1
        });
        self.transactions.insert(transaction, u8::try_from(index).expect("fewer than 256 addresses"));
        Novelty::New
    }

    /// Notes that an answer to this request will go to its source.
    pub(super) fn expect_answer(&mut self, source: Address, transaction: Transaction) {
        self.answerable.truncate(ANSWERABLE - 1);
        self.answerable.push_front((transaction, source));
    }

    /// The address to which the answer of a request goes.
    pub(super) fn asker(&self, transaction: Transaction) -> Option<Address> {
        self.answerable.iter().find(|(asked, _)| *asked == transaction).map(|(_, source)| *source)
    }
}

const _: () = assert!(ADDRESSES_PER_ICE <= 256, "an index of an address is one byte");

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::SocketAddr;

    fn transaction(number: u32) -> Transaction {
        let mut transaction = [0; 12];
        transaction[..4].copy_from_slice(&number.to_be_bytes());
        transaction
    }

    fn address(port: u16) -> Address {
        SocketAddr::from(([192, 0, 2, 1], port)).into()
    }

    #[test]
    fn nothing_is_forgotten_when_the_memory_is_full() {
        let mut requests = Requests::default();
        let bound = u32::try_from(TRANSACTIONS_PER_ICE).unwrap();
        for number in 0..bound {
            assert_eq!(requests.take(address(1), transaction(number)), Novelty::New);
        }
        assert_eq!(requests.take(address(1), transaction(bound)), Novelty::Unknown, "it moves nothing");
        assert_eq!(requests.take(address(2), transaction(0)), Novelty::Elsewhere);
        assert_eq!(requests.take(address(1), transaction(0)), Novelty::Repeated);
        requests.restart();
        assert_eq!(requests.take(address(2), transaction(0)), Novelty::New);
    }

    #[test]
    fn addresses_are_bounded() {
        let mut requests = Requests::default();
        for port in 0..u16::try_from(ADDRESSES_PER_ICE).unwrap() {
            assert_eq!(requests.take(address(port), transaction(port.into())), Novelty::New);
        }
        assert_eq!(requests.take(address(999), transaction(999)), Novelty::OneAddressTooMany);
        assert_eq!(requests.take(address(0), transaction(999)), Novelty::New);
    }
}
