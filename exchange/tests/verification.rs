//! How a record tells that the identity of the patient was verified: each way, and that nothing which happened is denied.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

#[expect(dead_code, reason = "the other samples are for the records")]
mod samples;

use samples::{START, by, history, identity, timed};
use serde_json::Value;
use std::slice::from_ref;
use teranga_clinic::{
    fact::{Fact, What},
    history::History,
    id::{ActId, PartyId, PatientId},
    patient::{CheckWay, CheckedIdentity, Decision, Identification, IdentityCheck, NationalIdentity},
    people::Role,
    request::Intake,
    time::Timestamp,
};
use teranga_exchange::record::{Source, Systems, Verification, bundle, told};
use uuid::Uuid;

const DAY_MS: u64 = 24 * 3_600_000;

/// A request with this number and name, of a patient whom the post found among its own or did not.
fn asked(number: &str, name: &str, is_known: bool) -> History {
    let text = |text: &str| (!text.is_empty()).then(|| text.into());
    let intake = Intake { dpp: text(number), name: text(name), ..Intake::default() };
    let mut what = samples::requested(intake);
    if let What::Requested { request, .. } = &mut what {
        request.patient = is_known.then_some(PatientId(Uuid::from_u128(1)));
    }
    history(&timed(vec![by("post", what)]))
}

fn check(number: &str, way: CheckWay, at: u64) -> IdentityCheck {
    let who = CheckedIdentity {
        number: number.into(),
        name: "Aïssata Sow".into(),
        born: None,
        gender: Some("female".into()),
    };
    IdentityCheck { who, way, at: Timestamp(at) }
}

fn identified(confirmed: bool, undone: bool) -> Identification {
    let decision = || Decision { by: PartyId("post".into()), staff: None, at: Timestamp(START + DAY_MS) };
    Identification {
        id: Uuid::from_u128(7),
        patient: PatientId(Uuid::from_u128(1)),
        identity: NationalIdentity { number: "SN-1".into(), name: None, confirmed },
        made: decision(),
        undone: undone.then(decision),
    }
}

