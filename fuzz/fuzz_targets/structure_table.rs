//! Whatever stands in a table of structures, reading it ends with structures inside the country, each with its own identifier, and with flaws.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::collections::BTreeSet;
use teranga_clinic::structure::SENEGAL;
use teranga_exchange::directory::{STRUCTURES_MAX, read_csv};

fuzz_target!(|input: &[u8]| {
    let reading = read_csv(input, &SENEGAL);
    let ids: BTreeSet<_> = reading.entries.iter().map(|one| &one.place.id).collect();
    assert!(ids.len() == reading.entries.len() && ids.len() <= STRUCTURES_MAX);
    assert!(
        reading.entries.iter().all(|one| one.position.is_none_or(|at| (12.3..=16.7).contains(&at.latitude)))
    );
});
