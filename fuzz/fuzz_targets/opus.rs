//! An Opus packet's length is told or refused, and never more than Opus allows.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::time::Duration;

fuzz_target!(|packet: &[u8]| {
    if let Some(sound) = teranga_media::rtp::opus::duration(packet) {
        assert!(!sound.is_zero() && sound <= Duration::from_millis(120), "{sound:?}");
    }
});
