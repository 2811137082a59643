//! Links for the telephone of an ambulance over HTTP: who makes one, what it opens and for whom, and what attacks on it get: guesses, a used
//! link, one that was withdrawn or replaced, one of a journey that is over, and the session of one in the place of an account's.

use super::{
    ORIGIN, answer, code,
    referrals::{ID, Scene, act, base, departed, scene},
};
use crate::store::{Journal, testing::consultation};
use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::{Value, json};
use teranga_clinic::{
    clinical::Disposition,
    fact::What,
    people::{Identity, Role},
    referral::{is_ambulance, referral_of_ambulance},
};

const KEY: &str = "0123456789abcdefghijkl";

/// An evacuation that was accepted.
async fn accepted() -> Scene {
    let mut scene = scene().await;
    scene.order(ID).await;
    scene.receive(&act(1, json!({ "event": "accepted" }))).await;
    scene
}

fn address() -> String {
    format!("{}/{ID}/ambulance", base(), ID = ID.0)
}

fn joining(code: &Value, key: &str) -> Value {
    json!({ "code": code, "key": key, "name": "Moussa Diop, ambulancier" })
}

impl Scene {
    async fn link(&mut self) -> Value {
        let doctor = self.doctor.clone();
        let (status, made) = self.say(&address(), &doctor, &Value::Null).await;
        assert_eq!(status, 201, "{made}");
        made
    }

    /// Opens a link. The answer, and the token of the session.
    async fn join(&mut self, body: &Value) -> (u16, Value, Option<String>) {
        let request = Request::post("/api/ambulance/join").header(header::ORIGIN, ORIGIN);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let response = self.house.send(request.body(Body::from(body.to_string())).unwrap()).await;
        let set = response.headers().get(header::SET_COOKIE).map(|set| set.to_str().unwrap().to_owned());
        let token = set.map(|set| {
            let (name, rest) = set.split_once('=').unwrap();
            assert_eq!(name, "__Host-teranga-ambulance");
            assert!(rest.contains("HttpOnly; Secure; SameSite=Strict"));
            rest.split(';').next().unwrap().to_owned()
        });
        let (status, body) = answer(response).await;
        (status, body, token)
    }

    /// What the telephone with this token is told of its call.
    async fn own(&mut self, token: &str) -> super::Answer {
        self.get("/api/ambulance", &format!("__Host-teranga-ambulance={token}")).await
    }

    async fn look(&mut self, code: &Value) -> super::Answer {
        self.say("/api/ambulance/look", "", &json!({ "code": code })).await
    }

    async fn session(&self, token: &str) -> Identity {
        self.house.identities.ambulance_session(token).await.unwrap().expect("it stands").identity
    }
}

#[tokio::test]
async fn a_link_opens_the_call_of_its_evacuation_and_tells_nothing_of_the_patient() {
    let mut scene = accepted().await;
    let made = scene.link().await;
    assert!(made["secret"].as_str().unwrap().len() >= 22, "128 bits");
    let (status, call) = scene.look(&made["code"]).await;
    assert_eq!((status, &call["doctor"], &call["over"]), (200, &json!("doctor"), &json!(false)));
    assert_eq!((&call["post"]["id"], &call["structure"]["id"]), (&json!("poste"), &json!("hopital")));
    let keys: Vec<_> = call.as_object().unwrap().keys().map(String::as_str).collect();
    let told = ["consultation", "doctor", "doctor_place", "over", "post", "structure", "urgency"];
    assert_eq!(keys, told, "no letter, no patient");
    let (status, _, token) = scene.join(&joining(&made["secret"], KEY)).await;
    let token = token.expect("a session");
    assert_eq!((status, scene.own(&token).await), (200, (200, call)));
    let who = scene.session(&token).await;
    assert_eq!(who.name.reveal(), "Ambulance – Moussa Diop, ambulancier");
    assert_eq!((who.role, referral_of_ambulance(&who.party)), (Role::Guest, Some(ID)));
    let doctor = scene.doctor.clone();
    assert_eq!(scene.get(&address(), &doctor).await, (200, json!({ "stands": true, "opened": true })));
}

