//! The record as FHIR over HTTP: who may have it, what is noted, and that the same facts are the same bytes.

use super::{House, code, house};
use crate::store::{
    Journal,
    testing::{consultation, identity},
};
use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::{Value, json};
use std::time::Duration;
use teranga_clinic::{
    audit::OpeningWay,
    case::Outcome,
    clinical::{Advise, Disposition},
    fact::What,
    people::Role,
    time::Timestamp,
};

fn path() -> String {
    format!("/api/consultations/{}/record.json", consultation(1))
}

/// The doctor has advised and ended the consultation of the tests; a guest was there.
async fn scene() -> House {
    let house = house().await;
    house.add("guest-moussa", "moussa", Role::Guest).await;
    house.add("doctor-fatou", "fatou", Role::Doctor).await;
    house.record("doctor", What::Claimed { doctor: identity("doctor", Role::Doctor) }).await;
    let guest = identity("guest-moussa", Role::Guest);
    house.record("doctor", What::Entered { guest, holds: false, why: None }).await;
    let advice = Advise { consultation: consultation(1), revision: 1, text: "Repos".into(), replaces: None };
    house.record("doctor", What::Advised { advice, order_number: Some("SN-1234".into()) }).await;
    house
}

async fn record(house: &House, cookie: &str) -> Vec<u8> {
    let (status, bytes) = house.bytes(&path(), cookie).await;
    assert_eq!(status, 200);
    bytes
}

fn composition(bytes: &[u8]) -> Value {
    serde_json::from_slice::<Value>(bytes).unwrap()["entry"][0]["resource"].clone()
}

#[tokio::test]
async fn the_post_and_a_doctor_of_the_consultation_get_the_same_record_and_both_are_noted() {
    let house = scene().await;
    let (doctor, post) = (house.sign_in("awa").await, house.sign_in_tablet().await);
    let own = record(&house, &doctor).await;
    assert_eq!(own, record(&house, &post).await);
    let openings = house.store.openings(consultation(1)).await.unwrap();
    let mut by: Vec<_> = openings.iter().map(|opening| (&*opening.by.0, opening.way)).collect();
    by.sort_by_key(|(by, _)| *by);
    assert_eq!(by, [("doctor", OpeningWay::Read), ("post", OpeningWay::Read)]);
    assert_eq!(composition(&own)["status"], "final");
    let request = Request::get(path()).header(header::COOKIE, doctor).body(Body::empty()).unwrap();
    let answer = house.send(request).await;
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/fhir+json; fhirVersion=4.0");
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
    assert!(answer.headers()[header::CONTENT_DISPOSITION].to_str().unwrap().starts_with("attachment"));
}

#[tokio::test]
async fn what_is_added_after_the_end_is_a_new_version_that_replaces_the_one_before() {
    let house = scene().await;
    let doctor = house.sign_in("awa").await;
    let follow_up = Some(Timestamp(86_400_000));
    house.record("doctor", What::Closed { disposition: Disposition::Advice, follow_up }).await;
    let ended: Value = serde_json::from_slice(&record(&house, &doctor).await).unwrap();
    let outcome = What::OutcomeTold { outcome: Outcome::Improved, text: "Va mieux".into(), act: None };
    house.record("post", outcome).await;
    let added = record(&house, &doctor).await;
    assert_eq!(composition(&added)["status"], "amended");
    let replaced = composition(&added)["relatesTo"][0].clone();
    assert_eq!(replaced, json!({ "code": "replaces", "targetIdentifier": ended["identifier"] }));
}

#[tokio::test]
async fn a_version_after_an_identification_replaces_each_copy_of_the_version_before() {
    let house = scene().await;
    let (doctor, tablet) = (house.sign_in("awa").await, house.sign_in_tablet().await);
    let follow_up = Some(Timestamp(86_400_000));
    let closed = What::Closed { disposition: Disposition::Advice, follow_up };
    house.record_at(Timestamp(6), "doctor", closed).await;
    let name_of_copy = async || -> Value {
        serde_json::from_slice::<Value>(&record(&house, &doctor).await).unwrap()["identifier"].clone()
    };
    let before = name_of_copy().await;
    let decision = uuid::Uuid::from_u128(1);
    let identify = format!("/api/patients/{}/identifications/{decision}", consultation(1));
    assert_eq!(house.tell(&identify, &tablet, &json!({ "number": "SN-1" })).await.0, 204);
    let identified = name_of_copy().await;
    assert_ne!(identified, before);
    let outcome = What::OutcomeTold { outcome: Outcome::Improved, text: "Va mieux".into(), act: None };
    house.record_now("post", outcome).await;
    let undo = format!("/api/patients/identifications/{decision}/undo");
    let replaced = [before, identified].map(|copy| json!({ "code": "replaces", "targetIdentifier": copy }));
    assert_eq!(composition(&record(&house, &doctor).await)["relatesTo"], json!(replaced));
    assert_eq!(house.tell(&undo, &tablet, &json!({})).await.0, 204);
    assert_eq!(
        composition(&record(&house, &doctor).await)["relatesTo"],
        json!(replaced),
        "what is undone today was given out before"
    );
}

