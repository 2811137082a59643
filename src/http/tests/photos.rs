//! Photos over HTTP: announced, sent in pieces, judged, read, and everything that is refused.

use super::{Answer, House, ORIGIN, answer, code, house};
use crate::{
    identity::secret,
    store::{
        Journal, Revocations,
        testing::{add, consultation, identity, requested},
    },
};
use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::{Value, json};
use teranga_clinic::{
    audit::{OpenedFile, OpeningWay},
    clinical::Disposition,
    fact::What,
    id::{PartyId, PhotoId},
    people::Role,
    photo::PhotoFile,
    time::Timestamp,
};
use teranga_signaling::contract::Input;
use uuid::Uuid;

const PHOTO: PhotoId = PhotoId(Uuid::from_u128(9));
const PIECE: usize = 4_000;

/// The bytes of a lossless WebP of this size in pixels, whose image data has `length` bytes.
fn lossless_webp(width: u32, height: u32, length: usize) -> Vec<u8> {
    let size = ((width - 1) | (height - 1) << 14).to_le_bytes();
    let data = (0..length).map(|at| at.wrapping_mul(7).to_le_bytes()[0]);
    let mut body: Vec<u8> = [0x2f].into_iter().chain(size).chain(data).collect();
    let chunk = u32::try_from(body.len()).unwrap().to_le_bytes();
    body.extend(vec![0; body.len() % 2]);
    let content = [&b"WEBPVP8L"[..], &chunk, &body].concat();
    [&b"RIFF"[..], &u32::try_from(content.len()).unwrap().to_le_bytes(), &content].concat()
}

struct Scene {
    house: House,
    tablet: String,
    photo: Vec<u8>,
}

/// The post's consultation runs, and the doctor has asked for a photo.
async fn scene() -> Scene {
    let house = house().await;
    let doctor = identity("doctor", Role::Doctor);
    for (by, what) in [("doctor", What::Claimed { doctor }), ("doctor", What::PhotoAsked { photo: PHOTO })] {
        house.record(by, what).await;
    }
    let tablet = house.sign_in_tablet().await;
    Scene { tablet, house, photo: lossless_webp(800, 600, 9_001) }
}

fn path(photo: PhotoId) -> String {
    format!("/api/consultations/{}/photos/{photo}", consultation(1))
}

fn announcement(photo: &[u8]) -> Value {
    json!({
        "kind": "webp",
        "bytes": photo.len(),
        "sha256": secret::encode(&secret::hash(photo)),
        "thumbnail": secret::encode(&lossless_webp(80, 60, 900)),
    })
}

impl Scene {
    async fn announce(&self, body: &Value) -> Answer {
        self.house.say("POST", &path(PHOTO), &self.tablet, "application/json", body.to_string().into()).await
    }

    async fn put(&self, offset: usize, piece: &[u8]) -> Answer {
        let at = format!("{}?offset={offset}", path(PHOTO));
        self.house.say("PUT", &at, &self.tablet, "application/octet-stream", piece.to_vec()).await
    }

    async fn send(&self) -> Answer {
        assert_eq!(self.announce(&announcement(&self.photo)).await, held(0));
        let mut last = held(0);
        for (at, piece) in (0..).zip(self.photo.chunks(PIECE)) {
            last = self.put(at * PIECE, piece).await;
        }
        last
    }

    fn told(&mut self) -> Vec<Input> {
        std::iter::from_fn(|| self.house.inputs.try_recv().ok()).collect()
    }

    /// Makes a fact of what the hub was told, as it would.
    async fn take(&mut self) -> PhotoFile {
        let Some(Input::PhotoStored { file, .. }) = self.told().pop() else { panic!("nothing is stored") };
        self.house.record("post", What::PhotoTaken { photo: PHOTO, file: file.clone() }).await;
        file
    }
}

fn held(bytes: usize) -> Answer {
    (200, json!({ "held": bytes, "stored": false }))
}

fn stored(bytes: usize) -> Answer {
    (200, json!({ "held": bytes, "stored": true }))
}