#[tokio::test]
async fn the_session_of_an_ambulance_opens_nothing_else() {
    let mut scene = accepted().await;
    let made = scene.link().await;
    let token = scene.join(&joining(&made["secret"], KEY)).await.2.unwrap();
    // Even as a member of the call, and with its token under the name of an account's.
    let guest = scene.session(&token).await;
    let by = guest.party.0.clone();
    scene.house.record_now(&by, What::Entered { guest, holds: false, why: None }).await;
    let cookie = format!("__Host-teranga={token}; __Host-teranga-ambulance={token}");
    let own = format!("/api/consultations/{}", consultation(1).0);
    let addresses =
        ["/api/me", "/api/sessions", "/api/consultations", "/api/referrals", "/api/colleagues", &own];
    for path in addresses {
        assert_eq!(scene.get(path, &cookie).await, code(401, "signed_out"), "{path}");
    }
    let chat = format!("{own}/chat");
    assert_ne!(scene.get(&chat, &cookie).await.0, 200);
    assert_eq!(scene.get(&format!("{own}/record.json"), &cookie).await, code(401, "signed_out"));
    assert_eq!(scene.say(&address(), &cookie, &Value::Null).await, code(401, "signed_out"));
}

#[tokio::test]
async fn only_the_post_and_the_doctor_who_holds_the_call_make_a_link_and_only_for_a_journey() {
    let mut scene = scene().await;
    let (doctor, tablet, receiver) = (scene.doctor.clone(), scene.tablet.clone(), scene.receiver.clone());
    scene.order(ID).await;
    assert_eq!(
        scene.say(&address(), &doctor, &Value::Null).await,
        code(409, "referral_step"),
        "not accepted"
    );
    scene.step(&tablet, &act(2, departed())).await;
    let operator = scene.house.sign_in("ops").await;
    for cookie in [&receiver, &operator] {
        for method in ["POST", "GET", "DELETE"] {
            let answered = scene.ask(method, &address(), cookie, &Value::Null).await;
            assert_eq!(answered, code(404, "not_found"), "{method}");
        }
    }
    assert_eq!(scene.say(&address(), "", &Value::Null).await, code(401, "signed_out"));
    assert_eq!(scene.say(&address(), &tablet, &Value::Null).await.0, 201, "a post needs no answer to leave");
    assert_eq!(scene.get(&address(), &tablet).await, (200, json!({ "stands": true, "opened": false })));
    let elsewhere = address().replace(&ID.0.to_string(), "0123456a-89ab-4def-8123-456789abcdef");
    assert_eq!(scene.say(&elsewhere, &doctor, &Value::Null).await, code(404, "not_found"));
    scene
        .house
        .record_now("doctor", What::RangAgain { why: teranga_clinic::fact::RingReason::HandedOn })
        .await;
    assert_eq!(
        scene.say(&address(), &doctor, &Value::Null).await,
        code(404, "not_found"),
        "holds it no more"
    );
}

#[tokio::test]
async fn a_link_opens_once_and_again_only_for_the_page_whose_answer_was_lost() {
    let mut scene = accepted().await;
    let made = scene.link().await;
    let first = scene.join(&joining(&made["secret"], KEY)).await.2.unwrap();
    for stolen in [&made["secret"], &made["code"]] {
        let (status, body, token) = scene.join(&joining(stolen, "another key of 22 chars")).await;
        assert_eq!(((status, body), token), (code(403, "ambulance_link"), None), "it was used");
        assert_eq!(scene.look(stolen).await, code(403, "ambulance_link"));
    }
    let (status, _, again) = scene.join(&joining(&made["secret"], KEY)).await;
    let again = again.unwrap();
    assert_eq!(status, 200);
    assert_eq!(scene.own(&first).await, code(401, "signed_out"), "a telephone has one session");
    assert_eq!(scene.own(&again).await.0, 200);
}

