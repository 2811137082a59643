//! A picture's header is read or refused, and a picture that says a format begins like one.
#![no_main]

#[path = "../../src/clinic/picture.rs"]
mod picture;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|photo: &[u8]| {
    if let Some((kind, width, height)) = picture::inspect(photo) {
        assert!(width > 0 && height > 0);
        assert_eq!(picture::kind_of(photo), Some(kind));
    }
});
