//! Whatever a client calls SDP is accepted within our bounds or refused, and nothing else.
#![no_main]

use libfuzzer_sys::fuzz_target;
use teranga_media::sdp::check;

fuzz_target!(|text: &str| {
    let _ = check(text);
});
