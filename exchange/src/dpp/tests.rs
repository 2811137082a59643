//! Answers as servers give them, good and bad.

use super::*;
use serde_json::{Value, json};

const SYSTEM: &str = "urn:example:dpp";

fn patient_json(id: &str, number: &str, name: &str) -> Value {
    json!({ "resourceType": "Patient", "id": id, "active": true, "identifier": [{ "system": SYSTEM, "value": number }],
        "name": [{ "family": name, "given": ["Aïssata"] }], "gender": "female", "birthDate": "1994-05-12",
        "telecom": [{ "system": "phone", "value": "+221 77 000 12 34" }], "address": [{ "city": "Nabadji Civol" }] })
}

fn bundle(entries: &[Value]) -> Vec<u8> {
    let entries: Vec<_> = entries.iter().map(|one| json!({ "resource": one })).collect();
    json!({ "resourceType": "Bundle", "type": "searchset", "entry": entries }).to_string().into_bytes()
}

fn matched(graded: &[(Value, &str)]) -> Vec<u8> {
    let grade = |code: &str| json!([{ "url": "http://hl7.org/fhir/StructureDefinition/match-grade", "valueCode": code }]);
    let entry = |(one, code): &(Value, &str)| json!({ "resource": one, "search": { "score": 0.9, "extension": grade(code) } });
    let entries: Vec<_> = graded.iter().map(entry).collect();
    json!({ "resourceType": "Bundle", "type": "searchset", "entry": entries }).to_string().into_bytes()
}

#[test]
fn a_number_finds_its_patient_or_nobody() {
    let found = lookup(&bundle(&[patient_json("p1", "SN-1", "Sow")]), SYSTEM, Some("SN-1")).unwrap();
    let Lookup::Certain(candidate) = found else { panic!("{found:?}") };
    assert_eq!((candidate.name.as_str(), candidate.number.as_deref()), ("Aïssata Sow", Some("SN-1")));
    assert_eq!(lookup(&bundle(&[]), SYSTEM, Some("SN-1")), Ok(Lookup::Unknown));
    let without = json!({ "resourceType": "Bundle", "total": 0 }).to_string();
    assert_eq!(lookup(without.as_bytes(), SYSTEM, Some("SN-1")), Ok(Lookup::Unknown));
}

#[test]
fn an_answer_that_cannot_be_trusted_is_refused() {
    let number = Some("SN-1");
    let other = bundle(&[patient_json("p2", "SN-2", "Ba")]);
    assert_eq!(lookup(&other, SYSTEM, number), Err(Unusable::OtherPatient));
    assert_eq!(lookup(b"<Bundle xmlns=\"http://hl7.org/fhir\"/>", SYSTEM, number), Err(Unusable::NoJson));
    let outcome = json!({ "resourceType": "OperationOutcome", "issue": [{ "severity": "error" }] });
    assert_eq!(lookup(outcome.to_string().as_bytes(), SYSTEM, number), Err(Unusable::Error));
    assert_eq!(lookup(&bundle(&[outcome]), SYSTEM, number), Err(Unusable::Error));
    let warning = json!({ "resourceType": "OperationOutcome", "issue": [{ "severity": "warning" }] });
    assert_eq!(lookup(&bundle(&[warning]), SYSTEM, number), Ok(Lookup::Unknown));
    let two = [patient_json("p1", "SN-1", "Sow"), patient_json("p3", "SN-1", "Sow")];
    assert_eq!(lookup(&bundle(&two), SYSTEM, number), Err(Unusable::TwoCertain));
    let many: Vec<_> = (0..201).map(|at| patient_json(&format!("p{at}"), "SN-1", "Sow")).collect();
    assert_eq!(lookup(&bundle(&many), SYSTEM, number), Err(Unusable::TooMany));
    assert_eq!(lookup(b"[]", SYSTEM, number), Err(Unusable::Type));
}

