//! A picture is read or refused; one that is read holds nothing behind its end, and nothing can be added to it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use teranga_clinic::image;

fuzz_target!(|photo: &[u8]| {
    if let Some((kind, width, height)) = image::inspect(photo) {
        assert!(width > 0 && height > 0);
        assert_eq!(image::kind_of(photo), Some(kind));
        let longer = [photo, b"\0"].concat();
        assert_eq!(image::inspect(&longer), None);
        assert_eq!(image::inspect(&photo[..photo.len() - 1]), None);
    }
});
