//! Feeds the RFC 4571 parser with a TCP stream in pieces: it finds frames that fit, or gives up.
#![no_main]

use libfuzzer_sys::fuzz_target;
use teranga_media::rtp::{
    DATAGRAM_BYTES,
    rfc4571::{Frames, framed},
};

fuzz_target!(|pieces: Vec<Vec<u8>>| {
    let (mut frames, mut again, mut taken) = (Frames::default(), Vec::new(), 0);
    for mut piece in pieces.iter().map(Vec::as_slice) {
        while !piece.is_empty() {
            loop {
                match frames.datagram() {
                    Err(_) => return,
                    Ok(None) => break,
                    Ok(Some(datagram)) => {
                        assert!(datagram.len() <= DATAGRAM_BYTES);
                        again.extend(framed(&datagram).expect("what came in a frame fits into one"));
                    }
                }
            }
            let space = frames.space();
            assert!(!space.is_empty(), "it asks for more only when there is space");
            let count = space.len().min(piece.len());
            space[..count].copy_from_slice(&piece[..count]);
            frames.read(count);
            taken += count;
            piece = &piece[count..];
        }
    }
    let stream = pieces.concat();
    assert!(taken == stream.len() && stream.starts_with(&again), "the frames are the stream");
});
