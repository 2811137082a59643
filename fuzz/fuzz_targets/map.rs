//! Whatever numbers a sender uses, a slot's sequence numbers never come twice, and a switch goes on after the last.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::collections::HashMap;
use teranga_media::rtp::continuity::SequenceMap;

fuzz_target!(|inputs: Vec<(bool, u32)>| {
    let mut map = SequenceMap::default();
    // The input and the origin that a number was given to.
    let mut given = HashMap::new();
    let mut origin = 0;
    for (rebase, input) in inputs {
        let input = u64::from(input);
        if rebase || origin == 0 {
            origin += 1;
            map.rebase(input);
        }
        if let Some(output) = map.map(input) {
            let before = given.insert(output, (origin, input));
            assert!(before.is_none_or(|one| one == (origin, input)), "{output} means two packets");
        }
    }
});
