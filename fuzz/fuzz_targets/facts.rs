//! Facts as they stand on the disk: whatever is there is read or refused, and a replay never falls.
#![no_main]

use libfuzzer_sys::fuzz_target;
use teranga_clinic::{consultation::Consultation, fact::Fact};

fuzz_target!(|text: &str| {
    if let Ok(facts) = serde_json::from_str::<Vec<Fact>>(text) {
        let _ = Consultation::replay(&facts);
    }
});
