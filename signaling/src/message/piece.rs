//! A long message that travels in pieces, as binary frames. It is compressed, because beside a voice on a thin link every byte is
//! taken from the voice.

use crate::limits::MESSAGE_BYTES;
use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use std::io::{Read as _, Write as _};
use teranga_clinic::pii::Pii;

/// Bit of the first byte of a frame: the piece begins a message.
const FIRST: u8 = 1;

/// Bit of the first byte of a frame: the piece completes its message.
const LAST: u8 = 2;

/// A piece of a long message. The pieces of a message, joined, are its JSON in the zlib format (RFC 1950). The page says `piece_received` after each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// True for the first piece of a message; what a page has of another one is forgotten.
    pub first: bool,
    /// True for the last piece of a message.
    pub last: bool,
    /// The next bytes of the compressed message.
    pub bytes: Pii<Vec<u8>>,
}

impl Piece {
    /// The binary frame in which the piece travels: a byte with bit 0 for the first and bit 1 for the last piece, and the piece.
    pub fn frame(&self) -> Vec<u8> {
        let flags = (u8::from(self.first) * FIRST) | (u8::from(self.last) * LAST);
        let mut frame = vec![flags];
        frame.extend_from_slice(self.bytes.reveal());
        frame
    }

    /// Reads a frame; none if it is empty.
    pub fn from_frame(frame: &[u8]) -> Option<Self> {
        let (flags, bytes) = frame.split_first()?;
        Some(Self { first: flags & FIRST != 0, last: flags & LAST != 0, bytes: Pii::new(bytes.to_vec()) })
    }
}

/// Compresses the text of a message.
pub(crate) fn compress(text: &str) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish());
    written.expect("a vector takes every byte")
}

/// Pieces that make no text, or one of more than [`MESSAGE_BYTES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("pieces that make no text")]
pub struct NoText;

/// Puts messages together from their pieces.
#[derive(Debug, Default)]
pub struct PieceReader {
    compressed: Pii<Vec<u8>>,
}

impl PieceReader {
    /// Adds a piece, and returns the JSON of the message that it completes.
    ///
    /// # Errors
    /// [`NoText`]; what came before is forgotten.
    pub fn add(&mut self, piece: &Piece) -> Result<Option<Pii<String>>, NoText> {
        let mut compressed = std::mem::take(&mut self.compressed).into_inner();
        if piece.first {
            compressed.clear();
        }
        compressed.extend_from_slice(piece.bytes.reveal());
        if compressed.len() > MESSAGE_BYTES {
            return Err(NoText);
        }
        if piece.last {
            return read(&compressed).map(Some).ok_or(NoText);
        }
        self.compressed = Pii::new(compressed);
        Ok(None)
    }
}

fn read(compressed: &[u8]) -> Option<Pii<String>> {
    let mut text = String::new();
    let bound = u64::try_from(MESSAGE_BYTES).ok()?;
    ZlibDecoder::new(compressed).take(bound).read_to_string(&mut text).ok()?;
    (text.len() < MESSAGE_BYTES).then(|| text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(first: bool, last: bool, bytes: &[u8]) -> Piece {
        Piece { first, last, bytes: Pii::new(bytes.to_vec()) }
    }

    #[test]
    fn pieces_become_their_message_and_one_that_begins_anew_forgets_the_rest() {
        let compressed = compress("{\"type\":\"beat\"}");
        let (head, tail) = compressed.split_at(9);
        let mut reader = PieceReader::default();
        assert_eq!(reader.add(&piece(true, false, b"half of another message")), Ok(None));
        assert_eq!(reader.add(&piece(true, false, head)), Ok(None));
        assert_eq!(reader.add(&piece(false, true, tail)), Ok(Some("{\"type\":\"beat\"}".into())));
    }

    #[test]
    fn pieces_that_make_no_text_or_never_end_or_swell_are_an_error() {
        let mut reader = PieceReader::default();
        assert_eq!(reader.add(&piece(true, true, b"{")), Err(NoText));
        let swollen = compress(&" ".repeat(MESSAGE_BYTES));
        assert_eq!(reader.add(&piece(true, true, &swollen)), Err(NoText));
        let endless = vec![0; MESSAGE_BYTES / 10];
        assert!((0..20).any(|_| reader.add(&piece(false, false, &endless)).is_err()));
    }

    #[test]
    fn a_frame_gives_its_piece_back() {
        for piece in [piece(true, false, b"abc"), piece(false, true, b""), piece(true, true, b"z")] {
            assert_eq!(Piece::from_frame(&piece.frame()), Some(piece));
        }
        assert_eq!(Piece::from_frame(&[]), None);
    }
}
