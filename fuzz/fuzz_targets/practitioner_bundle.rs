//! Whatever stands in a directory of specialists (FHIR), reading it ends with specialists, each with its own number of the order, and with flaws.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::collections::BTreeSet;
use teranga_clinic::text;
use teranga_exchange::directory::{DEFAULT_CODES, PRACTITIONERS_MAX, read_practitioner_bundle};

fuzz_target!(|input: &[u8]| {
    let reading = read_practitioner_bundle(input, DEFAULT_CODES);
    let numbers: BTreeSet<_> = reading.entries.iter().map(|one| one.order_number.reveal()).collect();
    assert!(numbers.len() == reading.entries.len() && numbers.len() <= PRACTITIONERS_MAX);
    assert!(
        reading
            .entries
            .iter()
            .all(|one| !one.specialities.is_empty() && text::name(one.name.reveal()).is_ok())
    );
});
