//! Whatever comes on a WebSocket is a message or a code, and a message that was read means the same when said again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use teranga_signaling::message::parse;

fuzz_target!(|text: &str| {
    if let Ok(message) = parse(text) {
        let again = serde_json::to_string(&message).expect("what was read can be said");
        assert_eq!(parse(&again).as_ref(), Ok(&message));
    }
});