/// The codes of the patient, and the line about the identity.
fn ways(history: &History, verification: Verification) -> (Vec<String>, String) {
    let (staff, systems) = (samples::staff(), Systems::default());
    let source = Source { history, staff: &staff, systems: &systems, verification };
    let record: Value = serde_json::from_slice(&bundle(&source).to_json()).unwrap();
    let resources = record["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]);
    let patient = resources.into_iter().find(|one| one["resourceType"] == "Patient").unwrap();
    let codes = patient["extension"].as_array().unwrap().iter().map(|told| {
        assert_eq!(told["url"], "urn:example:teranga:not-official:extensions:identity-verification");
        told["valueCodeableConcept"]["coding"][0]["code"].as_str().unwrap().to_owned()
    });
    let lines = told(&source).chapters.into_iter().flat_map(|chapter| chapter.lines);
    (codes.collect(), lines.into_iter().find(|line| line.starts_with("Identité :")).unwrap())
}

fn codes(history: &History, checks: &[IdentityCheck], decisions: &[Identification]) -> Vec<String> {
    ways(history, Verification::of(history, checks, decisions)).0
}

#[test]
fn each_way_in_which_the_national_record_was_certain_is_told_and_the_strongest_of_them() {
    let request = asked("SN 1", "", false);
    for (way, code, words) in [
        (CheckWay::Number, "dpp-number", "Numéro DPP vérifié auprès du DPP par le poste le"),
        (CheckWay::Match, "dpp-match", "Retrouvé au DPP avec certitude par le poste le"),
        (CheckWay::Questions, "dpp-questions", "bonnes réponses du patient à deux questions"),
    ] {
        let checks = [check("sn-1", way, START - 60_000)];
        let (codes, line) = ways(&request, Verification::of(&request, &checks, &[]));
        assert_eq!(codes, [code]);
        assert!(line.contains(words) && !line.contains("sans vérification"), "{line}");
    }
    let all =
        [CheckWay::Questions, CheckWay::Number, CheckWay::Match].map(|way| check("SN-1", way, START - 1));
    assert_eq!(codes(&request, &all, &[]), ["dpp-questions"]);
}

#[test]
fn a_check_of_another_number_person_or_day_says_nothing() {
    let typed = ["number-as-typed"];
    let request = asked("SN-1", "Aïssata Sow", false);
    let of = |number, at| codes(&request, &[check(number, CheckWay::Number, at)], &[]);
    assert_eq!(of("SN-1", START), ["dpp-number"], "at the moment of the request");
    assert_eq!(of("SN-2", START - 1), typed);
    assert_eq!(of("SN-1", START + 1), typed, "it came after the number was said");
    assert_eq!(of("SN-1", START - DAY_MS - 1), typed, "it was for another visit");
    let other = asked("SN-1", "Moussa Ba", false);
    assert_eq!(codes(&other, &[check("SN-1", CheckWay::Number, START - 1)], &[]), typed, "another name");
    let nobody = asked("", "", false);
    assert_eq!(codes(&nobody, &[check("", CheckWay::Number, START - 1)], &[]), ["unknown"]);
    assert_eq!(codes(&asked("", "A. S.", false), &[], &[]), ["name-as-typed"]);
}

#[test]
fn a_number_that_an_examination_gave_is_judged_at_the_time_of_the_examination() {
    let request = samples::requested(Intake::default());
    let intake = Intake { dpp: Some("SN-1".into()), ..Intake::default() };
    let examined = What::Examined { intake, act: Some(ActId(Uuid::from_u128(3))) };
    let claimed = What::Claimed { doctor: identity("doctor", Role::Doctor) };
    let facts = timed(vec![by("post", request), by("doctor", claimed), by("post", examined)]);
    let history = history(&facts);
    let in_the_call = [check("SN-1", CheckWay::Number, START + 90_000)];
    assert_eq!(codes(&history, &in_the_call, &[]), ["dpp-number"], "after the request, before the form");
}

#[test]
fn whoever_is_known_or_was_identified_later_is_told_so_beside_the_rest() {
    let unknown = asked("", "", false);
    assert_eq!(codes(&unknown, &[], &[identified(true, false)]), ["identified"]);
    assert_eq!(codes(&unknown, &[], &[identified(false, false)]), ["identified-as-typed"]);
    assert_eq!(codes(&unknown, &[], &[identified(true, true)]), ["unknown"], "it was undone");
    let both = [identified(false, false), identified(true, false)];
    assert_eq!(codes(&unknown, &[], &both), ["identified"], "what the record confirmed counts");
    let known = asked("SN-1", "", true);
    assert_eq!(codes(&known, &[], &[]), ["known-at-post"]);
    let checks = [check("SN-1", CheckWay::Questions, START - 1)];
    let verification =
        Verification::of(&known, &checks, &[identified(true, false)]).confirmed_at_sending(Timestamp(START));
    let (codes, line) = ways(&known, verification);
    assert_eq!(codes, ["dpp-questions", "identified", "number-confirmed", "known-at-post"]);
    assert!(line.contains("lors de l’envoi") && line.contains("parmi ses propres patients"), "{line}");
}

#[test]
fn what_is_known_later_makes_another_document_and_what_was_known_before_makes_none() {
    let request = asked("SN-1", "", false);
    let (staff, systems) = (samples::staff(), Systems::default());
    let document = |verification| {
        told(&Source { history: &request, staff: &staff, systems: &systems, verification }).document
    };
    let of = |checks: &[IdentityCheck], decisions: &[Identification]| {
        document(Verification::of(&request, checks, decisions))
    };
    let plain = of(&[], &[]);
    assert_eq!(of(&[check("SN-1", CheckWay::Number, START - 1)], &[]), plain);
    assert_ne!(of(&[], &[identified(true, false)]), plain);
    assert_ne!(of(&[], &[identified(true, false)]), of(&[], &[identified(false, false)]));
    assert_ne!(document(Verification::default().confirmed_at_sending(Timestamp(START))), plain);
}

/// A version 2 that came two minutes after version 1, and the documents that it replaces with these decisions and this sending.
fn replaced(decisions: &[Identification], sent_at: Option<u64>) -> Vec<Value> {
    let (facts, staff, systems) = (two_versions(), samples::staff(), Systems::default());
    let history = history(&facts);
    let verification = verified(&history, decisions, sent_at);
    let source = Source { history: &history, staff: &staff, systems: &systems, verification };
    let record: Value = serde_json::from_slice(&bundle(&source).to_json()).unwrap();
    let all = record["entry"][0]["resource"]["relatesTo"].as_array().unwrap();
    all.iter().map(|one| one["targetIdentifier"]["value"].clone()).collect()
}

/// The name under which version 1 was given out.
fn first_version(decisions: &[Identification], sent_at: Option<u64>) -> Value {
    let (facts, staff, systems) = (two_versions(), samples::staff(), Systems::default());
    let history = history(&facts[..3]);
    let verification = verified(&history, decisions, sent_at);
    let document =
        told(&Source { history: &history, staff: &staff, systems: &systems, verification }).document;
    document.urn().to_string().into()
}

fn verified(history: &History, decisions: &[Identification], sent_at: Option<u64>) -> Verification {
    let verification = Verification::of(history, &[], decisions);
    match sent_at {
        Some(at) => verification.confirmed_at_sending(Timestamp(at)),
        None => verification,
    }
}

/// A request, then the advice of version 1 after [`FIRST`], and that of version 2 after [`SECOND`].
fn two_versions() -> Vec<Fact> {
    let mut facts = timed(vec![
        by("post", samples::requested(Intake::default())),
        by("doctor", What::Claimed { doctor: identity("doctor", Role::Doctor) }),
        samples::advised(1, "Repos", None),
        samples::advised(2, "Repos au lit", Some(1)),
    ]);
    (facts[2].at, facts[3].at) = (Timestamp(FIRST), Timestamp(SECOND));
    facts
}

/// A decision of this time, undone at that.
fn decided(at: u64, undone_at: Option<u64>) -> Identification {
    let decision = |at| Decision { by: PartyId("post".into()), staff: None, at: Timestamp(at) };
    Identification { made: decision(at), undone: undone_at.map(decision), ..identified(true, false) }
}

#[test]
fn a_version_replaces_the_one_before_under_each_name_that_it_had_in_its_time() {
    let plain = first_version(&[], None);
    let (before, between, after) = (FIRST - 1, FIRST + 60_000, SECOND + 1);
    assert_eq!(replaced(&[], None), from_ref(&plain));
    let meanwhile = decided(between, None);
    let named = first_version(from_ref(&meanwhile), None);
    assert_ne!(named, plain);
    assert_eq!(
        replaced(&[meanwhile], None),
        [plain.clone(), named.clone()],
        "a copy from before, and one from after"
    );
    assert_eq!(
        replaced(&[decided(between, Some(after))], None),
        [plain.clone(), named.clone()],
        "undone later"
    );
    assert_eq!(
        replaced(&[decided(between, Some(between + 9))], None),
        [plain.clone(), named],
        "undone meanwhile: it has its first name again"
    );
    let earlier = decided(before, None);
    let known = first_version(from_ref(&earlier), None);
    assert_eq!(replaced(&[earlier], None), [known], "it never had another name");
    assert_eq!(replaced(&[decided(after, None)], None), from_ref(&plain), "today's mark is not that of then");
    let sent = first_version(&[], Some(between));
    assert_eq!(replaced(&[], Some(between)), [plain.clone(), sent]);
    assert_eq!(replaced(&[], Some(after)), [plain]);
}

const FIRST: u64 = START + 600_000;
const SECOND: u64 = FIRST + 120_000;
