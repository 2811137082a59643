//! `ClientHello`s that came before the address of the client was proven, which are doubtful.
//!
//! Owned by a [`Peer`](super::super::Peer). Our check goes out in front of our answer to the client's own check, so a client has answered it before
//! it begins DTLS. Whoever begins earlier is somebody else, unless a packet was lost. An answer to a foreign `ClientHello` would reach the client,
//! which believes the first one that it gets.

use super::hellos::CLIENT_HELLO;
use super::records::{Record, fragments, records};
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// The largest number of datagrams that are kept.
const KEPT: usize = 8;

/// The time after the proof for which a `ClientHello` of the client itself is awaited, if there is an earlier one. The two cross the network
/// together.
const DOUBT: Duration = Duration::from_millis(30);

/// The `ClientHello`s that came too early.
#[derive(Debug, Default)]
pub(in super::super) struct EarlyHellos {
    kept: VecDeque<Vec<u8>>,
    /// The time at which they are believed.
    due: Option<Instant>,
}

impl EarlyHellos {
    /// Takes a DTLS datagram. True if it may be handled now; else it is kept or dropped.
    pub(in super::super) fn admit(&mut self, datagram: &[u8], is_proven: bool) -> bool {
        let is_hello = is_client_hello(datagram);
        if !is_proven {
            if is_hello && self.kept.len() < KEPT && !self.is_kept(datagram) {
                self.kept.push_back(datagram.to_vec());
            }
            return false;
        }
        if is_hello && self.is_kept(datagram) {
            return false;
        }
        if is_hello {
            self.kept.clear();
            self.due = None;
        }
        true
    }

    /// True if the same message is kept. Its record may have another number.
    fn is_kept(&self, datagram: &[u8]) -> bool {
        self.kept.iter().any(|kept| kept.get(11..) == datagram.get(11..))
    }

    /// The address of the client was proven.
    pub(in super::super) fn proven(&mut self, now: Instant) {
        if !self.kept.is_empty() {
            self.due.get_or_insert(now + DOUBT);
        }
    }

    /// The time at which [`poll`](Self::poll) has work.
    pub(in super::super) fn deadline(&self) -> Option<Instant> {
        self.due
    }

    /// What is believed now, because no other `ClientHello` has come.
    pub(in super::super) fn poll(&mut self, now: Instant) -> Option<Vec<u8>> {
        if self.due.is_none_or(|due| due > now) {
            return None;
        }
        let next = self.kept.pop_front();
        if next.is_none() {
            self.due = None;
        }
        next
    }
}

fn is_client_hello(datagram: &[u8]) -> bool {
    let first = records(datagram).next();
    let Some(Record::Handshake(contents)) = first else { return false };
    fragments(contents).next().is_some_and(|fragment| fragment.kind() == CLIENT_HELLO)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;

    fn hello(number: u8) -> Vec<u8> {
        let fragment = [1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, number];
        [&[22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 13][..], &fragment].concat()
    }

    #[test]
    fn an_early_hello_gives_way_to_the_clients_own() {
        let (now, mut early) = (Instant::now(), EarlyHellos::default());
        assert!(!early.admit(&hello(1), false));
        early.proven(now);
        assert!(!early.admit(&hello(1), true), "still in doubt");
        assert!(early.admit(&hello(2), true));
        assert_eq!(early.poll(now + DOUBT), None);
        assert!(early.admit(&hello(1), true), "it may come again");
    }

    #[test]
    fn an_early_hello_is_believed_if_nobody_else_speaks() {
        let (now, mut early) = (Instant::now(), EarlyHellos::default());
        assert!(!early.admit(&hello(1), false) && !early.admit(&[21; 20], false));
        early.proven(now);
        assert_eq!(early.poll(now), None);
        assert_eq!(early.poll(early.deadline().unwrap()), Some(hello(1)));
        assert_eq!((early.poll(now + DOUBT), early.deadline()), (None, None));
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut early = EarlyHellos::default();
        (0..=255).for_each(|number| assert!(!early.admit(&hello(number), false)));
        assert_eq!(early.kept.len(), KEPT);
    }
}
