//! A post says later who a patient is in the national record: confirmed or typed, once, refused if it contradicts, and undone.

use super::{
    House, asked_from_outside, code,
    dpp::{server_that_says, serving},
    patients::{ids, posts},
    state,
};
use crate::{
    dpp::Dpp,
    http::state::HttpState,
    store::{AuditLog, Journal, testing::consultation},
};
use axum::{Router, routing::get};
use serde_json::{Value, json};
use std::sync::Arc;
use teranga_clinic::audit::OpeningWay;
use uuid::Uuid;

/// The national record knows Aïssata Sow under SN-1.
const SOW: &str = r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"p1",
    "identifier":[{"system":"urn:example:dpp","value":"SN-1"}],"name":[{"text":"Aïssata Sow"}]}}]}"#;
const NOBODY: &str = r#"{"resourceType":"Bundle","entry":[]}"#;

/// The two posts with a national record that says this.
async fn connected(answer: &'static str) -> House {
    connect(posts().await, answer).await
}

async fn connect(house: House, answer: &'static str) -> House {
    let base =
        state(house.identities.clone(), house.store.clone(), Arc::default(), house.clock, &house.folder)
            .await;
    let dpp = Arc::new(Dpp::new(Some(server_that_says(answer).await)).unwrap());
    House { router: asked_from_outside(HttpState { dpp, ..base }), ..house }
}

/// The two posts with a national record in which SN-1 was joined to an identity that was given up.
async fn joined_away() -> House {
    let identity = |id: &str, more: Value| {
        let mut patient = json!({ "resourceType": "Patient", "id": id, "name": [{ "text": "Aïssata Sow" }],
            "identifier": [{ "system": "urn:example:dpp", "value": "SN-1" }] });
        patient.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        patient
    };
    let joined = identity(
        "p1",
        json!({ "link": [{ "type": "replaced-by", "other": { "reference": "Patient/p2" } }] }),
    );
    let found = json!({ "resourceType": "Bundle", "entry": [{ "resource": joined }] }).to_string();
    let other = identity("p2", json!({ "active": false })).to_string();
    let router = Router::new()
        .route("/Patient/p2", get(move || async move { other }))
        .fallback(move || async move { found });
    let house = posts().await;
    let base =
        state(house.identities.clone(), house.store.clone(), Arc::default(), house.clock, &house.folder)
            .await;
    let dpp = Arc::new(Dpp::new(Some(serving(router).await)).unwrap());
    House { router: asked_from_outside(HttpState { dpp, ..base }), ..house }
}

fn path(patient: u128, decision: u128) -> String {
    format!("/api/patients/{}/identifications/{}", consultation(patient), Uuid::from_u128(decision))
}

fn undo(decision: u128) -> String {
    format!("/api/patients/identifications/{}/undo", Uuid::from_u128(decision))
}

impl House {
    async fn patient(&self, number: u128, cookie: &str) -> Value {
        self.get(&format!("/api/patients/{}", consultation(number)), cookie).await.1
    }

    /// The decisions in the audit log of a consultation, the oldest first.
    async fn decisions(&self, number: u128) -> Vec<OpeningWay> {
        let openings = self.store.openings(consultation(number)).await.unwrap();
        openings.into_iter().map(|one| one.way).filter(|way| way.is_decision()).collect()
    }
}

#[tokio::test]
async fn whoever_was_not_known_has_the_name_of_the_record_until_that_is_undone() {
    let house = connected(SOW).await;
    let tablet = house.sign_in_tablet().await;
    let said = json!({"number": " SN-1 ", "name": "Somebody Else"});
    for _ in 0..2 {
        assert_eq!(house.tell(&path(13, 1), &tablet, &said).await.0, 204, "again is harmless");
    }
    assert_eq!(house.tell(&path(13, 2), &tablet, &said).await.0, 204, "another tablet says the same");
    let view = house.patient(13, &tablet).await;
    assert_eq!((&view["patient"]["name"], &view["patient"]["dpp"]), (&json!("Aïssata Sow"), &json!("SN-1")));
    let identified = view["identifications"].as_array().unwrap();
    assert_eq!((identified.len(), &identified[0]["confirmed"]), (1, &json!(true)));
    assert_eq!(house.found("?dpp=sn%201", &tablet).await, ids(&[13]));
    assert_eq!(house.found("?name=aissata%20sow", &tablet).await, ids(&[13]));
    assert_eq!(house.decisions(13).await, [OpeningWay::Identified]);

    for _ in 0..2 {
        assert_eq!(house.tell(&undo(1), &tablet, &json!({})).await.0, 204);
    }
    assert_eq!(house.tell(&path(13, 1), &tablet, &said).await.0, 204, "a late repetition decides nothing");
    let view = house.patient(13, &tablet).await;
    assert_eq!((&view["patient"]["name"], &view["identifications"]), (&Value::Null, &json!([])));
    assert_eq!(house.found("?dpp=SN-1", &tablet).await, ids(&[]));
    assert_eq!(house.decisions(13).await, [OpeningWay::Identified, OpeningWay::Unidentified]);
    assert!(house.store.verify_audit(None).await.unwrap().is_ok());
    let readers = format!("/api/consultations/{}/readers", consultation(13));
    let (_, readers) = house.get(&readers, &tablet).await;
    let told = readers["readings"].as_array().unwrap().iter().filter(|one| one["occasion"] != "record");
    assert_eq!(told.count(), 1, "a decision is no reading; the request is");
}