#[test]
fn who_is_only_probable_is_never_chosen_and_a_certain_one_is() {
    let sow = || patient_json("p1", "SN-1", "Sow");
    let ba = || patient_json("p2", "SN-2", "Ba");
    let possible = matched(&[(ba(), "possible"), (sow(), "probable")]);
    let Ok(Lookup::Possible(found)) = lookup(&possible, SYSTEM, None) else { panic!() };
    assert_eq!(found.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["p1"]);
    let certain = matched(&[(ba(), "probable"), (sow(), "certain")]);
    assert!(matches!(lookup(&certain, SYSTEM, None), Ok(Lookup::Certain(one)) if one.id == "p1"));
    let two = matched(&[(ba(), "certain"), (sow(), "certain")]);
    assert_eq!(lookup(&two, SYSTEM, None), Err(Unusable::TwoCertain));
    let ungraded = bundle(&[sow()]);
    assert_eq!(lookup(&ungraded, SYSTEM, None), Ok(Lookup::Unknown));
}

#[test]
fn a_joined_identity_leads_on_and_an_inactive_one_is_nobody() {
    let mut joined = patient_json("p1", "SN-1", "Sow");
    joined["active"] = json!(false);
    assert_eq!(lookup(&bundle(&[joined.clone()]), SYSTEM, Some("SN-1")), Ok(Lookup::Unknown));
    joined["link"] = json!([{ "type": "replaced-by", "other": { "reference": "Patient/p9" } }]);
    assert_eq!(lookup(&bundle(&[joined.clone()]), SYSTEM, Some("SN-1")), Ok(Lookup::ReplacedBy("p9".into())));
    joined["link"][0]["other"]["reference"] = json!("https://elsewhere.example/Patient/p9");
    assert_eq!(
        lookup(&bundle(&[joined]), SYSTEM, Some("SN-1")),
        Ok(Lookup::Unknown),
        "no other host is asked"
    );
}

#[test]
fn an_identity_that_was_joined_or_given_up_is_not_in_use() {
    let read = |json: &serde_json::Value| patient(json.to_string().as_bytes(), SYSTEM, "p1").unwrap();
    let mut one = patient_json("p1", "SN-1", "Sow");
    assert!(read(&one).in_use);
    let link = |to: &str| json!([{ "type": "replaced-by", "other": { "reference": to } }]);
    one["link"] = link("Patient/p9");
    let joined = read(&one);
    assert_eq!((joined.in_use, joined.replaced_by.as_deref()), (false, Some("p9")));
    one["link"] = link("https://elsewhere.example/Patient/p9");
    assert_eq!((read(&one).in_use, read(&one).replaced_by), (false, None), "no other host is asked");
    assert_eq!(lookup(&bundle(&[one.clone()]), SYSTEM, Some("SN-1")), Ok(Lookup::Unknown));
    one["link"] = json!([{ "type": "replaces", "other": { "reference": "Patient/p9" } }]);
    assert!(read(&one).in_use, "the identity to which another one was joined");
    one["active"] = json!(false);
    assert!(!read(&one).in_use);
}

#[test]
fn what_the_record_does_not_know_is_answered_by_nothing() {
    let mut little = patient_json("p1", "SN-1", "Sow");
    little["birthDate"] = json!(" ");
    let Ok(Lookup::Possible(found)) = lookup(&matched(&[(little, "probable")]), SYSTEM, None) else {
        panic!()
    };
    assert_eq!(found[0].questions(), [Question::Town, Question::Phone]);
    let town_alone = Answers { town: "Nabadji Civol".into(), ..Answers::default() };
    assert!(!confirms(&found[0], &town_alone), "an empty answer counts as a right one");
}

#[test]
fn nothing_of_an_answer_turns_the_direction_of_writing() {
    let mut turned = patient_json("p1", "SN-1", "Sow");
    turned["name"] = json!([{ "text": "Awa \u{202e}woS\u{202c} e\u{200b}\u{301}" }]);
    let Ok(Lookup::Certain(one)) = lookup(&bundle(&[turned]), SYSTEM, Some("SN-1")) else { panic!() };
    assert_eq!(one.name, "Awa woS é");
}

#[test]
fn only_whoever_is_certain_leads_to_another_identity() {
    let mut joined = patient_json("p1", "SN-1", "Sow");
    joined["link"] = json!([{ "type": "replaced-by", "other": { "reference": "Patient/p9" } }]);
    let by_name = |grade| lookup(&matched(&[(joined.clone(), grade)]), SYSTEM, None);
    assert_eq!(by_name("certain"), Ok(Lookup::ReplacedBy("p9".into())));
    assert!(matches!(by_name("probable"), Ok(Lookup::Possible(_))), "the two questions are not asked");
    assert_eq!(by_name("possible"), Ok(Lookup::Unknown));
    let by_number = lookup(&bundle(&[joined]), SYSTEM, Some("SN-2"));
    assert_eq!(by_number, Err(Unusable::OtherPatient), "the link of another number");
}

