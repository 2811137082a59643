//! A datagram from anywhere is sorted without being believed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use teranga_media::demux::{classify, rtp_ssrc, username};

fuzz_target!(|datagram: &[u8]| {
    let _ = classify(datagram);
    let _ = username(datagram);
    let _ = rtp_ssrc(datagram);
});
