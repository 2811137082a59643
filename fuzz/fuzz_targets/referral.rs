//! Whatever a letter and the events of a referral are, they are refused or cleaned, cleaning them again changes nothing, the events never panic, and the
//! number of structures that are tried stays bounded. Whatever is typed as a code is one or is none.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde::Deserialize;
use teranga_clinic::{
    referral::{
        Letter, Referral, ReferralActor, ReferralEvent, ReferralOrder, ReferralStep, TRIED, TypedCode,
        cleaned_event, cleaned_letter, ids_of_code, typed_code,
    },
    time::Timestamp,
};

#[derive(Deserialize)]
struct Input {
    letter: Letter,
    order: Option<ReferralOrder>,
    events: Vec<(ReferralActor, ReferralEvent)>,
    typed: String,
}

fuzz_target!(|text: &str| {
    let _ = ids_of_code(text);
    let Ok(Input { letter, order, events, typed }) = serde_json::from_str(text) else { return };
    if let Ok(letter) = cleaned_letter(&letter) {
        assert_eq!(cleaned_letter(&letter).as_ref(), Ok(&letter));
    }
    let Some(mut referral) = order.map(Referral::new) else { return };
    for (at, (actor, event)) in (0..).zip(events) {
        let Ok(event) = cleaned_event(event) else { continue };
        assert_eq!(cleaned_event(event.clone()).as_ref(), Ok(&event));
        let step = ReferralStep { at: Timestamp(at), actor, by: "x".into(), event, act: None };
        let before = referral.clone();
        if referral.apply(&step).is_err() {
            assert_eq!(referral, before);
        }
    }
    assert!(referral.tried.len() <= TRIED + 1);
    if typed_code(&referral, &typed) == TypedCode::Current {
        let again = serde_json::to_value(&referral).expect("a referral can be said");
        assert_eq!(serde_json::from_value::<Referral>(again).ok(), Some(referral));
    }
});
