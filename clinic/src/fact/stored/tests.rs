//! What is refused, and how the next version will stand beside these: with a form that has one field more and one
//! field less.

use super::{Body, CODEC, Codec, Unreadable, Version, v1, v2, v3, version::read};
use crate::{
    clinical::Disposition,
    fact::What,
    id::PartyId,
    people::{Identity, Place, Role},
};
use serde::{Deserialize, Serialize};

/// Version 4 of a program of tomorrow, in which two kinds changed: `closed` says how it was signed, which the domain
/// type of today does not know, and `entered` no longer says who holds the consultation.
const NEXT: Version =
    Version { number: 4, encode: |what, _| encode(what), decode: |json| decode(json).map(Body::from) };
const TOMORROW: Codec = Codec::new(&[v1::VERSION, v2::VERSION, v3::VERSION, NEXT]);

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum Form {
    Left {},
    Closed { disposition: String, signature: String },
    Entered { guest: String },
}

fn encode(what: &What) -> String {
    let form = match what {
        What::Left => Form::Left {},
        What::Closed { disposition: Disposition::Evacuation, .. } => {
            Form::Closed { disposition: "evacuation".into(), signature: "ed25519".into() }
        }
        What::Entered { guest, .. } => Form::Entered { guest: guest.party.0.clone() },
        other => panic!("the test writes no {other:?}"),
    };
    serde_json::to_string(&form).unwrap()
}

fn decode(json: &str) -> Result<What, Unreadable> {
    Ok(match read(json, &["left", "closed", "entered"])? {
        Form::Left {} => What::Left,
        Form::Closed { .. } => What::Closed { disposition: Disposition::Evacuation, follow_up: None },
        Form::Entered { guest } => What::Entered { guest: somebody(&guest), holds: false, why: None },
    })
}

fn somebody(party: &str) -> Identity {
    let place = Place {
        id: "p".into(),
        name: String::new(),
        district: String::new(),
        region: String::new(),
        phone: String::new(),
    };
    Identity { party: PartyId(party.into()), role: Role::Guest, name: "".into(), place, specialities: vec![] }
}

fn facts() -> [What; 3] {
    let closed = What::Closed { disposition: Disposition::Evacuation, follow_up: None };
    [What::Left, closed, What::Entered { guest: somebody("interpreter"), holds: false, why: None }]
}

#[test]
fn a_program_of_tomorrow_reads_every_version_and_writes_its_own() {
    for fact in facts() {
        let (old, new) = (CODEC.encode(&fact, None), TOMORROW.encode(&fact, None));
        assert_eq!((old.version, new.version), (3, 4));
        assert_eq!(TOMORROW.decode(old.version, &old.json), Ok(fact.clone().into()));
        assert_eq!(TOMORROW.decode(new.version, &new.json), Ok(fact.into()));
    }
}

#[test]
fn a_version_of_tomorrow_is_not_guessed_at_even_if_it_looks_the_same() {
    for fact in facts() {
        let new = TOMORROW.encode(&fact, None);
        assert_eq!(CODEC.decode(new.version, &new.json), Err(Unreadable::Version));
    }
}

#[test]
fn a_row_of_one_version_under_the_number_of_the_other_is_refused() {
    let [_, closed, entered] = facts();
    let within = |form: String| format!(r#"{{"what":{form}}}"#);
    let signed = TOMORROW.encode(&closed, None).json;
    assert_eq!(CODEC.decode(2, &signed), Err(Unreadable::Field), "a field added");
    assert_eq!(CODEC.decode(3, &within(signed)), Err(Unreadable::Field), "a field added");
    let unheld = TOMORROW.encode(&entered, None).json;
    assert_eq!(CODEC.decode(2, &unheld), Err(Unreadable::Damaged), "a field removed");
    assert_eq!(CODEC.decode(3, &unheld), Err(Unreadable::Field), "a row of another shape");
    let unsigned = v2::encode(&closed);
    assert_eq!(TOMORROW.decode(4, &unsigned), Err(Unreadable::Damaged));
}

#[test]
fn what_is_not_understood_has_its_reason() {
    let cases = [
        (r#"{"kind":"left","at":1}"#, Unreadable::Field),
        (r#"{"kind":"cancelled","why":"x"}"#, Unreadable::Field),
        (r#"{"kind":"escalated","step":"second","n":2}"#, Unreadable::Field),
        (
            r#"{"kind":"photo_marked","photo":"00000000-0000-0000-0000-000000005eed","marks":[{"shape":"arrow","from":[0,0],"to":[1,1],"colour":"red"}]}"#,
            Unreadable::Field,
        ),
        (r#"{"kind":"administered","drug":"x"}"#, Unreadable::Kind),
        (r#"{"kind":"closed","disposition":"referral"}"#, Unreadable::Value),
        (r#"{"kind":"escalated"}"#, Unreadable::Damaged),
        (r#"{"kind":"escalated","step":2}"#, Unreadable::Damaged),
        (r#"{"disposition":"advice"}"#, Unreadable::Damaged),
        (r#"{"kind":"left"} {"kind":"left"}"#, Unreadable::Damaged),
        ("", Unreadable::Cut),
    ];
    for (row, expected) in cases {
        for version in [1, 2] {
            assert_eq!(CODEC.decode(version, row), Err(expected), "version {version}: {row}");
        }
        if expected != Unreadable::Cut && !row.contains("} {") {
            let row = format!(r#"{{"what":{row}}}"#);
            assert_eq!(CODEC.decode(3, &row), Err(expected), "version 3: {row}");
        }
    }
}

#[test]
fn a_row_that_is_cut_anywhere_is_refused() {
    let rows = [
        include_str!("../../../tests/golden/v1.jsonl"),
        include_str!("../../../tests/golden/v2.jsonl"),
        include_str!("../../../tests/golden/v3.jsonl"),
    ];
    for (version, rows) in (1..).zip(rows) {
        let row = rows.lines().next().unwrap();
        assert!(CODEC.decode(version, row).is_ok());
        for end in (0..row.len()).filter(|end| row.is_char_boundary(*end)) {
            assert_eq!(CODEC.decode(version, &row[..end]), Err(Unreadable::Cut), "cut at {end}");
        }
    }
}

#[test]
fn a_refusal_says_nothing_of_what_the_row_contains() {
    let row = r#"{"kind":"closed","disposition":"Awa Ndiaye"}"#;
    let refused = CODEC.decode(1, row).unwrap_err();
    assert!(!format!("{refused} {refused:?}").contains("Awa"));
}
