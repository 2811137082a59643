//! Fuzzes the duration of an Opus packet, read from its first bytes: a packet has none, or one of at most 120 ms, the
//! most that a packet may hold (RFC 6716, section 3.4, rule R5).
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::time::Duration;
use teranga_media::rtp::opus;

fuzz_target!(|packet: &[u8]| {
    if let Some(duration) = opus::duration(packet) {
        assert!(!duration.is_zero() && duration <= Duration::from_millis(120), "{duration:?}");
    }
});
