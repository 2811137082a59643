//! Whatever stands in a table of specialists, reading it ends with specialists whose numbers of the order are in their stored form, and with flaws.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::collections::BTreeSet;
use teranga_clinic::text;
use teranga_exchange::directory::{PRACTITIONERS_MAX, read_practitioner_csv};

fuzz_target!(|input: &[u8]| {
    let reading = read_practitioner_csv(input);
    let numbers: BTreeSet<_> = reading.entries.iter().map(|one| one.order_number.reveal()).collect();
    assert!(numbers.len() == reading.entries.len() && numbers.len() <= PRACTITIONERS_MAX);
    for one in &reading.entries {
        assert_eq!(text::order_number(one.order_number.reveal()).as_ref(), Ok(one.order_number.reveal()));
        assert!(!one.specialities.is_empty() && text::name(one.name.reveal()).is_ok());
    }
});
