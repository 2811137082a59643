//! The national record over HTTP: who may ask, how often, and what is noted.

use super::{House, add, asked_from_outside, code, consultation, house, identity, requested, state};
use crate::{config::DppServer, dpp::Dpp, http::state::HttpState, store::Journal};
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
    response::IntoResponse,
    routing::any,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use teranga_clinic::{
    audit::OpeningWay,
    fact::{Fact, What},
    id::PartyId,
    people::Role,
    pii::Pii,
    time::Timestamp,
};
use tokio::net::TcpListener;

/// The patient whom the record knows, whatever it is asked.
const SOW: &str = r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"p1",
    "identifier":[{"system":"urn:example:dpp","value":"SN-1"}],"name":[{"text":"Aïssata Sow"}],"gender":"female"}}]}"#;

/// The same patient, with an allergy.
const ALLERGIC: &str = r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"p1",
    "identifier":[{"system":"urn:example:dpp","value":"SN-1"}],"name":[{"text":"Aïssata Sow"}]}},
    {"resource":{"resourceType":"AllergyIntolerance","patient":{"reference":"Patient/p1"},"criticality":"high",
    "code":{"text":"Pénicilline"}}}]}"#;

/// The house with a national record.
pub(super) async fn connected() -> House {
    connected_to(SOW).await
}

async fn connected_to(answer: &'static str) -> House {
    let house = house().await;
    let base =
        state(house.identities.clone(), house.store.clone(), Arc::default(), house.clock, &house.folder)
            .await;
    let dpp = Arc::new(Dpp::new(Some(server_that_says(answer).await)).unwrap());
    House { router: asked_from_outside(HttpState { dpp, ..base }), ..house }
}

/// A national record that says this, whatever it is asked.
pub(super) async fn server_that_says(answer: &'static str) -> DppServer {
    serving(Router::new().fallback(any(async move || answer))).await
}

/// A national record with this interface.
pub(super) async fn serving(router: Router) -> DppServer {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, router).await });
    DppServer {
        tls: false,
        host: "127.0.0.1".into(),
        port,
        path: String::new(),
        number_system: "urn:example:dpp".into(),
        token: None,
        authority: None,
        contact: None,
    }
}

async fn ask(house: &House, path: &str, cookie: &str, body: &Value) -> super::Answer {
    house.say("POST", path, cookie, "application/json", body.to_string().into_bytes()).await
}

#[tokio::test]
async fn a_post_finds_a_patient_and_reads_the_record_and_nobody_else_does() {
    let house = connected().await;
    let (tablet, doctor, operator) =
        (house.sign_in_tablet().await, house.sign_in("awa").await, house.sign_in("ops").await);
    let number = json!({ "number": "SN-1" });
    for (cookie, answer) in [
        ("", code(401, "signed_out")),
        (&*doctor, code(404, "not_found")),
        (&*operator, code(404, "not_found")),
    ] {
        assert_eq!(ask(&house, "/api/dpp/lookup", cookie, &number).await, answer);
    }
    let read = json!({ "patient": "p1" });
    assert_eq!(
        ask(&house, "/api/dpp/record", &tablet, &read).await,
        code(404, "not_found"),
        "nobody was looked up"
    );
    let (status, found) = ask(&house, "/api/dpp/lookup", &tablet, &number).await;
    assert_eq!(
        (status, &found["state"], &found["patient"]["name"]),
        (200, &json!("found"), &json!("Aïssata Sow"))
    );
    let (status, record) = ask(&house, "/api/dpp/record", &tablet, &read).await;
    assert_eq!((status, &record["state"], &record["allergies"]), (200, &json!("found"), &json!([])));
    let (status, other) = ask(&house, "/api/dpp/lookup", &tablet, &json!({ "number": "SN-2" })).await;
    assert_eq!(
        (status, other),
        (200, json!({ "state": "unusable" })),
        "the record answers with another patient"
    );
    let (_, told) = house.get("/api/dpp", &operator).await;
    assert_eq!((&told["on"], &told["failure"]["why"]), (&json!(true), &json!("unusable")));
    assert_eq!(house.get("/api/dpp", &tablet).await, code(404, "not_found"));
}