#[tokio::test]
async fn a_withdrawn_or_replaced_link_opens_nothing_and_its_session_has_ended() {
    let mut scene = accepted().await;
    let doctor = scene.doctor.clone();
    let made = scene.link().await;
    let token = scene.join(&joining(&made["secret"], KEY)).await.2.unwrap();
    let next = scene.link().await;
    assert_eq!(scene.own(&token).await, code(401, "signed_out"), "a new link replaces the one before");
    assert_eq!(scene.join(&joining(&made["secret"], KEY)).await.0, 403);
    let token = scene.join(&joining(&next["code"], KEY)).await.2.unwrap();
    assert_eq!(scene.ask("DELETE", &address(), &doctor, &Value::Null).await.0, 204);
    assert_eq!(scene.own(&token).await, code(401, "signed_out"));
    for link in [&next["secret"], &next["code"]] {
        let (status, body, _) = scene.join(&joining(link, KEY)).await;
        assert_eq!((status, body), code(403, "ambulance_link"));
    }
    assert_eq!(scene.get(&address(), &doctor).await, (200, json!({ "stands": false, "opened": false })));
    assert_eq!(scene.ask("DELETE", &address(), &doctor, &Value::Null).await.0, 204, "again is harmless");
}

#[tokio::test]
async fn after_the_arrival_or_the_call_a_link_says_that_it_is_over() {
    let mut scene = accepted().await;
    let (made, tablet) = (scene.link().await, scene.tablet.clone());
    scene.step(&tablet, &act(2, departed())).await;
    scene.receive(&act(3, json!({ "event": "arrived" }))).await;
    assert_eq!(scene.look(&made["secret"]).await.1["over"], json!(true));
    let (status, body, token) = scene.join(&joining(&made["secret"], KEY)).await;
    assert_eq!(((status, body), token), (code(410, "ambulance_over"), None));

    let mut scene = accepted().await;
    let made = scene.link().await;
    let token = scene.join(&joining(&made["secret"], KEY)).await.2.unwrap();
    let closed = What::Closed { disposition: Disposition::Evacuation, follow_up: None };
    scene.house.record_now("doctor", closed).await;
    let (_, call) = scene.own(&token).await;
    assert_eq!((&call["over"], &call["post"]["id"]), (&json!(true), &json!("poste")), "whom to telephone");
    assert_eq!(scene.join(&joining(&made["secret"], KEY)).await.0, 410);
    let doctor = scene.doctor.clone();
    assert_eq!(scene.say(&address(), &doctor, &Value::Null).await, code(409, "referral_step"));
}

#[tokio::test]
async fn what_is_no_link_is_refused_and_guesses_are_slowed() {
    let mut scene = accepted().await;
    let made = scene.link().await;
    for (body, status) in [
        (json!({ "code": made["secret"], "key": "short", "name": "Moussa" }), 400),
        (json!({ "code": made["secret"], "key": KEY, "name": "M" }), 400),
        (json!({ "code": made["secret"], "key": KEY, "name": "x".repeat(61) }), 400),
        (json!({ "code": made["secret"], "key": KEY }), 400),
        (json!({ "code": "x".repeat(65), "key": KEY, "name": "Moussa" }), 403),
        (json!({ "code": "", "key": KEY, "name": "Moussa" }), 403),
    ] {
        assert_eq!(scene.join(&body).await.0, status, "{body}");
    }
    let mut answers = Vec::new();
    for guess in 0..80 {
        answers.push(scene.look(&json!(format!("0000-0000-{guess:04}"))).await.0);
    }
    assert_eq!((answers[0], answers[79]), (403, 429), "a guesser is slowed");
    let facts = scene.house.store.rows(consultation(1)).await.unwrap();
    assert!(!facts.iter().any(|row| row.by.as_ref().is_some_and(is_ambulance)));
}