#[tokio::test]
async fn a_photo_comes_in_pieces_and_members_read_it() {
    let mut scene = scene().await;
    assert_eq!(scene.send().await, held(scene.photo.len()));
    let told = scene.told();
    let moved: Vec<_> = told
        .iter()
        .filter_map(|input| match input {
            Input::PhotoMoved { moving, .. } => Some(moving.held),
            _ => None,
        })
        .collect();
    assert_eq!(moved, [0, 4_000, 8_000], "at the beginning, and by tenths");
    assert_eq!(scene.put(8_000, &scene.photo[8_000..]).await.0, 200, "said again");
    let file = scene.take().await;
    assert_eq!((file.width, file.height, file.bytes as usize), (800, 600, scene.photo.len()));
    let doctor = scene.house.sign_in("awa").await;
    assert_eq!(scene.house.bytes(&path(PHOTO), &doctor).await, (200, scene.photo.clone()));
    let part = format!("{}?offset=10&length=20", path(PHOTO));
    assert_eq!(scene.house.bytes(&part, &doctor).await.1, scene.photo[10..30]);
    let small = scene.house.bytes(&format!("{}/thumbnail", path(PHOTO)), &doctor).await;
    assert_eq!(small, (200, lossless_webp(80, 60, 900)));
    let openings = scene.house.store.openings(consultation(1)).await.unwrap();
    assert_eq!(openings.len(), 1, "read in pieces, opened once");
    assert_eq!((openings[0].by.0.as_str(), openings[0].file), ("doctor", Some(OpenedFile::Photo(PHOTO))));
}

#[tokio::test]
async fn a_page_that_comes_back_goes_on_where_it_was() {
    let mut scene = scene().await;
    let doctor = scene.house.sign_in("awa").await;
    scene.announce(&announcement(&scene.photo)).await;
    assert_eq!(scene.put(0, &scene.photo[..PIECE]).await, held(PIECE));
    assert_eq!(scene.put(0, &scene.photo[..PIECE]).await, held(PIECE), "the answer was lost");
    let small = scene.house.bytes(&format!("{}/thumbnail", path(PHOTO)), &doctor).await;
    assert_eq!(small.0, 200, "seen before the photo is there");
    assert_eq!(scene.house.bytes(&path(PHOTO), &doctor).await.0, 404, "which it is not");
    assert_eq!(scene.announce(&announcement(&scene.photo)).await, held(PIECE));
    for (at, piece) in (1..).zip(scene.photo[PIECE..].chunks(PIECE)) {
        scene.put(at * PIECE, piece).await;
    }
    scene.take().await;
    assert_eq!(scene.announce(&announcement(&scene.photo)).await, stored(scene.photo.len()), "it is there");
    assert_eq!(scene.put(scene.photo.len(), &[]).await, stored(scene.photo.len()));
}

#[tokio::test]
async fn the_hub_is_told_again_by_who_asks_again() {
    let mut scene = scene().await;
    scene.send().await;
    scene.told();
    assert_eq!(scene.announce(&announcement(&scene.photo)).await, held(scene.photo.len()));
    assert!(matches!(scene.told().last(), Some(Input::PhotoStored { .. })), "the fact had not been stored");
    assert_eq!(scene.put(scene.photo.len(), &[]).await, held(scene.photo.len()), "the cheap way to ask");
    assert!(matches!(scene.told().last(), Some(Input::PhotoStored { .. })));
}

