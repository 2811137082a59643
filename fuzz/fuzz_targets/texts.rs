//! Whatever people type is refused or kept in a form that is kept the same again: names, numbers of registers, and free texts.
#![no_main]

use libfuzzer_sys::fuzz_target;
use teranga_clinic::text::{NAME_BYTES, NAME_CHARS, clean, name, order_number};

fuzz_target!(|text: &str| {
    if let Ok(kept) = name(text) {
        assert!(kept.chars().count() <= NAME_CHARS && kept.len() <= NAME_BYTES);
        assert_eq!(name(&kept).as_ref(), Ok(&kept));
    }
    if let Ok(kept) = order_number(text) {
        assert_eq!(order_number(&kept).as_ref(), Ok(&kept));
    }
    let kept = clean(text);
    assert_eq!(clean(&kept), kept);
});
