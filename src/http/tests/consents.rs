//! A patient's consent over HTTP: written down by the post, withdrawn after the end, and refused to everybody else.

use super::{Answer, House, code, house, staff::member};
use crate::store::testing::{consultation, identity};
use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::{Value, json};
use teranga_clinic::{clinical::Disposition, consent::ConsentGiver, fact::What, id::StaffId, people::Role};
use teranga_signaling::contract::{Author, Input};

const YES: &str = "0b0c1a5e-54e6-4d0c-9d5f-6f3f8a3b7c21";
const NO: &str = "4d3c2b1a-54e6-4d0c-9d5f-6f3f8a3b7c22";

fn path(act: &str) -> String {
    format!("/api/consultations/{}/consents/{act}", consultation(1))
}

fn body(given: bool) -> Value {
    json!({ "given": given, "language": "ff", "giver": "guardian" })
}

async fn say(house: &House, cookie: &str, act: &str, body: &Value) -> Answer {
    house.say("POST", &path(act), cookie, "application/json", body.to_string().into()).await
}

/// What the hub was told last. It stores nothing in these tests.
fn told(house: &mut House) -> (What, Author, Option<u32>) {
    let Ok(Input::Consent { what, author, at_end, .. }) = house.inputs.try_recv() else { panic!("nothing") };
    (*what, author, at_end.map(|end| end.facts))
}

#[tokio::test]
async fn a_post_writes_an_answer_down_and_withdraws_it_after_the_end() {
    let mut house = house().await;
    let tablet = house.sign_in_tablet().await;
    let asked = say(&house, &tablet, YES, &body(true)).await;
    assert_eq!(asked, (200, json!({ "stored": false })), "nobody has stored it within the wait");
    let (what, _, at_end) = told(&mut house);
    assert!(matches!(&what, What::Consented { said } if said.giver == ConsentGiver::Guardian), "{what:?}");
    assert_eq!(at_end, None);
    house.record_now("post", what).await;
    assert_eq!(
        say(&house, &tablet, YES, &body(true)).await,
        (200, json!({ "stored": true })),
        "once is enough"
    );
    let other = say(&house, &tablet, YES, &body(false)).await;
    assert_eq!(other, code(400, "malformed"), "a withdrawal under the name of a yes is stored nowhere");
    house.record_now("doctor", What::Claimed { doctor: identity("doctor", Role::Doctor) }).await;
    house.record_now("doctor", What::Closed { disposition: Disposition::Advice, follow_up: None }).await;
    say(&house, &tablet, NO, &body(false)).await;
    let (what, _, at_end) = told(&mut house);
    assert!(matches!(what, What::ConsentWithdrawn { .. }), "{what:?}");
    assert_eq!(at_end, Some(4), "the hub does not follow it any more");
}

#[tokio::test]
async fn the_answer_is_noted_as_that_of_whoever_asked() {
    let mut house = house().await;
    let tablet = house.sign_in_tablet().await;
    let (id, proof) = member(&house, &tablet, None, "Demba Sow", "4711").await;
    let request =
        Request::post(path(YES)).header(header::ORIGIN, super::ORIGIN).header(header::COOKIE, &tablet);
    let request = request.header(header::CONTENT_TYPE, "application/json").header("staff-proof", proof);
    house.send(request.body(Body::from(body(true).to_string())).unwrap()).await;
    assert_eq!(told(&mut house).1, Author::Staff(Some(StaffId(id))));
}

#[tokio::test]
async fn nobody_else_answers_for_a_patient_and_bad_answers_are_refused() {
    let house = house().await;
    house.record("doctor", What::Claimed { doctor: identity("doctor", Role::Doctor) }).await;
    let (tablet, doctor, stranger) =
        (house.sign_in_tablet().await, house.sign_in("awa").await, house.sign_in("ops").await);
    assert_eq!(say(&house, &stranger, YES, &body(true)).await, code(404, "not_found"));
    assert_eq!(say(&house, "", YES, &body(true)).await, code(401, "signed_out"));
    let (status, _) = say(&house, &doctor, YES, &body(true)).await;
    assert_eq!(status, 404, "a doctor is not where the patient is");
    for bad in [json!({}), json!({ "given": true, "language": "xx", "giver": "patient" })] {
        assert_eq!(say(&house, &tablet, YES, &bad).await, code(400, "malformed"));
    }
    let guessed = "00000000-0000-0000-0000-000000000001";
    assert_eq!(say(&house, &tablet, guessed, &body(true)).await, code(400, "malformed"));
}