#[tokio::test]
async fn what_is_too_large_is_refused_before_it_is_read() {
    let scene = scene().await;
    let mut large = announcement(&scene.photo);
    large["bytes"] = json!(40_000_000);
    assert_eq!(scene.announce(&large).await, code(413, "too_large"));
    large["bytes"] = json!(1024 * 1024 + 1);
    assert_eq!(scene.announce(&large).await, code(413, "too_large"));
    scene.announce(&announcement(&scene.photo)).await;
    let at = format!("{}?offset=0", path(PHOTO));
    let request = Request::put(at).header(header::ORIGIN, ORIGIN).header(header::COOKIE, &scene.tablet);
    let unread = Body::from_stream(futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let request = request.header(header::CONTENT_LENGTH, 40_000_000).body(unread).unwrap();
    assert_eq!(answer(scene.house.send(request).await).await, code(413, "too_large"), "nobody waited for it");
    assert_eq!(scene.put(0, &vec![0; 20_000]).await, code(413, "too_large"));
    assert_eq!(scene.put(9_000, &scene.photo[..PIECE]).await, code(413, "too_large"), "beyond what was said");
}

#[tokio::test]
async fn what_is_no_photo_or_another_one_is_refused_and_forgotten() {
    let mut scene = scene().await;
    let page = b"<html>".repeat(500);
    scene.announce(&announcement(&page)).await;
    assert_eq!(scene.put(0, &page).await, code(415, "photo_kind"));
    assert_eq!(scene.put(0, &page).await, code(409, "photo_offset"), "forgotten");
    let mut damaged = scene.photo.clone();
    damaged[5_000] ^= 1;
    scene.announce(&announcement(&scene.photo)).await;
    let mut last = held(0);
    for (at, piece) in (0..).zip(damaged.chunks(PIECE)) {
        last = scene.put(at * PIECE, piece).await;
    }
    assert_eq!(last, code(422, "photo_damaged"));
    assert!(!scene.told().iter().any(|input| matches!(input, Input::PhotoStored { .. })));
    assert_eq!(scene.send().await.0, 200, "the right one is taken");
    let bomb = lossless_webp(16_000, 16_000, 50);
    scene.announce(&announcement(&bomb)).await;
    assert_eq!(scene.put(0, &bomb).await, code(415, "photo_kind"));
    for (field, value) in [("sha256", json!("%")), ("kind", json!("svg")), ("bytes", json!(-1))] {
        let mut wrong = announcement(&scene.photo);
        wrong[field] = value;
        assert_eq!(scene.announce(&wrong).await, code(400, "malformed"), "{field}");
    }
}

#[tokio::test]
async fn gaps_are_refused() {
    let scene = scene().await;
    assert_eq!(scene.put(0, &scene.photo[..PIECE]).await, code(409, "photo_offset"), "not announced");
    scene.announce(&announcement(&scene.photo)).await;
    assert_eq!(scene.put(PIECE, &scene.photo[PIECE..2 * PIECE]).await, code(409, "photo_offset"));
    assert_eq!(scene.put(0, &scene.photo[..PIECE]).await, held(PIECE));
}

#[tokio::test]
async fn pieces_that_overtake_each_other_wait() {
    let scene = scene().await;
    scene.announce(&announcement(&scene.photo)).await;
    let put = |nth: usize| scene.put(nth * PIECE, &scene.photo[nth * PIECE..(nth + 1) * PIECE]);
    let (second, first) = tokio::join!(put(1), put(0));
    assert_eq!((first, second), (held(PIECE), held(2 * PIECE)));
}

#[tokio::test]
async fn only_what_was_asked_for_comes_and_only_from_the_post() {
    let mut scene = scene().await;
    let body = announcement(&scene.photo).to_string();
    let unasked = path(PhotoId(Uuid::from_u128(10)));
    let refused =
        scene.house.say("POST", &unasked, &scene.tablet, "application/json", body.clone().into()).await;
    assert_eq!(refused, code(404, "not_found"));
    let doctor = scene.house.sign_in("awa").await;
    let refused = scene.house.say("POST", &path(PHOTO), &doctor, "application/json", body.into()).await;
    assert_eq!(refused, code(404, "not_found"), "a member, but not the post");
    scene.send().await;
    scene.take().await;
    let stranger = scene.house.sign_in("ops").await;
    for path in [path(PHOTO), format!("{}/thumbnail", path(PHOTO))] {
        assert_eq!(scene.house.bytes(&path, &stranger).await.0, 404);
        assert_eq!(scene.house.bytes(&path, "").await.0, 401);
    }
    let elsewhere = path(PHOTO).replace(&consultation(1).to_string(), &consultation(2).to_string());
    add(&scene.house.store, consultation(2), &requested(consultation(2), 1)).await.unwrap();
    assert_eq!(scene.house.bytes(&elsewhere, &scene.tablet).await.0, 404, "another consultation's");
    let asked = scene.house.store.openings(consultation(1)).await.unwrap();
    assert!(asked.iter().all(|asked| asked.way == OpeningWay::Refused), "{asked:?}");
}

#[tokio::test]
async fn nothing_comes_after_the_end() {
    let scene = scene().await;
    scene.announce(&announcement(&scene.photo)).await;
    scene.house.record("doctor", What::Closed { disposition: Disposition::Advice, follow_up: None }).await;
    assert_eq!(scene.put(0, &scene.photo[..PIECE]).await, code(404, "not_found"));
}

#[tokio::test]
async fn an_open_upload_ends_with_the_consultation() {
    let scene = scene().await;
    scene.announce(&announcement(&scene.photo)).await;
    assert_eq!(scene.put(0, &scene.photo[..PIECE]).await, held(PIECE));
    scene.house.record("post", What::Cancelled).await;
    assert_eq!(scene.put(PIECE, &scene.photo[PIECE..2 * PIECE]).await, code(404, "not_found"));
    assert_eq!(scene.announce(&announcement(&scene.photo)).await, code(404, "not_found"));
}

#[tokio::test]
async fn an_open_upload_takes_pieces_only_from_its_post() {
    let scene = scene().await;
    scene.announce(&announcement(&scene.photo)).await;
    let at = format!("{}?offset=0", path(PHOTO));
    for login in ["awa", "ops"] {
        let cookie = scene.house.sign_in(login).await;
        let piece = scene.photo[..PIECE].to_vec();
        let refused = scene.house.say("PUT", &at, &cookie, "application/octet-stream", piece).await;
        assert_eq!(refused, code(404, "not_found"), "{login}");
    }
    let piece = scene.photo[..PIECE].to_vec();
    let refused = scene.house.say("PUT", &at, "", "application/octet-stream", piece).await;
    assert_eq!(refused, code(401, "signed_out"));
}

#[tokio::test]
async fn a_revoked_tablet_sends_no_more_pieces() {
    let scene = scene().await;
    scene.announce(&announcement(&scene.photo)).await;
    assert_eq!(scene.put(0, &scene.photo[..PIECE]).await, held(PIECE));
    scene.house.store.revoke(&PartyId("post".into()), Timestamp(9)).await.unwrap();
    assert_eq!(scene.put(PIECE, &scene.photo[PIECE..2 * PIECE]).await, code(401, "signed_out"));
}

#[tokio::test]
async fn a_piece_needs_no_new_announcement_after_a_restart() {
    let mut scene = scene().await;
    scene.announce(&announcement(&scene.photo)).await;
    assert_eq!(scene.put(0, &scene.photo[..PIECE]).await, held(PIECE));
    scene.house.restart().await;
    assert_eq!(scene.put(PIECE, &scene.photo[PIECE..2 * PIECE]).await, held(2 * PIECE));
    assert_eq!(scene.put(2 * PIECE, &scene.photo[2 * PIECE..]).await, held(scene.photo.len()));
    assert!(matches!(scene.told().last(), Some(Input::PhotoStored { .. })));
}

#[tokio::test]
async fn a_stored_photo_that_is_not_the_one_of_its_fact_is_not_shown() {
    let mut scene = scene().await;
    scene.send().await;
    let Some(Input::PhotoStored { file, .. }) = scene.told().pop() else { panic!("nothing is stored") };
    let other = PhotoFile { sha256: secret::encode(&[0; 32]), ..file };
    scene.house.record("post", What::PhotoTaken { photo: PHOTO, file: other }).await;
    let doctor = scene.house.sign_in("awa").await;
    assert_eq!(scene.house.bytes(&path(PHOTO), &doctor).await.0, 503);
}

#[tokio::test]
async fn a_guest_who_left_opens_no_photo() {
    let mut scene = scene().await;
    let guest = identity("operator", Role::Guest);
    scene.house.record("doctor", What::Entered { guest, holds: false, why: None }).await;
    scene.send().await;
    scene.take().await;
    let cookie = scene.house.sign_in("ops").await;
    assert_eq!(scene.house.bytes(&path(PHOTO), &cookie).await.0, 200);
    scene.house.restart().await;
    scene.house.record("operator", What::Left).await;
    assert_eq!(scene.house.bytes(&path(PHOTO), &cookie).await.0, 404);
}
