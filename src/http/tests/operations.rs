//! What operations see of the journal: consultations that are set aside, and a server that was replaced.

use super::{House, asked_from_outside, code, house, state};
use crate::{
    http::state::HttpState,
    journal::{JournalWriter, Ledger, QueuedFact},
    store::{
        Epoch, Journal,
        testing::{consultation, requested},
    },
};
use axum::{
    body::{Body, to_bytes},
    http::{Request, header},
};
use serde_json::json;
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use std::sync::Arc;
use teranga_clinic::{fact::FactNumber, id::PartyId};
use teranga_signaling::id::RecordId;

impl House {
    /// This house with the counts of another writer, and its state.
    async fn with_ledger(self, ledger: Arc<Ledger>) -> (Self, HttpState) {
        let journal = self.store.clone();
        let state = state(self.identities.clone(), journal, ledger, self.clock, &self.folder).await;
        (Self { router: asked_from_outside(state.clone()), ..self }, state)
    }
}

/// Cuts the only fact of a consultation in the middle, as a bad disk does.
async fn cut_its_row(house: &House) {
    let file = SqliteConnectOptions::new().filename(house.folder.join("teranga.db"));
    let mut file = file.connect().await.unwrap();
    sqlx::query("UPDATE fact SET what = substr(what, 1, 40)").execute(&mut file).await.unwrap();
    file.close().await.unwrap();
}

#[tokio::test]
async fn a_consultation_that_is_set_aside_is_told_as_such_to_its_members() {
    let house = house().await;
    let (tablet, stranger) = (house.sign_in_tablet().await, house.sign_in("awa").await);
    cut_its_row(&house).await;
    let path = format!("/api/consultations/{}", consultation(1));
    let photo = format!("{path}/photos/{}", consultation(9));
    for path in [&path, &photo] {
        assert_eq!(house.get(path, &tablet).await, code(409, "set_aside"), "{path}");
        assert_eq!(house.get(path, &stranger).await, code(404, "not_found"), "{path}");
    }
    assert_eq!(house.get("/api/consultations", &tablet).await, (200, json!([])));
    let asked = house.store.openings(consultation(1)).await.unwrap();
    assert!(asked.iter().all(|asked| asked.way == teranga_clinic::audit::OpeningWay::Refused), "{asked:?}");
}

#[tokio::test]
async fn operators_alone_see_who_should_be_connected_and_since_when_they_are_not() {
    let house = house().await;
    let (operator, doctor) = (house.sign_in("ops").await, house.sign_in("awa").await);
    assert_eq!(house.get("/api/ops/expected", &doctor).await.0, 404);
    let (status, before) = house.get("/api/ops/expected", &operator).await;
    assert_eq!(
        (status, before[0]["party"].as_str(), &before[0]["seen_at"]),
        (200, Some("doctor"), &json!(null))
    );
    let now = house.clock.timestamp().0;
    house.identities.note_seen(&PartyId("doctor".into()));
    let (_, after) = house.get("/api/ops/expected", &operator).await;
    let seen_at = after[0]["seen_at"].as_u64().unwrap();
    assert!((now..now + 10_000).contains(&seen_at), "{seen_at} after {now}");
    let keys: Vec<_> = after[0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["party", "place", "role", "seen_at"], "no name, and nothing about a patient");
}

#[tokio::test]
async fn a_consultation_that_is_set_aside_is_shown_to_operations() {
    let (house, state) = house().await.with_ledger(Arc::default()).await;
    let operator = house.sign_in("ops").await;
    cut_its_row(&house).await;
    house.store.read(consultation(1)).await.unwrap().unwrap().unwrap_err();
    tokio::spawn(state.health.run());
    let shown = loop {
        let (status, health) = house.get("/api/ops/health", &operator).await;
        assert_eq!(status, 200);
        match health["set_aside"].as_array() {
            Some(list) if !list.is_empty() => break list.clone(),
            _ => tokio::task::yield_now().await,
        }
    };
    let id = consultation(1).to_string();
    assert_eq!(shown, [json!({ "consultation": id, "reason": "damaged", "number": 1, "since": 1 })]);
    let request = Request::get("/metrics").header(header::COOKIE, &operator).body(Body::empty()).unwrap();
    let metrics = to_bytes(house.send(request).await.into_body(), usize::MAX).await.unwrap();
    assert!(String::from_utf8_lossy(&metrics).lines().any(|line| line == "teranga_set_aside 1"));
}

#[tokio::test]
async fn a_server_that_was_replaced_is_not_ready() {
    let house = house().await;
    let (writer, mut answers) = JournalWriter::start(house.store.clone(), Epoch(0));
    let (house, _) = house.with_ledger(writer.ledger()).await;
    assert_eq!(house.get("/readyz", "").await.0, 200);
    house.store.take_over().await.unwrap();
    let (record, consultation) = (RecordId(1), consultation(2));
    let fact = Box::new(requested(consultation, 1));
    assert!(writer.record(QueuedFact { record, consultation, number: FactNumber::FIRST, fact }));
    answers.recv().await.unwrap();
    assert_eq!(house.get("/readyz", "").await.0, 503);
    assert_eq!(house.get("/livez", "").await.0, 200, "its calls go on");
}
