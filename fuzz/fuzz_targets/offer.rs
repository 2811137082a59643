//! Whatever a client calls SDP is accepted within our bounds or refused; what the engine is shown of it is accepted again and
//! stays the same; whatever is called an answer can be rewritten.
#![no_main]

use libfuzzer_sys::fuzz_target;
use teranga_media::sdp::check;

fuzz_target!(|text: &str| {
    let Ok(offer) = check(text) else { return };
    let shown = offer.engine_text();
    assert!(
        shown.len() < 16 * text.len() + 4_000,
        "what the engine is shown is bounded by what it is made of"
    );
    if let Ok(again) = check(&shown) {
        assert_eq!(again.engine_text(), shown, "the form for the engine is stable");
    }
    let answer = offer.answer(text, |_| false);
    assert!(answer.len() < 4 * text.len() + 1_000, "an answer is bounded by what it is made of");
});
