//! Whatever stands in a calendar file, reading it ends with events or a refusal, and an event without a problem is a duty.
#![no_main]

use libfuzzer_sys::fuzz_target;
use teranga_clinic::{
    rota::{Zone, read_calendar},
    time::Timestamp,
};

fuzz_target!(|text: &str| {
    let zone = Zone::named("Europe/Paris").expect("the zone is in the program");
    let Ok(events) = read_calendar(text, &zone, &[], Timestamp(0)) else { return };
    for event in events {
        assert!(event.problem.is_some() || (event.span.is_some() && event.doctor.is_some()));
    }
});
