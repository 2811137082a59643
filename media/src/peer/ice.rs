//! Who the client is for ICE: what its offers say, and what its checks say after a restart of its own.
//!
//! Part of a [`Peer`](super::Peer). Over a dead link a page can make no offer, and its browser gives up every path after
//! 15 s. It then takes a new name and password for itself and goes on checking ours (RFC 8445 section 9 without the
//! signalling). Such a check is authenticated by our password like any other. The client's new password we never
//! need: we are ICE-lite and check nothing ourselves.

use std::collections::VecDeque;

/// Names that a client has had and may still be heard under.
const NAMES: usize = 16;

/// The names (`ice-ufrag`) of a client.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The newest last.
    known: VecDeque<String>,
    /// The newest came with a check, and no offer has said it yet.
    unsaid: bool,
}

impl Names {
    /// An offer says it; whether a check has said it before.
    pub(super) fn offered(&mut self, ufrag: &str) -> bool {
        let checked = std::mem::take(&mut self.unsaid) && self.known.back().is_some_and(|name| name == ufrag);
        self.note(ufrag);
        checked
    }

    /// An authenticated check says it; whether it is new. An older one is a path that the client has left.
    pub(super) fn checked(&mut self, ufrag: &str) -> bool {
        let new = self.note(ufrag);
        self.unsaid |= new;
        new
    }

    fn note(&mut self, ufrag: &str) -> bool {
        let new = self.known.iter().all(|name| name != ufrag);
        if new {
            if self.known.len() == NAMES {
                self.known.pop_front();
            }
            self.known.push_back(ufrag.to_owned());
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restart_without_an_offer_is_followed_once_and_an_older_name_never() {
        let mut names = Names::default();
        assert!(!names.offered("a") && !names.checked("a"));
        assert!(names.checked("b") && !names.checked("b") && !names.checked("a"));
        assert!(names.offered("b"), "known from its checks");
        assert!(!names.offered("b"), "and said since");
        assert!(names.checked("c"));
        assert!(!names.offered("d"), "a restart that was offered, too");
    }

    #[test]
    fn names_are_bounded() {
        let mut names = Names::default();
        (0..1_000).for_each(|i| _ = names.checked(&i.to_string()));
        assert_eq!(names.known.len(), NAMES);
    }
}
