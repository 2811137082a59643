//! The staff of a post over HTTP: who may change whom, a locked tablet, guessing, and whose an upload and a decision about patients is.

use super::{Answer, House, ORIGIN, answer, code, house};
use crate::{
    identity::secret,
    store::testing::{consultation, identity},
};
use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::{Value, json};
use teranga_clinic::{
    fact::What,
    id::{AttachmentId, StaffId},
    people::Role,
};
use teranga_signaling::contract::{Author, Input};
use uuid::Uuid;

const PHOTO: &[u8] = include_bytes!("../../../clinic/tests/images/canvas.webp");

/// A post with its tablet, on which Awa, who is responsible, and Demba have typed their PINs.
struct Post {
    house: House,
    tablet: String,
    awa: (String, String),
    demba: (String, String),
}

async fn of_post() -> Post {
    let house = house().await;
    let tablet = house.sign_in_tablet().await;
    let awa = member(&house, &tablet, None, "Awa Ba", "4711").await;
    let demba = member(&house, &tablet, Some(&awa.1), "Demba Sy", "123456").await;
    Post { house, tablet, awa, demba }
}

/// Adds a member, who enters: the identifier and the proof.
pub(super) async fn member(
    house: &House,
    tablet: &str,
    by: Option<&str>,
    name: &str,
    pin: &str,
) -> (String, String) {
    let body = json!({ "by": by, "name": name, "title": "ICP", "responsible": false, "pin": pin });
    let (status, line) = ask(house, tablet, "/api/staff", &body, None).await;
    assert_eq!(status, 200, "{line}");
    let id = line["id"].as_str().unwrap().to_owned();
    let (_, entered) =
        ask(house, tablet, "/api/staff/enter", &json!({ "staff": id, "pin": pin }), None).await;
    (id, entered["proof"].as_str().unwrap().to_owned())
}

pub(super) async fn ask(
    house: &House,
    cookie: &str,
    path: &str,
    body: &Value,
    proof: Option<&str>,
) -> Answer {
    let mut request = Request::post(path)
        .header(header::COOKIE, cookie)
        .header(header::ORIGIN, ORIGIN)
        .header(header::CONTENT_TYPE, "application/json");
    if let Some(proof) = proof {
        request = request.header("staff-proof", proof);
    }
    answer(house.send(request.body(body.to_string().into()).unwrap()).await).await
}

impl Post {
    async fn change(&self, by: &str, staff: &str, what: Value) -> Answer {
        let mut body = json!({ "by": by, "staff": staff });
        body.as_object_mut().unwrap().extend(what.as_object().unwrap().clone());
        ask(&self.house, &self.tablet, "/api/staff/change", &body, None).await
    }
}

#[tokio::test]
async fn a_member_who_is_not_responsible_changes_only_themselves_and_appoints_nobody() {
    let post = of_post().await;
    let ((awa, by_awa), (demba, by_demba)) = (&post.awa, &post.demba);
    assert_eq!(post.change(by_demba, awa, json!({ "name": "X" })).await, code(403, "not_responsible"));
    let (status, own) =
        post.change(by_demba, demba, json!({ "name": "Demba Sow", "responsible": true })).await;
    assert_eq!((status, &own["name"], &own["responsible"]), (200, &json!("Demba Sow"), &json!(false)));
    let body = json!({ "by": by_demba, "name": "Y", "title": "ICP", "responsible": true, "pin": "0000" });
    assert_eq!(ask(&post.house, &post.tablet, "/api/staff", &body, None).await, code(403, "not_responsible"));
    let (_, appointed) = post.change(by_awa, demba, json!({ "responsible": true })).await;
    assert_eq!(appointed["responsible"], json!(true));
    assert_eq!(
        post.change(by_awa, awa, json!({ "responsible": false })).await.0,
        200,
        "a second one leads now"
    );
    assert_eq!(post.change(by_demba, demba, json!({ "leaves": true })).await, code(403, "not_responsible"));
}

#[tokio::test]
async fn a_locked_tablet_changes_nobody_and_a_wrong_part_leaves_nothing_half_done() {
    let post = of_post().await;
    let (awa, by_awa) = &post.awa;
    assert_eq!(post.change("", awa, json!({ "name": "X" })).await, code(403, "pin"));
    assert_eq!(post.change("guess", awa, json!({ "name": "X" })).await, code(403, "pin"));
    for wrong in [json!({ "name": "X", "pin": "12" }), json!({ "title": "X", "name": "\u{7}" })] {
        assert_eq!(post.change(by_awa, awa, wrong).await, code(400, "malformed"));
    }
    let (_, all) = post.house.get("/api/staff", &post.tablet).await;
    assert_eq!((&all[0]["name"], &all[0]["title"]), (&json!("Awa Ba"), &json!("ICP")));
}

#[tokio::test]
async fn guessing_a_pin_is_slowed_and_says_for_how_long() {
    let post = of_post().await;
    let mut last = (0, Value::Null);
    for guess in 0..8 {
        let body = json!({ "staff": post.awa.0, "pin": format!("{guess:04}") });
        last = ask(&post.house, &post.tablet, "/api/staff/enter", &body, None).await;
    }
    assert_eq!((last.0, &last.1["code"]), (429, &json!("too_many_attempts")));
    assert!(last.1["retry_after_s"].as_u64() >= Some(1));
    let right = json!({ "staff": post.awa.0, "pin": "4711" });
    assert_eq!(
        ask(&post.house, &post.tablet, "/api/staff/enter", &right, None).await.0,
        429,
        "the right one waits, too"
    );
    let other = json!({ "staff": post.demba.0, "pin": "123456" });
    assert_eq!(
        ask(&post.house, &post.tablet, "/api/staff/enter", &other, None).await.0,
        200,
        "nobody else waits"
    );
}

#[tokio::test]
async fn an_upload_is_of_whoever_did_it_and_of_nobody_with_a_void_proof() {
    let mut post = of_post().await;
    post.house.record("doctor", What::Claimed { doctor: identity("doctor", Role::Doctor) }).await;
    let staff = |id: &str| Author::Staff(Some(StaffId(id.to_owned())));
    let cases = [
        (Some(post.demba.1.clone()), staff(&post.demba.0)),
        (Some(String::new()), Author::Staff(None)),
        (Some("guess".to_owned()), Author::Staff(None)),
        (None, Author::AtTheTablet),
    ];
    for (number, (proof, expected)) in (1..).zip(cases) {
        let attachment = AttachmentId(Uuid::from_u128(number));
        let path = format!("/api/consultations/{}/attachments/{attachment}", consultation(1));
        let hash = secret::encode(&secret::hash(PHOTO));
        let announced = json!({ "media_type": "webp", "bytes": PHOTO.len(), "sha256": hash });
        assert_eq!(ask(&post.house, &post.tablet, &path, &announced, proof.as_deref()).await.0, 200);
        let mut put = Request::put(format!("{path}?offset=0"))
            .header(header::COOKIE, &post.tablet)
            .header(header::ORIGIN, ORIGIN);
        if let Some(proof) = &proof {
            put = put.header("staff-proof", proof);
        }
        assert_eq!(post.house.send(put.body(Body::from(PHOTO)).unwrap()).await.status(), 200);
        let mut author = None;
        while let Ok(input) = post.house.inputs.try_recv() {
            if let Input::AttachmentStored { author: said, .. } = input {
                author = Some(said);
            }
        }
        assert_eq!(author, Some(expected), "{proof:?}");
    }
}
