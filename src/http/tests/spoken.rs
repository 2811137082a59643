//! The recordings of the sentences for patients: who records, who signs off, what a tablet is offered, and what is refused.

use super::{Answer, House, ORIGIN, PASSWORD, answer, code, house};
use crate::{
    identity::password,
    store::{HasSpoken, NewAccount, NewSpoken, StoreError, testing::identity},
};
use axum::{
    body::{Body, to_bytes},
    http::{Request, Response, header},
};
use serde_json::{Value, json};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use teranga_clinic::{
    people::Role,
    request::Language,
    spoken::{Sentence, SpokenSlot},
    time::Timestamp,
};

/// So many tenths of a second of a tone, as a page sends it.
fn tone(tenths: usize, peak: i16) -> Vec<u8> {
    (0..tenths * 2_400).flat_map(|n| (if n / 30 % 2 == 0 { peak } else { -peak }).to_le_bytes()).collect()
}

impl House {
    async fn second_operator(&self) -> String {
        let (identity, password_hash) =
            (identity("operator-2", Role::Operator), password::hash(PASSWORD).unwrap());
        let account = NewAccount { identity, login: "ops2".into(), password_hash, order_number: None };
        self.identities.add_person(&account).await.unwrap();
        self.sign_in("ops2").await
    }

    async fn put(&self, path: &str, cookie: &str, body: Vec<u8>) -> Answer {
        let request = Request::post(path).header(header::ORIGIN, ORIGIN).header(header::COOKIE, cookie);
        answer(self.send(request.body(body.into()).unwrap()).await).await
    }

    async fn sound(&self, path: &str, cookie: &str) -> Response<Body> {
        self.send(Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await
    }
}

const SLOT: &str = "/api/ops/spoken/wait/ff";

#[tokio::test]
async fn a_tablet_plays_what_one_person_recorded_and_a_second_one_signed_off() {
    let house = house().await;
    let (first, second) = (house.sign_in("ops").await, house.second_operator().await);
    let tablet = house.sign_in_tablet().await;
    assert_eq!(house.put(SLOT, &first, tone(10, 9_000)).await, (201, json!(1)));
    assert_eq!(house.put(SLOT, &first, tone(10, 9_000)).await, (201, json!(1)), "sent twice, kept once");
    assert_eq!(house.get("/api/spoken", &tablet).await, (200, json!([])), "a draft is offered to nobody");
    assert_eq!(house.sound("/api/spoken/wait/ff/1", &tablet).await.status(), 404);
    assert_eq!(
        house.sound("/api/spoken/wait/ff/1", &second).await.status(),
        200,
        "who signs off listens first"
    );

    let sign_off = format!("{SLOT}/1/sign_off");
    assert_eq!(house.put(&sign_off, &first, vec![]).await, code(409, "own_recording"));
    assert_eq!(house.put(&sign_off, &second, vec![]).await, (204, Value::Null));
    assert_eq!(house.put(&sign_off, &second, vec![]).await, code(409, "recording_state"));
    let (_, offers) = house.get("/api/spoken", &tablet).await;
    assert_eq!((offers[0]["version"].clone(), offers[0]["stand_in"].clone()), (json!(1), json!(false)));
    let response = house.sound("/api/spoken/wait/ff/1", &tablet).await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "audio/ogg");
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    assert!(bytes.starts_with(b"OggS") && json!(bytes.len()) == offers[0]["bytes"]);

    assert_eq!(house.put(SLOT, &second, tone(20, 9_000)).await, (201, json!(2)));
    let (_, all) = house.get("/api/ops/spoken", &first).await;
    assert_eq!(all[0]["signed_off"]["by"], "operator-2", "{all}");
    assert_eq!((all[1]["state"].clone(), all[1]["own"].clone()), (json!("draft"), json!(false)));
    assert_eq!(house.put(&format!("{SLOT}/2/sign_off"), &first, vec![]).await.0, 204);
    assert_eq!(house.get("/api/spoken", &tablet).await.1[0]["version"], 2);
    assert_eq!(house.put(&format!("{SLOT}/2/withdraw"), &second, vec![]).await.0, 204);
    assert_eq!(house.put(&format!("{SLOT}/2/withdraw"), &second, vec![]).await, code(409, "recording_state"));
    assert_eq!(
        house.get("/api/spoken", &tablet).await.1[0]["version"],
        1,
        "the version before is there still"
    );
}

#[tokio::test]
async fn what_is_no_sentence_is_refused_with_its_code() {
    let house = house().await;
    let operator = house.sign_in("ops").await;
    assert_eq!(house.put(SLOT, &operator, vec![0; 48_000]).await, code(422, "sound_silent"));
    assert_eq!(house.put(SLOT, &operator, vec![]).await, code(422, "sound_silent"));
    assert_eq!(house.put(SLOT, &operator, tone(1, 9_000)).await, code(422, "sound_short"));
    assert_eq!(house.put(SLOT, &operator, tone(201, 9_000)).await, code(413, "too_large"));
    for path in ["/api/ops/spoken/wait/en", "/api/ops/spoken/joke/fr", "/api/ops/spoken/wait/Ff"] {
        assert_eq!(house.put(path, &operator, tone(10, 9_000)).await, code(404, "not_found"), "{path}");
    }
    for version in ["0", "1", "4294967296", "-1", "x"] {
        let path = format!("{SLOT}/{version}/sign_off");
        assert_eq!(house.put(&path, &operator, vec![]).await, code(404, "not_found"), "{version}");
    }
}

#[tokio::test]
async fn only_operators_have_the_studio() {
    let house = house().await;
    let (doctor, tablet) = (house.sign_in("awa").await, house.sign_in_tablet().await);
    for cookie in [&doctor, &tablet] {
        assert_eq!(house.get("/api/ops/spoken", cookie).await, code(404, "not_found"));
        assert_eq!(house.put(SLOT, cookie, tone(10, 9_000)).await, code(404, "not_found"));
        assert_eq!(house.put(&format!("{SLOT}/1/withdraw"), cookie, vec![]).await, code(404, "not_found"));
    }
    assert_eq!(house.get("/api/spoken", "").await, code(401, "signed_out"));
    assert!(house.store.recordings().spoken().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_slot_has_a_bound_and_a_changed_sound_is_not_played() {
    let house = house().await;
    let slot = SpokenSlot { sentence: Sentence::Wait, language: Language::Ff };
    let new = |n: u8| NewSpoken { slot, by: None, duration_ms: 1_000, audio: vec![n; 10] };
    for n in 1..=50 {
        assert_eq!(house.store.recordings().add_spoken(&new(n), Timestamp(1)).await.unwrap(), u32::from(n));
    }
    assert!(matches!(
        house.store.recordings().add_spoken(&new(51), Timestamp(1)).await,
        Err(StoreError::TooLarge)
    ));
    assert_eq!(house.put(SLOT, &house.sign_in("ops").await, tone(10, 9_000)).await, code(409, "slot_full"));

    let tablet = house.sign_in_tablet().await;
    assert_eq!(house.sound("/api/spoken/wait/ff/3", &tablet).await.status(), 200);
    let file = SqliteConnectOptions::new().filename(house.folder.join("teranga.db"));
    let mut file = file.connect().await.unwrap();
    sqlx::query("UPDATE spoken SET audio = x'00' WHERE version = 3").execute(&mut file).await.unwrap();
    file.close().await.unwrap();
    assert_eq!(house.sound("/api/spoken/wait/ff/3", &tablet).await.status(), 503);
}
