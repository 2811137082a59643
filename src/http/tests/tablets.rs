//! Two tablets of one post and one of another, over HTTP and their sockets with the real hub: a case is the post's, and nobody else's.

use super::{
    Answer, code,
    sessions::{Page, Server},
    staff,
};
use crate::{
    identity::secret,
    store::{
        Devices, Journal, Places,
        testing::{consultation, identity, place},
    },
};
use serde_json::{Value, json};
use teranga_clinic::{
    id::{AttachmentId, ConsultationId},
    people::{Identity, Place, Role},
    structure::{Structure, StructureKind},
};
use uuid::Uuid;

const PHOTO: &[u8] = include_bytes!("../../../clinic/tests/images/canvas.webp");

/// The case that the first tablet files.
fn case() -> ConsultationId {
    consultation(2)
}

/// A server, and the cookies of two tablets of the post and of one of another post.
struct Posts {
    server: Server,
    first: String,
    second: String,
    other: String,
}

async fn posts() -> Posts {
    let server = Server::start().await;
    let first = server.house.sign_in_tablet().await;
    let elsewhere = Place { id: "autre".into(), ..place() };
    let structure = Structure::new(elsewhere.clone(), StructureKind::Post);
    server.house.store.put_structure(&structure).await.unwrap();
    let other = Identity { place: elsewhere, ..identity("other", Role::Kiosk) };
    let second = cookie_of(&server, &identity("second", Role::Kiosk), '2').await;
    let other = cookie_of(&server, &other, '3').await;
    Posts { server, first, second, other }
}

async fn cookie_of(server: &Server, tablet: &Identity, sign: char) -> String {
    server.house.store.add_device(tablet, server.house.clock.timestamp()).await.unwrap();
    let token: String = std::iter::repeat_n(sign, 43).collect();
    server.house.session_of(&tablet.party.0, Role::Kiosk, &token, 1).await;
    format!("__Host-teranga={token}")
}

impl Posts {
    async fn page(&self, cookie: &str) -> Page {
        let mut page = self.server.page(cookie).await;
        page.welcome().await;
        page
    }

    /// The first tablet files a case; its page.
    async fn file(&self) -> Page {
        let mut page = self.page(&self.first).await;
        let request = json!({
            "type": "request", "request": case(), "speciality": "obstetrics", "urgency": "urgent",
            "intake": { "reason": "Saignement" }, "defer_to": { "speciality": "obstetrics" },
        });
        page.say(&request).await;
        page.find("recorded", |told| told["of"] == "request").await.expect("the case is durable");
        page
    }

    async fn get(&self, path: &str, cookie: &str) -> Answer {
        self.server.house.get(path, cookie).await
    }

    async fn post(&self, path: &str, cookie: &str, body: &Value) -> Answer {
        staff::ask(&self.server.house, cookie, path, body, None).await
    }

    async fn put(&self, cookie: &str, bytes: &[u8]) -> Answer {
        let path = format!("{}?offset=0", photo());
        self.server.house.say("PUT", &path, cookie, "application/octet-stream", bytes.to_vec()).await
    }
}

fn photo() -> String {
    format!("/api/consultations/{}/attachments/{}", case(), AttachmentId(Uuid::from_u128(9)))
}

fn announced() -> Value {
    let sha256 = secret::encode(&secret::hash(PHOTO));
    json!({ "media_type": "webp", "bytes": PHOTO.len(), "sha256": sha256 })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_tablet_reads_and_goes_on_with_a_case_that_the_first_one_filed() {
    let posts = posts().await;
    let mut first = posts.file().await;
    let mut second = posts.page(&posts.second).await;
    let listed = second.find("cases", |_| true).await.expect("a list");
    assert_eq!(listed["cases"][0]["consultation"], json!(case()));
    let (_, list) = posts.get("/api/consultations", &posts.second).await;
    assert!(list.as_array().unwrap().iter().any(|line| line["id"] == json!(case())));
    let path = format!("/api/consultations/{}", case());
    let (status, view) = posts.get(&path, &posts.second).await;
    assert_eq!((status, &view["record"]["intake"]["reason"]), (200, &json!("Saignement")));

    assert_eq!(posts.post(&photo(), &posts.second, &announced()).await.0, 200);
    assert_eq!(posts.put(&posts.second, PHOTO).await.0, 200);
    first.find("case", |row| row["facts"].as_u64() >= Some(3)).await.expect("the other tablet is told");
    let (_, view) = posts.get(&path, &posts.first).await;
    assert_eq!(view["record"]["attachments"].as_array().unwrap().len(), 1);
    assert_eq!(view["events"].as_array().unwrap().last().unwrap()["by"]["role"], json!("kiosk"));
    assert_eq!(posts.server.house.bytes(&photo(), &posts.first).await, (200, PHOTO.to_vec()));
    let house = &posts.server.house;
    let (member, _) = staff::member(house, &posts.first, None, "Awa Ba", "4711").await;
    let (_, entered) =
        posts.post("/api/staff/enter", &posts.second, &json!({ "staff": member, "pin": "4711" })).await;
    let charge = json!({ "consultation": case(), "by": entered["proof"] });
    assert_eq!(posts.post("/api/staff/charge", &posts.second, &charge).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_of_another_post_that_knows_every_identifier_gets_nothing() {
    let posts = posts().await;
    let mut first = posts.file().await;
    assert_eq!(posts.post(&photo(), &posts.first, &announced()).await.0, 200);
    assert_eq!(posts.put(&posts.first, PHOTO).await.0, 200);
    first.find("case", |row| row["facts"] == 2).await.expect("the photo is a fact");

    let path = format!("/api/consultations/{}", case());
    assert_eq!(posts.get("/api/consultations", &posts.other).await, (200, json!([])));
    let earlier = format!("{path}/previous");
    for path in [&path, &earlier, &format!("{earlier}/{}", case()), &photo(), &format!("{}/pages/1", photo())]
    {
        assert_eq!(posts.get(path, &posts.other).await, code(404, "not_found"), "{path}");
    }
    assert_eq!(posts.post(&photo(), &posts.other, &announced()).await, code(404, "not_found"));
    assert_eq!(posts.put(&posts.other, PHOTO).await, code(404, "not_found"));
    let (_, proof) = staff::member(&posts.server.house, &posts.other, None, "Ali Sow", "1234").await;
    let charge = json!({ "consultation": case(), "by": proof });
    assert_eq!(posts.post("/api/staff/charge", &posts.other, &charge).await, code(404, "not_found"));

    let mut other = posts.page(&posts.other).await;
    let act = "0d6cf0a2-51d3-4a38-8f3c-b1d2f2a9e7c4";
    for (kind, more) in [
        ("read_case", json!({})),
        ("ring_again", json!({})),
        ("defer", json!({})),
        ("cancel", json!({})),
        ("call_case", json!({})),
        ("see_chat", json!({ "received": 1, "read": 1 })),
        ("write_chat", json!({ "chat": act, "text": "?" })),
        ("examine", json!({ "intake": {}, "act": act })),
        ("tell_outcome", json!({ "outcome": "died", "text": "", "act": act })),
    ] {
        let mut message = json!({ "type": kind, "consultation": case() });
        message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        other.say(&message).await;
        let told = other.find("error", |_| true).await.expect("an answer");
        assert_eq!((&told["code"], &told["of"]), (&json!("not_found"), &json!(kind)));
    }
    let facts = posts.server.house.store.rows(case()).await.unwrap();
    assert_eq!(facts.len(), 2, "the request and the photo of its own post");
}
