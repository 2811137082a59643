//! A picture's header is read or refused, and a picture that says a format begins like one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use teranga_clinic::image;

fuzz_target!(|photo: &[u8]| {
    if let Some((kind, width, height)) = image::inspect(photo) {
        assert!(width > 0 && height > 0);
        assert_eq!(image::kind_of(photo), Some(kind));
    }
});
