//! Attempts that must fail: each is one security event, tells nothing, and keeps nobody out who may come in.

use super::{ORIGIN, PASSWORD, answer, code, cookie, house, post};
use crate::{
    identity::secret,
    store::{Devices, Revocations, testing::consultation},
};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::json;
use teranga_clinic::id::PartyId;

impl super::House {
    /// The security events of a kind so far.
    async fn events(&self, kind: &str) -> u64 {
        let cookie = self.operator().await;
        let request = Request::get("/metrics").header(header::COOKIE, cookie).body(Body::empty()).unwrap();
        let body = axum::body::to_bytes(self.send(request).await.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        let line = format!("teranga_security_events_total{{kind=\"{kind}\"}} ");
        text.lines()
            .find_map(|found| found.strip_prefix(&line)?.parse().ok())
            .expect("a counter of each kind")
    }

    /// A session of the operator that costs no sign-in.
    async fn operator(&self) -> String {
        let token = secret::token();
        self.session_of("operator", teranga_clinic::people::Role::Operator, token.reveal(), 0).await;
        format!("__Host-teranga={}", token.reveal())
    }
}

#[tokio::test]
async fn every_refusal_that_an_attack_would_cause_is_one_event() {
    let house = house().await;
    let (tablet, doctor) = (house.sign_in_tablet().await, house.sign_in("awa").await);
    let wrong = json!({ "login": "awa", "password": "wrong" });
    let code = json!({ "code": "000000000000", "public_key": point() });
    let forged = json!({ "device": "post", "challenge": "A".repeat(43), "signature": "AAAA" });
    let path = format!("/api/consultations/{}", consultation(1));
    let before = house.events("sign_in_failed").await;
    assert_eq!(house.post("/api/signin", &wrong).await.0, 401);
    assert_eq!(house.events("sign_in_failed").await, before + 1);
    assert_eq!(house.post("/api/devices/enroll", &code).await.0, 403);
    assert_eq!(house.events("enrolment_code").await, 1);
    assert_eq!(house.post("/api/devices/signin", &forged).await.0, 403);
    assert_eq!(house.events("challenge_refused").await, 1);
    let foreign = post("/api/signin", "https://evil.example", wrong.to_string());
    assert_eq!(house.send(foreign).await.status(), 403);
    assert_eq!(house.events("foreign_origin").await, 1);
    assert_eq!(house.get("/api/ops/health", &doctor).await.0, 404);
    assert_eq!(house.events("route_refused").await, 1);
    assert_eq!(house.get(&path, &doctor).await.0, 404);
    assert_eq!(house.events("record_refused").await, 1);
    assert_eq!(house.get(&path, &tablet).await.0, 200);
    assert_eq!(house.get("/api/me", "__Host-teranga=guessed").await.0, 401);
    assert_eq!(house.get("/api/me", "").await.0, 401);
    assert_eq!(house.events("unknown_session").await, 1, "a visitor without a cookie is no event");
    for _ in 0..6 {
        house.post("/api/signin", &wrong).await;
    }
    assert_eq!(house.events("throttled").await, 1);
    assert!(house.events("signed_in").await >= 3);
}

#[tokio::test]
async fn a_revoked_tablet_is_told_like_a_stranger_and_written_down_as_what_it_is() {
    let house = house().await;
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    house.enroll_tablet(&key).await;
    assert!(house.store.revoke(&PartyId("post".into()), house.clock.timestamp()).await.unwrap());
    assert_eq!(answer(house.device_sign_in(&key).await).await, code(403, "device"));
    assert_eq!(house.events("revoked_device").await, 1);
    let stranger = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    assert_eq!(answer(house.device_sign_in(&stranger).await).await, code(403, "device"));
    assert_eq!(house.events("device_refused").await, 1);
}

#[tokio::test]
async fn asking_for_challenges_pushes_no_tablet_out() {
    let house = house().await;
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    house.enroll_tablet(&key).await;
    let open = house.challenge().await;
    let (long, short) = (json!({ "device": "x".repeat(60_000) }), json!({ "device": "x".repeat(64) }));
    for _ in 0..4_200 {
        assert_eq!(house.post("/api/devices/challenge", &short).await.0, 200);
    }
    assert_eq!(house.post("/api/devices/challenge", &long).await, code(413, "too_large"));
    for name in ["poste de Nabadji", "", &"x".repeat(65)] {
        let named = json!({ "device": name });
        assert_eq!(house.post("/api/devices/challenge", &named).await, code(400, "malformed"), "{name}");
    }
    assert_eq!(house.sign_challenge(&key, &open).await.status(), 200, "its challenge was pushed out");
}

#[tokio::test]
async fn a_right_password_from_a_known_browser_passes_a_flood_from_its_own_address() {
    let house = house().await;
    let right = json!({ "login": "awa", "password": PASSWORD }).to_string();
    let first = house.send(post("/api/signin", ORIGIN, right.clone())).await;
    let known =
        first.headers().get_all(header::SET_COOKIE).iter().map(|set| set.to_str().unwrap().to_owned());
    let known = known.into_iter().find(|set| set.starts_with("__Host-teranga-device-")).unwrap();
    for wanted in ["Path=/", "HttpOnly", "Secure", "SameSite=Strict"] {
        assert!(known.contains(wanted), "{wanted} is missing");
    }
    let known = known.split(';').next().unwrap();
    let wrong = json!({ "login": "awa", "password": "wrong password" });
    let mut refused = 0;
    for _ in 0..12 {
        for _ in 0..5 {
            refused += u32::from(house.post("/api/signin", &wrong).await.0 == 429);
        }
        let mut request = post("/api/signin", ORIGIN, right.clone());
        request.headers_mut().insert(header::COOKIE, known.parse().unwrap());
        assert_eq!(house.send(request).await.status(), 200);
    }
    assert!(refused >= 50, "{refused} of 60 guesses were refused");
    let (status, _) = house.post("/api/signin", &json!({ "login": "awa", "password": PASSWORD })).await;
    assert_eq!(status, 429, "an unknown browser at the address of the flood waits");
}

/// The short form of `benches/enumeration.rs`: answers to guesses differ in nothing but their random bytes.
#[tokio::test]
async fn guessing_finds_nothing_and_hears_no_difference() {
    let house = house().await;
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let doctor = house.sign_in("awa").await;
    house.identities.new_code(&PartyId("post".into())).await.unwrap();
    assert!(house.store.device(&PartyId("post".into())).await.unwrap().is_some());
    for number in 0..300_u32 {
        let body = json!({ "code": format!("{number:012}"), "public_key": point() });
        let (status, body) = house.post("/api/devices/enroll", &body).await;
        assert!(matches!(status, 403 | 429), "{status} {body}");
        let path = format!("/api/consultations/{}", uuid::Uuid::from_u128(u128::from(number)));
        assert_eq!(house.get(&path, &doctor).await, code(404, "not_found"));
    }
    let existing = house.get(&format!("/api/consultations/{}", consultation(1)), &doctor).await;
    assert_eq!(existing, code(404, "not_found"));
    for login in ["awa", "nobody", "moussa", "ops"] {
        let wrong = json!({ "login": login, "password": "wrong password" });
        assert_eq!(house.post("/api/signin", &wrong).await, code(401, "credentials"), "{login}");
    }
    for device in ["post", "no-post"] {
        let (status, asked) = house.post("/api/devices/challenge", &json!({ "device": device })).await;
        assert_eq!((status, asked["challenge"].as_str().unwrap().len()), (200, 43));
        let signature = secret::encode(&[1; 64]);
        let body = json!({ "device": device, "challenge": asked["challenge"], "signature": signature });
        let (status, refusal) = house.post("/api/devices/signin", &body).await;
        assert!(matches!(status, 403 | 429), "{refusal}");
    }
    house.enroll_tablet(&key).await;
    let entered = house.device_sign_in(&key).await;
    assert!(cookie(&entered).starts_with("__Host-teranga="), "the right tablet was kept out");
}

/// A public key, as a browser sends it.
fn point() -> String {
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    secret::encode(key.public_key().as_ref())
}
