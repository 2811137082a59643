//! Who has seen a record: the list for its members, with those who were refused, and its FHIR export.

use super::{House, answer, code, house, staff::member};
use crate::store::{AuditLog, Journal, testing::consultation};
use axum::{
    body::{Body, to_bytes},
    http::{Request, header},
};
use serde_json::{Value, json};
use std::time::Duration;

/// Reads as a member of staff at the tablet.
async fn read_as(house: &House, path: &str, cookie: &str, proof: &str) -> u16 {
    let request = Request::get(path).header(header::COOKIE, cookie).header("staff-proof", proof);
    answer(house.send(request.body(Body::empty()).unwrap()).await).await.0
}

/// Waits until a refusal is written down, which happens at a random time within a second.
async fn refusal_noted(house: &House, before: usize) {
    while house.store.openings(consultation(1)).await.unwrap().len() == before {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The record was opened by a member of staff, by nobody who is known, and asked for by a stranger.
async fn opened() -> (House, String, String) {
    let house = house().await;
    let (tablet, stranger) = (house.sign_in_tablet().await, house.sign_in("awa").await);
    let (_, proof) = member(&house, &tablet, None, "Demba Sow", "4711").await;
    let record = format!("/api/consultations/{}", consultation(1));
    assert_eq!(read_as(&house, &record, &tablet, &proof).await, 200);
    assert_eq!(read_as(&house, &record, &tablet, "a void proof").await, 200);
    assert_eq!(house.get(&record, &stranger).await, code(404, "not_found"));
    refusal_noted(&house, 2).await;
    (house, tablet, stranger)
}

#[tokio::test]
async fn members_learn_who_has_seen_a_record_and_who_was_refused() {
    let (house, tablet, stranger) = opened().await;
    let path = format!("/api/consultations/{}/readers", consultation(1));
    let (status, view) = house.get(&path, &tablet).await;
    assert_eq!((status, &view["left_out"]), (200, &json!(0)), "{view}");
    let told: Vec<_> = view["readings"].as_array().unwrap().iter().collect();
    let of = |line: &Value| {
        let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
        (text("occasion"), text("name"), line["refused"].as_bool().unwrap(), text("network"))
    };
    let line = |occasion: &str, name: &str, refused, network: &str| {
        (occasion.to_owned(), name.to_owned(), refused, network.to_owned())
    };
    let expected = [
        line("request", "", false, ""),
        line("record", "Demba Sow, ICP", false, "public"),
        line("record", "", false, "public"),
        line("record", "doctor", true, "public"),
    ];
    assert_eq!(told.iter().map(|one| of(one)).collect::<Vec<_>>(), expected);
    let head = house.store.audit_head().await.unwrap().to_string();
    assert_eq!(view["head"], json!(head), "a printed list keeps the head of the log");
    assert_eq!(told[3]["place"], "Poste", "{}", told[3]);
    assert_eq!(house.store.openings(consultation(1)).await.unwrap().len(), 3, "the list is no opening");
    assert_eq!(house.get(&path, &stranger).await, code(404, "not_found"));
    let missing = format!("/api/consultations/{}/readers", consultation(99));
    assert_eq!(house.get(&missing, &tablet).await, code(404, "not_found"));
}

#[tokio::test]
async fn the_export_is_a_bundle_of_audit_events() {
    let (house, tablet, stranger) = opened().await;
    let path = format!("/api/consultations/{}/readers.json", consultation(1));
    let request = Request::get(&path).header(header::COOKIE, &tablet).body(Body::empty()).unwrap();
    let response = house.send(request).await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/fhir+json");
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    let bundle: Value = serde_json::from_slice(&body).unwrap();
    let outcomes: Vec<_> = bundle["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["resource"]["outcome"].as_str().unwrap())
        .collect();
    assert_eq!((bundle["resourceType"].as_str(), outcomes), (Some("Bundle"), vec!["0", "0", "0", "4"]));
    assert_eq!(house.get(&path, &stranger).await, code(404, "not_found"));
}
