//! How a record tells that the identity of the patient was verified: each way, and that nothing which happened is denied.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

#[expect(dead_code, reason = "the other samples are for the records")]
mod samples;

use samples::{START, by, history, identity, timed};
use serde_json::Value;
use teranga_clinic::{
    fact::What,
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
    let verification = Verification::of(&known, &checks, &[identified(true, false)]).confirmed_at_sending();
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
    assert_ne!(document(Verification::default().confirmed_at_sending()), plain);
}
