//! Whatever is typed as an enrolment code is one of ours or none, and reads as itself.
#![no_main]

#[path = "../../src/identity/code.rs"]
mod code;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|typed: &str| {
    if let Some(read) = code::read(typed) {
        assert!(code::LENGTHS.contains(&read.len()));
        assert!(read.bytes().all(|letter| code::ALPHABET.contains(&letter)));
        assert_eq!(code::read(&read.to_lowercase()).as_ref(), Some(&read));
    }
});
