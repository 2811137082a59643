//! Fuzzes the VP8 payload descriptor (RFC 7741, section 4.2): parsing never reads past the end of a payload, and
//! renumbering changes nothing but the picture id and `TL0PICIDX`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::Arc;
use teranga_media::rtp::vp8::{Descriptor, renumber, renumbered};

fuzz_target!(|input: (u16, u8, &[u8])| {
    let (picture_id, tl0picidx, payload) = input;
    if let Some(before) = Descriptor::parse(payload) {
        let payload = Arc::from(payload);
        let changed = match renumbered(&before, picture_id, tl0picidx) {
            Some(numbers) => renumber(&payload, &before, numbers),
            None => payload.clone(),
        };
        assert_eq!(changed.len(), payload.len());
        let after = Descriptor::parse(&changed).expect("it is a descriptor still");
        let frame = |descriptor: &Descriptor| {
            (descriptor.keyframe_start, descriptor.frame_start, descriptor.temporal)
        };
        assert_eq!(frame(&after), frame(&before));
        assert_eq!(after.picture.map(|picture| picture.long), before.picture.map(|picture| picture.long));
        assert_eq!(after.level0, before.level0.map(|_| tl0picidx));
    }
});
