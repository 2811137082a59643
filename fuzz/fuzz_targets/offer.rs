//! Whatever a client calls SDP is accepted within our bounds or refused; whatever is called an answer can be dressed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use teranga_media::sdp::{check, dress};

fuzz_target!(|text: &str| {
    let _ = check(text);
    let dressed = dress(text);
    assert_eq!(dress(&dressed), dressed, "dressing twice changes nothing");
});
