//! Whatever frames come, they make messages or an error, no message is longer than one may be, and what waits is bounded.
#![no_main]

use libfuzzer_sys::fuzz_target;
use teranga_signaling::{
    limits::MESSAGE_BYTES,
    message::piece::{Piece, PieceReader},
};

fuzz_target!(|frames: Vec<Vec<u8>>| {
    let mut reader = PieceReader::default();
    for frame in frames {
        let Some(piece) = Piece::from_frame(&frame) else { continue };
        if let Ok(Some(text)) = reader.add(&piece) {
            assert!(text.reveal().len() < MESSAGE_BYTES);
        }
    }
});