/// How a record tells that the identity of the patient of consultation 2 was verified.
async fn identity_of(house: &House, number: u128, cookie: &str) -> Vec<String> {
    let path = format!("/api/consultations/{}/record.json", consultation(number));
    let (status, record) = house.get(&path, cookie).await;
    assert_eq!(status, 200, "{record}");
    let all = record["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]);
    let patient = all.clone().find(|resource| resource["resourceType"] == "Patient").unwrap();
    let told = patient["extension"].as_array().unwrap().iter();
    told.map(|one| one["valueCodeableConcept"]["coding"][0]["code"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_number_that_was_looked_up_before_the_request_is_told_as_verified_and_another_is_not() {
    let house = super::dpp::connected().await;
    let tablet = house.sign_in_tablet().await;
    let now = || house.clock.timestamp();
    for number in ["SN-1", "SN-2"] {
        house.tell("/api/dpp/lookup", &tablet, &json!({ "number": number })).await;
    }
    for (id, number) in [(21, Some("sn 1")), (22, Some("SN-2")), (23, None)] {
        super::patients::ask_at(&house, (id, now()), identity("post", Role::Kiosk), "", number).await;
    }
    assert_eq!(identity_of(&house, 21, &tablet).await, ["dpp-number"]);
    assert_eq!(
        identity_of(&house, 22, &tablet).await,
        ["number-as-typed"],
        "the record knows another patient"
    );
    assert_eq!(identity_of(&house, 23, &tablet).await, ["unknown"]);
    let named = (24, now());
    super::patients::ask_at(&house, named, identity("post", Role::Kiosk), "Moussa Ba", Some("SN-1")).await;
    assert_eq!(
        identity_of(&house, 24, &tablet).await,
        ["number-as-typed"],
        "it is the number of somebody else"
    );
    let tomorrow = (25, now().plus_ms(25 * 3_600_000));
    super::patients::ask_at(&house, tomorrow, identity("post", Role::Kiosk), "", Some("SN-1")).await;
    assert_eq!(
        identity_of(&house, 25, &tablet).await,
        ["number-as-typed"],
        "it was looked up for another visit"
    );
}

#[tokio::test]
async fn whoever_was_identified_after_the_end_is_told_so_until_that_is_undone() {
    let house = super::dpp::connected().await;
    let tablet = house.sign_in_tablet().await;
    super::patients::ask_at(&house, (21, Timestamp(9)), identity("post", Role::Kiosk), "", None).await;
    let before = house.bytes(&format!("/api/consultations/{}/record.json", consultation(21)), &tablet).await;
    let decision = uuid::Uuid::from_u128(1);
    let path = format!("/api/patients/{}/identifications/{decision}", consultation(21));
    assert_eq!(house.tell(&path, &tablet, &json!({ "number": "SN-1" })).await.0, 204);
    assert_eq!(identity_of(&house, 21, &tablet).await, ["identified"]);
    let (_, record) =
        house.get(&format!("/api/consultations/{}/record.json", consultation(21)), &tablet).await;
    let old: Value = serde_json::from_slice(&before.1).unwrap();
    assert_ne!(record["identifier"], old["identifier"], "it is another document");
    let undo = format!("/api/patients/identifications/{decision}/undo");
    assert_eq!(house.tell(&undo, &tablet, &json!({})).await.0, 204);
    assert_eq!(identity_of(&house, 21, &tablet).await, ["unknown"]);
    let again = house.bytes(&format!("/api/consultations/{}/record.json", consultation(21)), &tablet).await;
    assert_eq!(again, before, "and it is the document of before");
}

#[tokio::test]
async fn guests_and_strangers_are_told_that_there_is_none_and_a_stranger_is_noted() {
    let house = scene().await;
    assert_eq!(house.get(&path(), "").await, code(401, "signed_out"));
    for login in ["moussa", "fatou", "ops", "mina"] {
        let cookie = house.sign_in(login).await;
        assert_eq!(house.get(&path(), &cookie).await, code(404, "not_found"), "{login}");
    }
    let doctor = house.sign_in("awa").await;
    assert_eq!(house.get("/api/consultations/x/record.json", &doctor).await, code(404, "not_found"));
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let openings = house.store.openings(consultation(1)).await.unwrap();
    let by: Vec<_> = openings.iter().map(|opening| (&*opening.by.0, opening.way)).collect();
    assert_eq!(by, [("doctor-fatou", OpeningWay::Refused)]);
}
