//! Whatever stands in a directory of structures (FHIR), reading it ends with structures inside the country, each with its own identifier, and with flaws.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::collections::BTreeSet;
use teranga_clinic::structure::SENEGAL;
use teranga_exchange::directory::{DEFAULT_CODES, STRUCTURES_MAX, read_bundle};

fuzz_target!(|input: &[u8]| {
    let reading = read_bundle(input, &SENEGAL, DEFAULT_CODES);
    let ids: BTreeSet<_> = reading.entries.iter().map(|one| &one.place.id).collect();
    assert!(ids.len() == reading.entries.len() && ids.len() <= STRUCTURES_MAX);
    assert!(
        reading.entries.iter().all(|one| one.position.is_none_or(|at| (12.3..=16.7).contains(&at.latitude)))
    );
});
