//! A VP8 payload descriptor is read without going past its end, and renumbering keeps everything but the numbers.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::Arc;
use teranga_media::rtp::vp8::{Descriptor, renumber};

fuzz_target!(|input: (u16, u8, &[u8])| {
    let (picture, level0, payload) = input;
    if let Some(descriptor) = Descriptor::parse(payload) {
        let written = renumber(&Arc::from(payload), &descriptor, picture, level0);
        assert_eq!(written.len(), payload.len());
        assert!(Descriptor::parse(&written).is_some());
    }
});
