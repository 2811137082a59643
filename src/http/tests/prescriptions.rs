//! Prescriptions over HTTP: who may sign, what the password, the checks and the key refuse, and what a verifier without an account
//! is told.

use super::{Answer, House, PASSWORD, code, house};
use crate::{
    clock::Clock,
    signatures::authority::{self, CERTIFICATE_FILE, Subject},
    store::{
        HasSignerKeys, Journal, SignerKeys, Withdrawal, WithdrawalReason,
        testing::{consultation, identity},
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rcgen::KeyPair;
use serde_json::{Value, json};
use std::{fs, sync::Arc, time::Duration};
use teranga_clinic::{
    clinical::Disposition,
    fact::What,
    id::{PartyId, PrescriptionId},
    people::Role,
    prescription::code_of,
    time::Timestamp,
};
use teranga_exchange::prescription::{Claims, Sealed};
use teranga_signaling::contract::Input;
use uuid::Uuid;

const ID: PrescriptionId = PrescriptionId(Uuid::from_u128(0x0123_4567_89ab_4def_8123_4567_89ab_cdef));
const YEAR_MS: u64 = 365 * 24 * 3_600_000;

struct Scene {
    house: House,
    doctor: String,
}

/// The doctor holds the consultation of the tests, and has no key yet.
async fn scene() -> Scene {
    let house = house().await;
    house.record("doctor", What::Claimed { doctor: identity("doctor", Role::Doctor) }).await;
    let doctor = house.sign_in("awa").await;
    Scene { house, doctor }
}

/// The same, with a key that was certified at this time for 30 days.
async fn with_key(now: Timestamp) -> Scene {
    let scene = scene().await;
    scene.certify(now).await;
    scene
}

fn draft() -> Value {
    let line = json!({ "drug": { "other": "Fosfomycine 3 g, sachet" }, "days": 1, "directions": "1 sachet en une prise" });
    json!({ "prescription": ID, "consultation": consultation(1), "lines": [line] })
}

fn base() -> String {
    format!("/api/consultations/{}/prescriptions", consultation(1))
}

impl Scene {
    fn keys(&self) -> Arc<dyn SignerKeys> {
        self.house.store.signer_keys()
    }

    async fn certify(&self, now: Timestamp) {
        let (folder, keys) = (self.house.folder.join("ministry"), self.keys());
        let _ = fs::remove_dir_all(&folder);
        authority::create(&folder, "Ministère", now).unwrap();
        let pem = fs::read(folder.join(CERTIFICATE_FILE)).unwrap();
        keys.add_document_authority(&authority::der_of(&pem).unwrap(), now).await.unwrap();
        let pair = KeyPair::generate().unwrap();
        let subject = Subject { name: "doctor", order_number: None };
        let request = authority::request(&pair.serialize_der(), &subject).unwrap();
        let certificate = authority::certify(&folder, &request, 30, now).unwrap();
        let der = authority::der_of(certificate.as_bytes()).unwrap();
        let certified = authority::check(&der, &keys.document_authorities().await.unwrap()).unwrap();
        let doctor = PartyId("doctor".into());
        keys.add_key(&doctor, pair.public_key_raw(), &pair.serialize_der(), now).await.unwrap();
        keys.put_certificate(&certified.public, &certified.certificate).await.unwrap();
    }

    async fn say(&self, cookie: &str, path: &str, body: &Value) -> Answer {
        self.house.say("POST", path, cookie, "application/json", body.to_string().into()).await
    }

    async fn sign(&self, draft: &Value, password: &str) -> Answer {
        self.say(&self.doctor, &base(), &json!({ "draft": draft, "password": password })).await
    }

    async fn cancel(&self, why: &str) -> Answer {
        let path = format!("{}/{ID}/cancel", base());
        self.say(&self.doctor, &path, &json!({ "why": why, "password": PASSWORD })).await
    }

    /// Makes a fact of the next thing that the hub is told, as the hub would, while somebody waits for it.
    async fn store_next(&mut self) {
        let told = tokio::time::timeout(Duration::from_secs(5), self.house.inputs.recv()).await;
        let Some(Input::Prescription { by, what, .. }) = told.unwrap() else { panic!("something else") };
        self.house.record_now(&by.party.0, *what).await;
    }

    /// Signs the draft of the tests, and stores it.
    async fn signed(&mut self) {
        let (router, doctor) = (self.house.router.clone(), self.doctor.clone());
        let body = json!({ "draft": draft(), "password": PASSWORD }).to_string();
        let request: axum::http::Request<axum::body::Body> = axum::http::Request::post(base())
            .header("origin", super::ORIGIN)
            .header("cookie", doctor)
            .header("content-type", "application/json")
            .body(body.into())
            .unwrap();
        let asked = tokio::spawn(async move { super::ServiceExt::oneshot(router, request).await.unwrap() });
        self.store_next().await;
        assert_eq!(super::answer(asked.await.unwrap()).await, (200, json!({ "stored": true })));
    }
}

#[tokio::test]
async fn a_signed_prescription_is_verified_by_whoever_has_the_paper() {
    let mut scene = with_key(Clock::start().timestamp()).await;
    scene.signed().await;
    let facts = scene.house.store.read(consultation(1)).await.unwrap().unwrap().unwrap();
    let stored = facts.consultation().prescriptions().find(ID).unwrap().signed.clone();
    assert_eq!(stored.by.reveal(), "doctor");
    let (status, keys) = scene.house.get("/api/verifier/keys", "").await;
    assert_eq!(status, 200);
    let part = |name: &str| URL_SAFE_NO_PAD.decode(keys["keys"][0][name].as_str().unwrap()).unwrap();
    let sealed = Sealed::of(stored.text.reveal()).unwrap();
    assert_eq!(sealed.key().0[..], part("kid"));
    let point = [&[4][..], &part("x"), &part("y")].concat();
    let claims = Claims::read(sealed.verified(&point).unwrap()).unwrap();
    assert_eq!(claims.lines[0].drug, "Fosfomycine 3 g, sachet");
    let status = format!("/api/verifier/prescriptions/{ID}");
    assert_eq!(scene.house.get(&status, "").await, (200, json!({ "state": "valid" })));
    let typed = by_code(&scene.house, &code_of(ID)).await;
    assert_eq!(typed, (200, json!({ "text": stored.text })));
    let again = scene.sign(&draft(), "anything").await;
    assert_eq!(again, (200, json!({ "stored": true })), "what is there is not signed again");
}

#[tokio::test]
async fn a_wrong_password_and_guessing_sign_nothing() {
    let mut scene = with_key(Clock::start().timestamp()).await;
    for _ in 0..6 {
        assert_eq!(scene.sign(&draft(), "wrong").await, code(403, "password"));
    }
    let (status, body) = scene.sign(&draft(), PASSWORD).await;
    assert_eq!((status, &body["code"]), (429, &json!("too_many_attempts")));
    assert!(scene.house.inputs.try_recv().is_err());
    assert_eq!(scene.house.get("/api/me", &scene.doctor).await.0, 200, "nobody is signed out");
}

#[tokio::test]
async fn only_the_doctor_who_holds_it_may_sign_and_only_with_a_key() {
    let scene = scene().await;
    let (status, key) = scene.house.get("/api/signing-key", &scene.doctor).await;
    assert_eq!((status, &key["valid_until"], &key["expired"]), (200, &json!(null), &json!(false)));
    assert_eq!(scene.sign(&draft(), PASSWORD).await, code(409, "signing_key"));
    let tablet = scene.house.sign_in_tablet().await;
    let operator = scene.house.sign_in("ops").await;
    let body = json!({ "draft": draft(), "password": PASSWORD });
    for cookie in [&tablet, &operator] {
        assert_eq!(scene.say(cookie, &base(), &body).await, code(404, "not_found"));
        assert_eq!(scene.house.get("/api/signing-key", cookie).await, code(404, "not_found"));
    }
    assert_eq!(scene.say("", &base(), &body).await, code(401, "signed_out"));
    let other = json!({ "draft": { "prescription": ID, "consultation": consultation(2), "lines": [] }, "password": PASSWORD });
    assert_eq!(scene.say(&scene.doctor, &base(), &other).await, code(400, "malformed"));
    let closed = What::Closed { disposition: Disposition::Advice, follow_up: None };
    scene.house.record("doctor", closed).await;
    assert_eq!(scene.sign(&draft(), PASSWORD).await, code(403, "not_prescriber"));
}

#[tokio::test]
async fn a_key_whose_certificate_is_over_signs_nothing() {
    let year_ago = Timestamp(Clock::start().timestamp().0 - YEAR_MS);
    let scene = with_key(year_ago).await;
    assert_eq!(scene.sign(&draft(), PASSWORD).await, code(409, "signing_key_expired"));
    let (_, over) = scene.house.get("/api/signing-key", &scene.doctor).await;
    assert_eq!((&over["valid_until"], &over["expired"]), (&json!(null), &json!(true)));
    let (operator, doctor) = (scene.house.sign_in("ops").await, &scene.doctor);
    assert_eq!(scene.house.get("/api/ops/signing-keys", doctor).await, code(404, "not_found"));
    let (_, told) = scene.house.get("/api/ops/signing-keys", &operator).await;
    let ending = &told["ending"][0];
    assert_eq!((&ending["name"], &ending["state"]), (&json!("doctor"), &json!("ended")));
    assert_eq!(told["withdrawn"], json!([]));
    scene.certify(Clock::start().timestamp()).await;
    let (_, renewed) = scene.house.get("/api/signing-key", &scene.doctor).await;
    assert_eq!(renewed["expired"], json!(false), "a renewed key signs");
    let at = Clock::start().timestamp();
    let lost = Withdrawal { at, why: WithdrawalReason::Lost };
    let doctor = PartyId("doctor".into());
    assert_eq!(scene.keys().withdraw(&doctor, lost).await.unwrap(), 2);
    let (_, told) = scene.house.get("/api/ops/signing-keys", &operator).await;
    let withdrawn = json!([{ "name": "doctor", "withdrawn": { "at": at.0, "why": "lost" }, "signs": false }]);
    assert_eq!(told, json!({ "ending": [], "withdrawn": withdrawn }));
    assert_eq!(scene.sign(&draft(), PASSWORD).await, code(409, "signing_key"));
    let (_, keys) = scene.house.get("/api/verifier/keys", "").await;
    assert_eq!(keys["keys"][0]["withdrawn"], json!({ "at": at.0, "why": "lost" }));
}

#[tokio::test]
async fn a_clock_that_is_a_year_off_signs_nothing_and_is_not_called_the_end_of_a_key() {
    let now = Clock::start().timestamp();
    let slow = with_key(now.plus_ms(YEAR_MS)).await;
    assert_eq!(slow.sign(&draft(), PASSWORD).await, code(409, "signing_key_not_begun"));
    let (_, key) = slow.house.get("/api/signing-key", &slow.doctor).await;
    assert_eq!((&key["not_begun"], &key["expired"]), (&json!(true), &json!(false)));
    let mut scene = with_key(now).await;
    for device_at in [now.0 - YEAR_MS, now.0 + YEAR_MS] {
        let body = json!({ "draft": draft(), "password": PASSWORD, "device_at": device_at });
        assert_eq!(scene.say(&scene.doctor, &base(), &body).await, code(409, "clocks_apart"));
    }
    assert!(scene.house.inputs.try_recv().is_err(), "nothing was signed");
    let body = json!({ "draft": draft(), "password": "wrong", "device_at": now.0 - 3_600_000 });
    let told = scene.say(&scene.doctor, &base(), &body).await;
    assert_eq!(told, code(403, "password"), "an hour is a time zone");
}

#[tokio::test]
async fn keys_of_an_authority_that_is_believed_no_more_are_withdrawn_with_it() {
    let scene = with_key(Clock::start().timestamp()).await;
    let (keys, lost) = (scene.keys(), Withdrawal { at: Timestamp(7), why: WithdrawalReason::Lost });
    let authority = keys.document_authorities().await.unwrap().remove(0);
    let key = keys.keys().await.unwrap().remove(0);
    assert!(authority::is_issued_by(&key.certificate.unwrap().der, &authority));
    let public = [key.public];
    assert!(keys.remove_document_authority(b"another", &public, lost).await.is_err());
    assert!(keys.keys().await.unwrap()[0].withdrawn.is_none(), "nothing is done by halves");
    assert_eq!(keys.remove_document_authority(&authority, &public, lost).await.unwrap(), 1);
    assert!(keys.document_authorities().await.unwrap().is_empty());
    assert_eq!(scene.sign(&draft(), PASSWORD).await, code(409, "signing_key"));
}

#[tokio::test]
async fn flawed_and_questioned_drafts_are_told_and_not_signed() {
    let scene = with_key(Clock::start().timestamp()).await;
    let with = |line: Value| json!({ "prescription": ID, "consultation": consultation(1), "lines": [line] });
    let check_path = format!("{}/check", base());
    let incomplete = with(json!({ "drug": { "other": "" }, "days": 1, "directions": "x" }));
    let (_, told) = scene.say(&scene.doctor, &check_path, &incomplete).await;
    assert_eq!((&told["flawed"], &told["signable"]), (&json!(0), &json!(false)));
    assert_eq!(scene.sign(&incomplete, PASSWORD).await, code(422, "prescription_line"));
    let long = with(json!({ "drug": { "other": "Fer" }, "days": 120, "directions": "1 par jour" }));
    let (_, told) = scene.say(&scene.doctor, &check_path, &long).await;
    assert_eq!(told["findings"][1]["kind"], json!("too_long"));
    assert_eq!(scene.sign(&long, PASSWORD).await, code(422, "prescription_unanswered"));
    for bad in [json!({}), json!({ "draft": draft() }), json!({ "draft": 1, "password": PASSWORD })] {
        assert_eq!(scene.say(&scene.doctor, &base(), &bad).await, code(400, "malformed"));
    }
    let huge = with(json!({ "drug": { "other": "x".repeat(40_000) }, "days": 1, "directions": "x" }));
    assert_eq!(scene.sign(&huge, PASSWORD).await, code(413, "too_large"));
    let unknown = json!({ "prescription": ID, "consultation": consultation(1), "lines": draft()["lines"], "replaces": Uuid::nil() });
    assert_eq!(scene.sign(&unknown, PASSWORD).await, code(409, "prescription_replaced"));
}

#[tokio::test]
async fn a_prescription_is_cancelled_with_a_reason_also_after_the_end() {
    let mut scene = with_key(Clock::start().timestamp()).await;
    scene.signed().await;
    scene
        .house
        .record_now("doctor", What::Closed { disposition: Disposition::Prescription, follow_up: None })
        .await;
    assert_eq!(scene.cancel(" \n").await, code(400, "malformed"));
    assert_eq!(scene.cancel(&"x".repeat(201)).await, code(413, "too_large"));
    let asked = scene.cancel("allergie").await;
    assert_eq!(asked, (200, json!({ "stored": false })), "nobody has stored it within the wait");
    let Ok(Input::Prescription { by, what, over, .. }) = scene.house.inputs.try_recv() else { panic!() };
    let over = over.unwrap();
    assert_eq!(
        (over.at_end.facts, over.place.as_str()),
        (4, identity("post", Role::Kiosk).place.id.as_str())
    );
    assert!(!over.prescription.is_in_force());
    scene.house.record_now(&by.party.0, *what).await;
    let (_, status) = scene.house.get(&format!("/api/verifier/prescriptions/{ID}"), "").await;
    assert_eq!(status["state"], json!("cancelled"));
    assert_eq!(scene.cancel("allergie").await, (200, json!({ "stored": true })), "once is enough");
    let unknown = format!("{}/{}/cancel", base(), Uuid::nil());
    let body = json!({ "why": "x", "password": PASSWORD });
    assert_eq!(scene.say(&scene.doctor, &unknown, &body).await, code(404, "not_found"));
}

/// Asks for the prescription with a code, as a verifier who is not signed in.
pub(super) async fn by_code(house: &House, code: &str) -> Answer {
    house
        .say(
            "POST",
            "/api/verifier/codes",
            "",
            "application/json",
            json!({ "code": code }).to_string().into(),
        )
        .await
}

#[tokio::test]
async fn a_verifier_who_guesses_codes_is_slowed_down_and_learns_nothing() {
    let scene = scene().await;
    let unknown = scene.house.get(&format!("/api/verifier/prescriptions/{}", Uuid::nil()), "").await;
    assert_eq!(unknown, (200, json!({ "state": "unknown" })));
    assert_eq!(scene.house.get("/api/verifier/prescriptions/x", "").await, code(404, "not_found"));
    assert_eq!(by_code(&scene.house, "x").await, code(400, "malformed"));
    for _ in 0..60 {
        assert_eq!(by_code(&scene.house, "00000-00000").await, code(404, "not_found"));
    }
    let (status, body) = by_code(&scene.house, "00000-00000").await;
    assert_eq!((status, &body["code"]), (429, &json!("too_many_attempts")));
}