#[test]
fn a_name_is_one_line_and_is_kept_as_it_is_written() {
    let mut strange = patient_json("p1", "SN-1", "Sow");
    strange["name"] = json!([{ "text": "<script>alert(1)</script>\n\u{0} Ɓah" }]);
    let Ok(Lookup::Certain(one)) = lookup(&bundle(&[strange.clone()]), SYSTEM, Some("SN-1")) else {
        panic!()
    };
    assert_eq!(one.name, "<script>alert(1)</script> Ɓah");
    assert!(!format!("{one:?}").contains("Ɓah"), "what is printed names nobody");
    strange["name"] = json!([{ "text": "é".repeat(5_000) }]);
    let Ok(Lookup::Certain(one)) = lookup(&bundle(&[strange]), SYSTEM, Some("SN-1")) else { panic!() };
    assert_eq!(one.name.chars().count(), TEXT_CHARS);
}

#[test]
fn two_right_answers_confirm_and_one_does_not() {
    let json = patient_json("p1", "SN-1", "Sow").to_string();
    let candidate = patient(json.as_bytes(), SYSTEM, "p1").unwrap().candidate;
    assert_eq!(candidate.questions(), [Question::Born, Question::Town]);
    let answers =
        |born: &str, town: &str| Answers { born: born.into(), town: town.into(), phone: String::new() };
    assert!(confirms(&candidate, &answers("1994-05-12", "nabadji-civol")));
    assert!(!confirms(&candidate, &answers("1994-05-12", "")));
    assert!(!confirms(&candidate, &answers("1994", "Nabadji Civol")));
    let little = Candidate { town: None, phone: None, ..candidate };
    assert!(!confirms(&little, &answers("1994-05-12", "")), "one question is not enough");
    assert_eq!(patient(json.as_bytes(), SYSTEM, "p2"), Err(Unusable::OtherPatient));
}

#[test]
fn a_record_in_short_leaves_out_what_is_refuted_or_over() {
    let of = |kind: &str, more: Value| {
        let mut resource = json!({ "resourceType": kind, "patient": { "reference": "Patient/p1" }, "code": { "text": kind } });
        resource.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        resource
    };
    let status = |code: &str| json!({ "coding": [{ "code": code }] });
    let allergies = bundle(&[
        of("AllergyIntolerance", json!({ "code": { "text": "Arachide" } })),
        of("AllergyIntolerance", json!({ "verificationStatus": status("refuted") })),
        of(
            "AllergyIntolerance",
            json!({ "code": { "coding": [{ "display": "Pénicilline" }] }, "criticality": "high",
            "reaction": [{ "manifestation": [{ "text": "œdème" }] }] }),
        ),
    ]);
    let problems = bundle(&[of("Condition", json!({ "clinicalStatus": status("resolved") }))]);
    let drugs = bundle(&[json!({ "resourceType": "MedicationStatement", "status": "active",
        "subject": { "reference": "https://dpp.example/fhir/Patient/p1" },
        "medicationCodeableConcept": { "text": "amlodipine 5 mg" }, "dosage": [{ "text": "1 par jour" }] })]);
    let documents = bundle(&[json!({ "resourceType": "DocumentReference", "status": "current",
        "subject": { "reference": "Patient/p1" }, "date": "2026-03-01T10:00:00Z", "type": { "text": "Compte rendu" } })]);
    let read = summary([&allergies, &problems, &drugs, &documents], "p1").unwrap();
    let texts: Vec<_> = read.allergies.iter().map(|one| (one.text.as_str(), one.grave)).collect();
    assert_eq!(texts, [("Pénicilline", true), ("Arachide", false)]);
    assert_eq!(read.allergies[0].detail.as_deref(), Some("œdème"));
    assert!(read.problems.is_empty());
    assert_eq!(read.drugs[0].detail.as_deref(), Some("1 par jour"));
    assert_eq!(read.documents[0].title, "Compte rendu");
    assert_eq!(summary([&allergies, &problems, &drugs, &documents], "p2"), Err(Unusable::OtherPatient));
}

