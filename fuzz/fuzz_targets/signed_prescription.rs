//! Whatever a QR code says, opening it ends with an envelope or a refusal; and whatever the claims are, reading them ends with a
//! prescription that is written as it was read, or a refusal. The first byte says which of the two is tried, because no input can be signed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use teranga_clinic::prescription::{LINES, ids_of_code};
use teranga_exchange::prescription::{Claims, Sealed};

fuzz_target!(|input: &[u8]| {
    let Some((first, rest)) = input.split_first() else { return };
    if first % 2 == 0 {
        let text = String::from_utf8_lossy(rest);
        let _ = ids_of_code(&text);
        if let Ok(sealed) = Sealed::of(&text) {
            assert!(sealed.verified(&[4; 65]).is_none());
        }
        return;
    }
    if let Ok(claims) = Claims::read(rest) {
        assert!((1..=LINES).contains(&claims.lines.len()));
        assert_eq!(Claims::read(&claims.to_bytes()), Ok(claims));
    }
});
