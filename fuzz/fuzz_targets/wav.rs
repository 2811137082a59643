//! A recording for `teranga probe --wav` is read or refused, and never makes more samples than its bytes allow.
#![no_main]

mod voice {
    /// The limit of the program.
    pub const SAMPLE_RATE: u32 = 48_000;
}

#[path = "../../src/native/wav.rs"]
mod wav;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    let samples = wav::read(file).map_or(0, |samples| samples.len());
    // Two bytes a sample, and at most six times as many after 8 kHz became 48.
    assert!(samples <= file.len() * 3 + 6, "{samples} of {} bytes", file.len());
});