/// An answer with these allergies of the patient `p1`.
fn allergies(all: &[Value]) -> Vec<u8> {
    let own = |one: &Value| {
        let mut own =
            json!({ "resourceType": "AllergyIntolerance", "patient": { "reference": "Patient/p1" } });
        own.as_object_mut().unwrap().extend(one.as_object().unwrap().clone());
        own
    };
    bundle(&all.iter().map(own).collect::<Vec<_>>())
}

#[test]
fn an_entry_that_says_that_there_is_no_allergy_is_none() {
    let snomed = json!({ "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "716186003" }] }, "criticality": "high" });
    let of_ips = json!({ "code": { "coding": [{ "code": "no-known-medication-allergies", "display": "No known medication allergies" }] } });
    let in_words = json!({ "code": { "text": "Aucune allergie connue" } });
    let answer = allergies(&[snomed, of_ips, in_words]);
    let read = summary([&answer, &bundle(&[]), &bundle(&[]), &bundle(&[])], "p1").unwrap();
    assert_eq!(read.known, []);
    assert!(read.allergies.iter().all(|one| one.denies && !one.grave), "{:?}", read.allergies);
    assert_eq!(read.allergies.len(), 3);
}

#[test]
fn a_denial_with_an_exception_a_doubt_or_a_reaction_is_an_allergy() {
    let mut all: Vec<_> = [
        "No known allergies other than penicillin",
        "Aucune allergie connue à part la pénicilline",
        "Non steroidal anti-inflammatory drugs",
        "Non précisée : réaction à la pénicilline",
        "Sans doute pénicilline",
    ]
    .map(|text| json!({ "code": { "text": text } }))
    .into();
    all.push(json!({ "code": { "text": "Aucune allergie connue" }, "criticality": "high" }));
    all.push(json!({ "code": { "text": "Aucune allergie connue" }, "reaction": [{ "manifestation": [{ "text": "œdème" }] }] }));
    let answer = allergies(&all);
    let read = summary([&answer, &bundle(&[]), &bundle(&[]), &bundle(&[])], "p1").unwrap();
    assert_eq!((read.known.len(), read.allergies.len()), (7, 7));
    assert!(read.allergies.iter().all(|one| !one.denies) && read.allergies[0].grave);
}

#[test]
fn every_name_and_code_of_an_allergy_is_known_and_no_grave_one_is_left_out() {
    let mut all = vec![json!({ "code": { "text": "Poussière" } }); 20];
    let atc = json!({ "system": "http://www.whocc.no/atc", "code": "J01CA04", "display": "Amoxicilline" });
    let reaction = json!([{ "substance": { "text": "Clamoxyl" }, "manifestation": [{ "text": "œdème" }] }]);
    all.push(json!({ "criticality": "high", "code": { "text": "Antibiotique", "coding": [atc] }, "reaction": reaction }));
    all.push(json!({ "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "764146007" }] } }));
    let answer = allergies(&all);
    let read = summary([&answer, &bundle(&[]), &bundle(&[]), &bundle(&[])], "p1").unwrap();
    assert_eq!(
        (read.allergies[0].text.as_str(), read.allergies.len(), read.more),
        ("Antibiotique", 12, true)
    );
    assert_eq!(read.known.len(), 22, "also those that are not shown");
    assert_eq!(read.known[20].names, ["Antibiotique", "Amoxicilline", "Clamoxyl"]);
    assert_eq!(read.known[20].atc, ["J01CA04"]);
    let coded = allergies(&all[21..]);
    let read = summary([&coded, &bundle(&[]), &bundle(&[]), &bundle(&[])], "p1").unwrap();
    assert_eq!(read.allergies[0].text, "764146007", "an allergy without words is shown by its code");
}

#[test]
fn a_name_never_stands_in_an_address() {
    let traits = Traits { name: "Aïssata Sow".into(), birth_year: Some(1994), gender: Some("female") };
    let FhirRequest { path, body, .. } = by_traits(&traits);
    assert_eq!(path, "Patient/$match");
    assert!(body.unwrap().contains("Aïssata Sow"));
    let number = by_number("urn:a|b", "SN 1&x=1");
    assert_eq!(number.path, "Patient?identifier=urn%3Aa%7Cb%7CSN%201%26x%3D1&active=true&_count=5");
    assert_eq!(record_requests("p1")[0].path, "AllergyIntolerance?patient=Patient%2Fp1&_count=50");
}
