//! What became of published records over HTTP: who may see it, and who decides.

use super::{
    House, add, asked_from_outside, code, consultation, dpp::server_that_says, house, requested, state,
};
use crate::{
    config::DppServer,
    dpp::Dpp,
    http::state::HttpState,
    store::{HasPublications, Publications, testing::publishable},
};
use serde_json::json;
use std::sync::Arc;
use teranga_clinic::{
    fact::{Fact, What},
    id::PartyId,
    publication::{PublicationState, PublicationTrouble, key},
    request::Intake,
    time::Timestamp,
};

const NOW: Timestamp = Timestamp(10);

/// A house with a national record, whose consultation 2 is owed.
async fn owing() -> (House, Arc<dyn Publications>) {
    let house = house().await;
    let base =
        state(house.identities.clone(), house.store.clone(), Arc::default(), house.clock, &house.folder)
            .await;
    let contact = Some("Cellule DPP".to_owned());
    let server = DppServer { contact, ..server_that_says("{}").await };
    let dpp = Arc::new(Dpp::new(Some(server)).unwrap());
    let publications = house.store.publications();
    publishable(&house.store, consultation(2), "SN-1").await;
    (House { router: asked_from_outside(HttpState { dpp, ..base }), ..house }, publications)
}

fn path(number: u128) -> String {
    format!("/api/consultations/{}/publications", consultation(number))
}

#[tokio::test]
async fn members_see_whether_their_record_was_published_and_nobody_else_does() {
    let (house, publications) = owing().await;
    let (doctor, operator, tablet) =
        (house.sign_in("awa").await, house.sign_in("ops").await, house.sign_in_tablet().await);
    let (status, told) = house.get(&path(2), &doctor).await;
    assert_eq!(
        (status, &told["on"], &told["publications"][0]["state"]),
        (200, &json!(true), &json!("waiting"))
    );
    assert_eq!(house.get(&path(2), &operator).await, code(404, "not_found"));
    add(&house.store, consultation(3), &requested(consultation(3), 1)).await.unwrap();
    assert_eq!(house.get(&path(3), &doctor).await, code(404, "not_found"), "it is not theirs");
    assert_eq!(house.get(&path(9), &tablet).await, code(404, "not_found"));
    let row = publications.due(NOW, 1).await.unwrap().remove(0);
    publications.settle(row.key, PublicationState::Sent, None, Some("77"), NOW).await.unwrap();
    let (_, told) = house.get(&path(2), &doctor).await;
    let sent = json!([{ "key": row.key, "state": "sent", "actor": "nobody", "made_at": 4, "at": 10 }]);
    assert_eq!(told["publications"], sent);
}

#[tokio::test]
async fn a_member_is_told_what_stays_in_the_national_record_and_whom_to_ask() {
    let (house, publications) = owing().await;
    let (doctor, tablet) = (house.sign_in("awa").await, house.sign_in_tablet().await);
    let (_, told) = house.get(&path(2), &tablet).await;
    assert_eq!((&told["remains"], &told["contact"]), (&json!("nothing"), &json!("Cellule DPP")));
    let row = publications.due(NOW, 1).await.unwrap().remove(0);
    publications.begin_send(&row, NOW).await.unwrap();
    assert_eq!(house.get(&path(2), &doctor).await.1["remains"], json!("unclear"), "it may have arrived");
    publications.settle(row.key, PublicationState::Sent, None, Some("77"), NOW).await.unwrap();
    assert_eq!(house.get(&path(2), &doctor).await.1["remains"], json!("sent"));

    let off = Arc::new(Dpp::new(None).unwrap());
    let base =
        state(house.identities.clone(), house.store.clone(), Arc::default(), house.clock, &house.folder)
            .await;
    let house = House { router: asked_from_outside(HttpState { dpp: off, ..base }), ..house };
    let (_, told) = house.get(&path(2), &doctor).await;
    assert_eq!((&told["on"], &told["remains"]), (&json!(false), &json!("sent")), "it is there all the same");
    assert_eq!(told.get("contact"), None);
}

#[tokio::test]
async fn an_operator_sees_what_is_owed_and_decides_about_what_was_refused() {
    let (house, publications) = owing().await;
    let (doctor, operator) = (house.sign_in("awa").await, house.sign_in("ops").await);
    let (_, told) = house.get("/api/dpp", &operator).await;
    assert_eq!(
        (&told["owed"], &told["owed_since"], &told["refused_count"]),
        (&json!(1), &json!(4), &json!(0))
    );
    let key = key(consultation(2), 4);
    let trouble = Some(PublicationTrouble::OtherPatient);
    publications.settle(key, PublicationState::Refused, trouble, None, NOW).await.unwrap();
    let (_, told) = house.get("/api/dpp", &operator).await;
    let refused = &told["refused"][0];
    assert_eq!(
        (&refused["publication"]["actor"], &refused["place"], &told["owed"]),
        (&json!("post"), &json!("Poste"), &json!(0))
    );
    let decide = async |cookie: &str, decision: &str| {
        let body = json!({ "decision": decision }).to_string().into_bytes();
        house.say("POST", &format!("/api/dpp/publications/{key}"), cookie, "application/json", body).await.0
    };
    assert_eq!(decide(&doctor, "retry").await, 404);
    assert_eq!(decide(&operator, "forget").await, 400);
    assert_eq!(decide(&operator, "retry").await, 204);
    assert_eq!(decide(&operator, "abandon").await, 204);
    assert_eq!(decide(&operator, "retry").await, 404, "it is over");
    assert_eq!(house.get("/api/dpp", &doctor).await, code(404, "not_found"));
}

#[tokio::test]
async fn a_number_that_was_corrected_after_a_sending_is_not_told_as_confirmed_by_it() {
    let (house, publications) = owing().await;
    let doctor = house.sign_in("awa").await;
    let row = publications.due(NOW, 1).await.unwrap().remove(0);
    publications.settle(row.key, PublicationState::Sent, None, Some("77"), NOW).await.unwrap();
    let record = format!("/api/consultations/{}/record.json", consultation(2));
    let is_confirmed = async || {
        let (status, bytes) = house.bytes(&record, &doctor).await;
        assert_eq!(status, 200);
        String::from_utf8(bytes).unwrap().contains("Numéro DPP confirmé par le DPP lors de l’envoi")
    };
    assert!(is_confirmed().await);
    let intake = Intake { dpp: Some("SN-2".into()), ..Intake::default() };
    let what = What::Examined { intake, act: None };
    let fact = Fact { at: Timestamp(9), by: Some(PartyId("post".into())), staff: None, what };
    add(&house.store, consultation(2), &fact).await.unwrap();
    assert!(!is_confirmed().await, "SN-2 was sent to nobody");
}