#[tokio::test]
async fn too_little_is_malformed_and_a_tablet_that_asks_all_day_is_slowed_down() {
    let house = connected().await;
    let tablet = house.sign_in_tablet().await;
    for body in
        [json!({}), json!({ "name": " " }), json!({ "number": "1".repeat(101) }), json!({ "born": "1994" })]
    {
        assert_eq!(ask(&house, "/api/dpp/lookup", &tablet, &body).await, code(400, "malformed"), "{body}");
    }
    let number = json!({ "number": "SN-1" });
    for _ in 0..30 {
        assert_eq!(ask(&house, "/api/dpp/lookup", &tablet, &number).await.0, 200);
    }
    assert_eq!(ask(&house, "/api/dpp/lookup", &tablet, &number).await.0, 429);
}

/// A doctor holds a consultation whose form tells the number of the patient.
async fn held_with_number(house: &House) {
    let mut request = requested(consultation(2), 1);
    let What::Requested { request: asked, .. } = &mut request.what else { panic!() };
    asked.intake.dpp = Some(Pii::new(" SN-1".into()));
    add(&house.store, consultation(2), &request).await.unwrap();
    let what = What::Claimed { doctor: identity("doctor", Role::Doctor) };
    let fact = Fact { at: Timestamp(5), by: Some(PartyId("doctor".into())), staff: None, what };
    add(&house.store, consultation(2), &fact).await.unwrap();
}

#[tokio::test]
async fn an_allergy_that_the_record_has_told_to_anybody_questions_a_prescription_whatever_the_page_sends() {
    let house = connected_to(ALLERGIC).await;
    held_with_number(&house).await;
    let (tablet, doctor) = (house.sign_in_tablet().await, house.sign_in("awa").await);
    let line =
        json!({ "drug": { "other": "Clamoxyl 500 mg, gélule" }, "days": 5, "directions": "1 matin et soir" });
    let id = "01234567-89ab-4def-8123-456789abcdef";
    let draft = |more: Value| {
        let mut draft = json!({ "prescription": id, "consultation": consultation(2), "lines": [line] });
        draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        draft
    };
    let path = format!("/api/consultations/{}/prescriptions", consultation(2));
    let sign = async |draft: Value| {
        ask(&house, &path, &doctor, &json!({ "draft": draft, "password": super::PASSWORD })).await
    };
    let no_key = code(409, "signing_key");
    assert_eq!(
        sign(draft(json!({}))).await,
        no_key,
        "nobody has looked the patient up: there is no question"
    );
    ask(&house, "/api/dpp/lookup", &tablet, &json!({ "number": "SN-1" })).await;
    ask(&house, "/api/dpp/record", &tablet, &json!({ "patient": "p1" })).await;
    for more in [json!({}), json!({ "allergies": "aucune connue" }), json!({ "allergies": "arachide" })] {
        let (_, told) = ask(&house, &format!("{path}/check"), &doctor, &draft(more.clone())).await;
        assert_eq!((&told["findings"][0]["kind"], &told["signable"]), (&json!("allergy"), &json!(false)));
        assert_eq!(sign(draft(more)).await, code(422, "prescription_unanswered"));
    }
    let why = json!({ "justifications": [{ "line": 0, "kind": "allergy", "why": "Test cutané négatif." }] });
    assert_eq!(sign(draft(why)).await, no_key, "with a reason, only the key is missing");
}

