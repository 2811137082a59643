//! Whatever the national record answers, reading it ends with people or a refusal: nobody is certain without the number that was asked for, no text is
//! longer than a line, nobody is confirmed without two answers, and the bytes of a document are at the server that was asked or nowhere. The first byte
//! says which answer is read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use teranga_exchange::dpp::{
    Answers, Candidate, DocumentBytes, Lookup, TEXT_CHARS, bytes_of, confirms, kind_of, lookup, patient,
    summary, unwrapped,
};

const SYSTEM: &str = "urn:example:dpp";

fuzz_target!(|input: &[u8]| {
    let Some((first, json)) = input.split_first() else { return };
    match first % 6 {
        0 => check(lookup(json, SYSTEM, Some("SN-1"))),
        1 => check(lookup(json, SYSTEM, None)),
        2 => {
            let Ok(one) = patient(json, SYSTEM, "p1") else { return };
            fits(&one.candidate);
            assert_eq!(one.candidate.id, "p1");
            assert!(one.replaced_by.is_none_or(|id| (1..=64).contains(&id.len())));
        }
        3 => {
            let Ok(document) = serde_json::from_slice(json) else { return };
            if let Ok(DocumentBytes::At(request)) = bytes_of(&document, "https://dpp.example.sn/fhir") {
                assert!(
                    request.path.starts_with("Binary/") && request.path.split('/').all(|part| part != "..")
                );
            }
        }
        4 => {
            let Ok(bytes) = unwrapped(json.to_vec()) else { return };
            assert!(!bytes.is_empty() && (kind_of(&bytes).is_err() || !bytes.starts_with(b"<")));
        }
        _ => {
            let Ok(read) = summary([json; 4], "p1") else { return };
            let lines = [read.allergies, read.problems, read.drugs];
            assert!(lines.iter().all(|lines| lines.len() <= 12) && read.documents.len() <= 5);
            assert!(lines.iter().flatten().all(|line| !line.text.is_empty() && is_line(&line.text)));
        }
    }
});

fn check(found: Result<Lookup, teranga_exchange::dpp::Unusable>) {
    match found {
        Ok(Lookup::Certain(one)) => fits(&one),
        Ok(Lookup::Possible(all)) => {
            assert!(!all.is_empty());
            all.iter().for_each(fits);
        }
        Ok(Lookup::ReplacedBy(id)) => assert!((1..=64).contains(&id.len())),
        Ok(Lookup::Unknown) | Err(_) => (),
    }
}

fn fits(one: &Candidate) {
    assert!((1..=64).contains(&one.id.len()) && !one.name.is_empty());
    let texts = [&one.born, &one.gender, &one.number, &one.town, &one.phone].into_iter().flatten();
    assert!(texts.chain([&one.name]).all(|text| is_line(text)));
    let [born, town, phone] = [&one.born, &one.town, &one.phone].map(|text| text.clone().unwrap_or_default());
    for answers in [
        Answers { born, ..Answers::default() },
        Answers { town, ..Answers::default() },
        Answers { phone, ..Answers::default() },
    ] {
        assert!(!confirms(one, &answers), "one answer is enough");
    }
}

fn is_line(text: &str) -> bool {
    text.chars().count() <= TEXT_CHARS && !text.chars().any(char::is_control)
}