#[tokio::test]
async fn without_the_record_a_number_is_as_it_was_typed_and_whoever_has_it_already_is_proposed() {
    let house = posts().await;
    let tablet = house.sign_in_tablet().await;
    let said = json!({"number": "221 77", "name": "Fatou"});
    assert_eq!(house.tell(&path(13, 1), &tablet, &said).await.0, 204);
    let view = house.patient(13, &tablet).await;
    assert_eq!((&view["patient"]["name"], &view["patient"]["visits"]), (&json!("Fatou"), &json!(1)));
    assert_eq!(view["identifications"][0]["confirmed"], json!(false));
    assert_eq!(view["alike"][0]["id"], json!(ids(&[11])[0]), "proposed, and not joined by itself");
    let join = json!({"from": ids(&[13])[0], "into": ids(&[11])[0]});
    assert_eq!(house.tell("/api/patients/join", &tablet, &join).await.0, 201);
    assert_eq!(house.patient(13, &tablet).await["patient"]["visits"], json!(2));
}

#[tokio::test]
async fn what_was_typed_is_confirmed_when_the_record_is_back_and_undoing_that_brings_it_back() {
    let house = posts().await;
    let tablet = house.sign_in_tablet().await;
    let said = json!({"number": "SN 1", "name": "Binta Ka"});
    assert_eq!(house.tell(&path(13, 1), &tablet, &said).await.0, 204);
    let house = connect(house, SOW).await;
    assert_eq!(house.tell(&path(13, 2), &tablet, &json!({"number": "SN-1"})).await.0, 204);
    assert_eq!(house.patient(13, &tablet).await["patient"]["name"], json!("Aïssata Sow"));
    assert_eq!(house.tell(&undo(2), &tablet, &json!({})).await.0, 204);
    let view = house.patient(13, &tablet).await;
    assert_eq!((&view["patient"]["name"], &view["patient"]["dpp"]), (&json!("Binta Ka"), &json!("SN 1")));
}

#[tokio::test]
async fn one_patient_has_one_number() {
    let house = connected(SOW).await;
    let tablet = house.sign_in_tablet().await;
    let said = json!({"number": "SN-1"});
    let refused = code(409, "patient_other_number");
    assert_eq!(house.tell(&path(11, 1), &tablet, &said).await, refused, "the request has another one");
    assert_eq!(house.tell(&path(13, 2), &tablet, &said).await.0, 204);
    let join = json!({"from": ids(&[13])[0], "into": ids(&[11])[0]});
    assert_eq!(house.tell("/api/patients/join", &tablet, &join).await, refused);
    assert_eq!(house.decisions(11).await, []);
    assert_eq!(house.tell(&undo(2), &tablet, &json!({})).await.0, 204);
    assert_eq!(house.tell("/api/patients/join", &tablet, &join).await.0, 201);
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_nobody_else_decides() {
    let house = connected(NOBODY).await;
    let (tablet, doctor) = (house.sign_in_tablet().await, house.sign_in("awa").await);
    let said = json!({"number": "SN-1"});
    assert_eq!(house.tell(&path(13, 1), &tablet, &said).await, code(422, "patient_number_unknown"));
    for body in [
        json!({"number": " - "}),
        json!({"number": "1".repeat(101)}),
        json!({"number": "SN-1", "name": "a".repeat(101)}),
        json!({"name": "Awa"}),
    ] {
        assert_eq!(house.tell(&path(13, 1), &tablet, &body).await, code(400, "malformed"), "{body}");
    }
    assert_eq!(house.tell(&path(13, 1), &doctor, &said).await, code(404, "not_found"));
    assert_eq!(house.tell(&path(14, 1), &tablet, &said).await, code(404, "not_found"), "of another post");
    assert_eq!(house.tell(&undo(1), &tablet, &json!({})).await, code(404, "not_found"));
    for _ in 0..29 {
        assert_eq!(house.tell(&path(13, 1), &tablet, &said).await.0, 422);
    }
    assert_eq!(
        house.tell(&path(13, 1), &tablet, &said).await.0,
        429,
        "a tablet that tries numbers is slowed"
    );
}

#[tokio::test]
async fn a_number_that_leads_to_an_identity_out_of_use_is_refused_with_a_sentence_of_its_own() {
    let house = joined_away().await;
    let tablet = house.sign_in_tablet().await;
    let (status, found) = house.tell("/api/dpp/lookup", &tablet, &json!({ "number": "SN-1" })).await;
    assert_eq!((status, found), (200, json!({ "state": "retired" })));
    let said = house.tell(&path(13, 1), &tablet, &json!({ "number": "SN-1", "name": "Aïssata Sow" })).await;
    assert_eq!(said, code(422, "patient_number_retired"));
    assert_eq!(house.patient(13, &tablet).await["identifications"], json!([]), "nothing is noted as typed");
    let (_, dpp) = house.get("/api/dpp", &house.sign_in("ops").await).await;
    assert_eq!((&dpp["failure"], dpp["success_at"].is_u64()), (&json!(null), true), "the answers were good");
}

#[tokio::test]
async fn two_that_are_joined_after_one_was_joined_already_are_one_with_whoever_is_in_use() {
    let house = posts().await;
    let tablet = house.sign_in_tablet().await;
    let join = |from, into| json!({ "from": ids(&[from])[0], "into": ids(&[into])[0] });
    assert_eq!(house.tell("/api/patients/join", &tablet, &join(12, 11)).await.0, 201);
    assert_eq!(house.tell("/api/patients/join", &tablet, &join(13, 12)).await.0, 201, "a list that is old");
    for number in [11, 12, 13] {
        let patient = house.patient(number, &tablet).await;
        assert_eq!(
            (&patient["patient"]["id"], &patient["patient"]["visits"]),
            (&json!(ids(&[11])[0]), &json!(3))
        );
    }
    assert_eq!(house.tell("/api/patients/join", &tablet, &join(11, 12)).await.0, 400, "they are one already");
}