#[tokio::test]
async fn a_doctor_reads_the_record_of_their_consultation_only_and_it_is_noted() {
    let house = connected().await;
    let doctor = house.sign_in("awa").await;
    let mut request = requested(consultation(2), 1);
    let What::Requested { request: asked, .. } = &mut request.what else { panic!() };
    asked.intake.dpp = Some(Pii::new("SN-1".into()));
    add(&house.store, consultation(2), &request).await.unwrap();
    let path = |number| format!("/api/consultations/{}/dpp", consultation(number));
    assert_eq!(house.get(&path(2), &doctor).await, code(404, "not_found"), "it is not theirs");
    let claimed = || What::Claimed { doctor: identity("doctor", Role::Doctor) };
    house.record("doctor", claimed()).await;
    assert_eq!(house.get(&path(1), &doctor).await, (200, json!({ "state": "off" })), "without a number");
    let fact = Fact { at: Timestamp(5), by: Some(PartyId("doctor".into())), staff: None, what: claimed() };
    add(&house.store, consultation(2), &fact).await.unwrap();
    let (status, record) = house.get(&path(2), &doctor).await;
    assert_eq!((status, &record["patient"]["name"]), (200, &json!("Aïssata Sow")));
    // That it was refused before is noted too, at a random time.
    let openings = house.store.openings(consultation(2)).await.unwrap();
    let read = openings.iter().filter(|one| one.way == OpeningWay::Read);
    assert_eq!(read.map(|one| one.by.0.as_str()).collect::<Vec<_>>(), ["doctor"]);
    let tablet = house.sign_in_tablet().await;
    assert_eq!(house.get(&path(2), &tablet).await, code(404, "not_found"));
}

