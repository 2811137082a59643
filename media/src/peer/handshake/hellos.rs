//! `ClientHello` messages put together from their fragments, when some of the fragments may be forged.
//!
//! Owned by a [`HandshakeRace`](super::HandshakeRace). It gives every message that the fragments allow, and leaves it to the handshakes to find
//! out which one the client sent.

use super::records::Fragment;
use std::collections::VecDeque;

/// The message type of a `ClientHello`.
pub(super) const CLIENT_HELLO: u8 = 1;

/// The largest number of fragments that wait for others. A `ClientHello` with a post-quantum key share has two.
const WAITING: usize = 16;

/// The largest number of fragments of one message.
const PIECES: usize = 4;

/// The largest number of messages that one fragment may complete.
const MESSAGES: usize = 4;

/// A `ClientHello`, as its fragments in order.
pub(super) type Hello = Vec<Fragment>;

/// The fragments that wait for others, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Hellos {
    waiting: VecDeque<Fragment>,
}

impl Hellos {
    /// Takes a fragment. Returns the messages that it completes.
    pub(super) fn take(&mut self, fragment: Fragment) -> Vec<Hello> {
        if fragment.is_whole() {
            return vec![vec![fragment]];
        }
        if fragment.body().is_empty() {
            return Vec::new();
        }
        if !self.waiting.contains(&fragment) {
            if self.waiting.len() == WAITING {
                self.waiting.pop_front();
            }
            self.waiting.push_back(fragment.clone());
        }
        let mut found = Vec::new();
        self.extend(&mut Vec::new(), &fragment, &mut found);
        found
    }

    /// Looks for all ways from the end of a chain to the end of the message, through `wanted`.
    fn extend(&self, chain: &mut Hello, wanted: &Fragment, found: &mut Vec<Hello>) {
        let end = chain.last().map_or(0, Fragment::end);
        if end == wanted.length() && chain.contains(wanted) {
            found.push(chain.clone());
        }
        if chain.len() == PIECES {
            return;
        }
        for next in &self.waiting {
            let fits = next.offset() == end
                && next.length() == wanted.length()
                && next.sequence() == wanted.sequence();
            if fits && found.len() < MESSAGES {
                chain.push(next.clone());
                self.extend(chain, wanted, found);
                chain.pop();
            }
        }
    }
}

/// The random of a `ClientHello`, which stays the same when the server asks for another key share (RFC 8446 section 4.1.2).
pub(super) fn random(hello: &Hello) -> Option<Vec<u8>> {
    let start: Vec<u8> = hello.iter().flat_map(|fragment| fragment.body().iter().copied()).take(34).collect();
    start.get(2..34).map(<[u8]>::to_vec)
}

#[cfg(test)]
mod tests {
    use super::{super::records::fragments, *};

    fn fragment(length: u8, offset: u8, body: &[u8]) -> Fragment {
        let size = u8::try_from(body.len()).unwrap();
        let bytes = [&[CLIENT_HELLO, 0, 0, length, 0, 0, 0, 0, offset, 0, 0, size], body].concat();
        fragments(&bytes).next().unwrap()
    }

    fn texts(hellos: Vec<Hello>) -> Vec<Vec<u8>> {
        let text = |hello: Hello| hello.iter().flat_map(|piece| piece.body().to_vec()).collect();
        hellos.into_iter().map(text).collect()
    }

    #[test]
    fn a_forged_fragment_does_not_keep_the_true_ones_apart() {
        let mut hellos = Hellos::default();
        assert!(hellos.take(fragment(4, 0, b"ab")).is_empty());
        assert_eq!(texts(hellos.take(fragment(4, 2, b"XX"))), [b"abXX"]);
        assert_eq!(texts(hellos.take(fragment(4, 2, b"cd"))), [b"abcd"]);
        assert_eq!(texts(hellos.take(fragment(4, 0, b"YY"))), [b"YYXX", b"YYcd"]);
    }

    #[test]
    fn what_waits_is_bounded() {
        let mut hellos = Hellos::default();
        for byte in 0..=255 {
            assert!(hellos.take(fragment(9, 0, &[byte, 1])).is_empty());
        }
        assert_eq!(hellos.waiting.len(), WAITING);
        assert!(hellos.take(fragment(9, 2, b"abcdefg")).len() <= MESSAGES);
    }
}
