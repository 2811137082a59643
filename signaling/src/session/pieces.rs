//! The long messages of one socket that travel in pieces and have not left yet.

use crate::message::piece::{Piece, compress};
use std::{collections::VecDeque, mem};
use teranga_clinic::{pii::Pii, time::Timestamp};

/// The long messages of one socket that have not left yet.
#[derive(Debug, Default)]
pub(crate) struct PieceQueue {
    /// The rest of each message, compressed, the oldest first.
    rests: VecDeque<Pii<Vec<u8>>>,
    /// True if a part of the first message has left.
    has_begun: bool,
    /// True while a piece is on its way of which the page has said nothing.
    pub(crate) is_on_its_way: bool,
    /// The time before which no other piece leaves.
    pub(crate) not_before: Timestamp,
}

impl PieceQueue {
    /// True if nothing waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.rests.is_empty()
    }

    /// Adds a message.
    pub(crate) fn push(&mut self, message: &str) {
        self.rests.push_back(Pii::new(compress(message)));
    }

    /// What waits, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.rests.iter().map(|rest| rest.reveal().len()).sum()
    }

    /// Takes the next piece, with at most so many bytes of the message.
    pub(crate) fn take(&mut self, bytes: usize) -> Option<Piece> {
        let mut piece = self.rests.pop_front()?.into_inner();
        let rest = piece.split_off(bytes.min(piece.len()));
        let (first, last) = (!mem::replace(&mut self.has_begun, !rest.is_empty()), rest.is_empty());
        if !last {
            self.rests.push_front(Pii::new(rest));
        }
        Some(Piece { first, last, bytes: Pii::new(piece) })
    }

    /// Forgets what waits. A piece that is on its way is still acknowledged, and the next message begins anew.
    pub(crate) fn forget(&mut self) {
        self.rests.clear();
        self.has_begun = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::piece::PieceReader;

    #[test]
    fn pieces_give_the_messages_back_in_their_order() {
        let mut queue = PieceQueue::default();
        for text in ["sept heures", "huit heures"] {
            queue.push(text);
        }
        let (mut reader, mut told) = (PieceReader::default(), Vec::new());
        while let Some(piece) = queue.take(5) {
            assert!(piece.bytes.reveal().len() <= 5);
            told.extend(reader.add(&piece).expect("a text"));
        }
        assert_eq!(told, ["sept heures", "huit heures"].map(Pii::from));
    }
}
