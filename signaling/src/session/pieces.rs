//! The long messages of one socket that travel in pieces and have not left yet.

use crate::message::session::Piece;
use std::{collections::VecDeque, mem};
use teranga_clinic::{pii::Pii, time::Timestamp};

/// The long messages of one socket that have not left yet.
#[derive(Debug, Default)]
pub(crate) struct PieceQueue {
    /// The rest of each message, the oldest first.
    rests: VecDeque<Pii<String>>,
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
    pub(crate) fn push(&mut self, message: String) {
        self.rests.push_back(Pii::new(message));
    }

    /// What waits, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.rests.iter().map(|rest| rest.reveal().len()).sum()
    }

    /// Takes the next piece, with at most so many bytes of text.
    pub(crate) fn take(&mut self, bytes: usize) -> Option<Piece> {
        let text = self.rests.pop_front()?.reveal().clone();
        let (piece, rest) = text.split_at(text.floor_char_boundary(bytes));
        let first = !mem::replace(&mut self.has_begun, !rest.is_empty());
        if !rest.is_empty() {
            self.rests.push_front(Pii::new(rest.to_owned()));
        }
        Some(Piece { first, last: rest.is_empty(), text: Pii::new(piece.to_owned()) })
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

    #[test]
    fn pieces_give_the_messages_back_in_their_order_and_cut_no_letter() {
        let mut queue = PieceQueue::default();
        let messages = ["é".repeat(501), "court".to_owned()];
        for message in &messages {
            queue.push(message.clone());
        }
        let (mut whole, mut told) = (String::new(), Vec::new());
        while let Some(Piece { first, last, text }) = queue.take(300) {
            assert!(text.reveal().len() <= 300);
            if first {
                whole.clear();
            }
            whole.push_str(text.reveal());
            if last {
                told.push(whole.clone());
            }
        }
        assert_eq!(told, messages);
    }
}