/// A national record in which Aïssata Sow has documents: the attachments by the identifiers of their documents, and what is at `Binary/b1`.
async fn shelf(
    documents: Vec<(&'static str, Value)>,
    binary: impl IntoResponse + Clone + Send + Sync + 'static,
) -> DppServer {
    let found = json!({ "resourceType": "Bundle", "entry": [{ "resource": { "resourceType": "Patient", "id": "p1",
        "identifier": [{ "system": "urn:example:dpp", "value": "SN-1" }], "name": [{ "text": "Aïssata Sow" }] } }] });
    let mut router = Router::new()
        .route("/Binary/b1", any(move || async move { binary }))
        .fallback(any(move || async move { found.to_string() }));
    for (id, attachment) in documents {
        let subject = json!({ "reference": if id == "other" { "Patient/p2" } else { "Patient/p1" } });
        let document = json!({ "resourceType": "DocumentReference", "id": id, "status": "current", "subject": subject,
            "content": [{ "attachment": attachment }] });
        router = router
            .route(&format!("/DocumentReference/{id}"), any(move || async move { document.to_string() }));
    }
    serving(router).await
}

/// A doctor of consultation 2, whose patient has the number SN-1, with that national record.
async fn reader(server: DppServer) -> (House, String) {
    let house = house().await;
    let base =
        state(house.identities.clone(), house.store.clone(), Arc::default(), house.clock, &house.folder)
            .await;
    let dpp = Arc::new(Dpp::new(Some(server)).unwrap());
    let house = House { router: asked_from_outside(HttpState { dpp, ..base }), ..house };
    let mut request = requested(consultation(2), 1);
    let What::Requested { request: asked, .. } = &mut request.what else { panic!() };
    asked.intake.dpp = Some(Pii::new("SN-1".into()));
    add(&house.store, consultation(2), &request).await.unwrap();
    let what = What::Claimed { doctor: identity("doctor", Role::Doctor) };
    let fact = Fact { at: Timestamp(5), by: Some(PartyId("doctor".into())), staff: None, what };
    add(&house.store, consultation(2), &fact).await.unwrap();
    let doctor = house.sign_in("awa").await;
    (house, doctor)
}

fn document(id: &str) -> String {
    format!("/api/consultations/{}/dpp/documents/{id}", consultation(2))
}

#[tokio::test]
async fn a_doctor_opens_a_document_in_a_sandbox_and_it_is_noted() {
    let picture = b"\x89PNG\r\n\x1a\n...".to_vec();
    let documents = vec![
        ("d1", json!({ "url": "Binary/b1", "contentType": "text/html" })),
        ("d2", json!({ "data": "JVBERi0xLjc=" })),
    ];
    let (house, doctor) = reader(shelf(documents, picture.clone()).await).await;
    let request = Request::get(document("d1")).header("cookie", &doctor).body(Body::empty()).unwrap();
    let answer = house.send(request).await;
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(
        (answer.status().as_u16(), header("content-type")),
        (200, "image/png".to_owned()),
        "the bytes tell"
    );
    assert!(
        header("content-security-policy").starts_with("sandbox"),
        "{}",
        header("content-security-policy")
    );
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(
        (header("cache-control"), header("content-disposition")),
        ("no-store".into(), "inline".into())
    );
    assert_eq!(house.bytes(&document("d1"), &doctor).await, (200, picture));
    let request = Request::get(document("d2")).header("cookie", &doctor).body(Body::empty()).unwrap();
    let answer = house.send(request).await;
    assert!(answer.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let openings = house.store.openings(consultation(2)).await.unwrap();
    assert_eq!(openings.iter().map(|one| one.by.0.as_str()).collect::<Vec<_>>(), ["doctor"; 3]);
}

#[tokio::test]
async fn nobody_else_opens_a_document_and_whoever_asks_is_noted() {
    let (house, _) = reader(shelf(vec![("d1", json!({ "data": "YWJj" }))], "").await).await;
    house.add("doctor-fatou", "fatou", Role::Doctor).await;
    for (login, by) in [("fatou", "doctor-fatou"), ("ops", ""), ("mina", "")] {
        let cookie = house.sign_in(login).await;
        assert_eq!(house.get(&document("d1"), &cookie).await, code(404, "not_found"), "{login} {by}");
    }
    let tablet = house.sign_in_tablet().await;
    assert_eq!(house.get(&document("d1"), &tablet).await, code(404, "not_found"), "it is for the doctor");
    assert_eq!(house.get(&document("d1"), "").await, code(401, "signed_out"));
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let openings = house.store.openings(consultation(2)).await.unwrap();
    let noted: Vec<_> = openings.iter().map(|one| (one.by.0.as_str(), one.way)).collect();
    assert_eq!(noted, [("doctor-fatou", OpeningWay::Refused)]);
}

#[tokio::test]
async fn a_document_elsewhere_of_somebody_else_or_of_a_strange_kind_is_not_opened() {
    let redirect = (StatusCode::FOUND, [("location", "https://elsewhere.example/b1")]);
    let html = STANDARD.encode("<html><script>alert(1)</script></html>");
    let documents = vec![
        ("elsewhere", json!({ "url": "https://elsewhere.example/fhir/Binary/b1" })),
        ("redirected", json!({ "url": "Binary/b1" })),
        ("other", json!({ "data": "YWJj" })),
        ("html", json!({ "data": html, "contentType": "application/pdf" })),
        ("large", json!({ "data": "YWJj".repeat(3_400_000) })),
    ];
    let (house, doctor) = reader(shelf(documents, redirect).await).await;
    for (id, answer) in [
        ("elsewhere", code(422, "dpp_document_elsewhere")),
        ("redirected", code(503, "dpp_silent")),
        ("other", code(422, "dpp_unusable")),
        ("html", code(415, "dpp_document_kind")),
        ("large", code(422, "dpp_document_large")),
        ("nobody", code(422, "dpp_unusable")),
    ] {
        assert_eq!(house.get(&document(id), &doctor).await, answer, "{id}");
    }
    let large = vec![b'a'; 10_000_001];
    let (house, doctor) = reader(shelf(vec![("d1", json!({ "url": "Binary/b1" }))], large).await).await;
    assert_eq!(house.get(&document("d1"), &doctor).await, code(422, "dpp_document_large"));
    let huge = vec![b'a'; 15_000_000];
    let (house, doctor) = reader(shelf(vec![("d1", json!({ "url": "Binary/b1" }))], huge).await).await;
    assert_eq!(house.get(&document("d1"), &doctor).await, code(422, "dpp_document_large"));
}
