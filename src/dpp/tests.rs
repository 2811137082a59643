//! The client before servers that behave badly.

use super::*;
use axum::{Router, extract::Request, http::StatusCode, response::IntoResponse, routing::any};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use teranga_clinic::pii::Pii;
use teranga_exchange::dpp::DocumentKind;
use tokio::{
    net::TcpListener,
    time::{sleep, timeout},
};

const NOW: Timestamp = Timestamp(1_800_000_000_000);
const SYSTEM: &str = "urn:example:dpp";

fn post() -> PartyId {
    PartyId("nabadji".into())
}

fn number() -> Wanted {
    Wanted::Number("SN-1".into())
}

/// A national record whose every answer is this.
async fn answering(status: StatusCode, body: impl Into<String>) -> Dpp {
    let body: String = body.into();
    serving(Router::new().fallback(any(move || async move { (status, body.clone()).into_response() }))).await
}

async fn serving(router: Router) -> Dpp {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, router).await });
    at(port)
}

fn at(port: u16) -> Dpp {
    Dpp::new(Some(DppServer {
        tls: false,
        host: "127.0.0.1".into(),
        port,
        path: "/fhir".into(),
        number_system: SYSTEM.into(),
        token: Some(Pii::new("geheim".into())),
        authority: None,
        contact: None,
    }))
    .unwrap()
}

fn patient(id: &str, number: &str) -> String {
    format!(
        r#"{{"resourceType":"Bundle","entry":[{{"resource":{{"resourceType":"Patient","id":"{id}",
        "identifier":[{{"system":"{SYSTEM}","value":"{number}"}}],"name":[{{"text":"Aïssata Sow"}}]}}}}]}}"#
    )
}

#[tokio::test]
async fn without_a_record_nothing_is_asked() {
    let dpp = Dpp::new(None).unwrap();
    assert!(!dpp.is_on());
    assert_eq!(dpp.find(&post(), &number(), NOW).await, Err(DppTrouble::Off));
    assert_eq!(dpp.summary(&post(), "p1", NOW).await, Err(DppTrouble::Off));
    assert_eq!(dpp.exchanges(), Exchanges::default());
}

#[tokio::test]
async fn the_token_and_the_number_are_sent_and_the_number_is_escaped() {
    let asked = |request: Request| async move {
        let bearer = request.headers().get("authorization").is_some_and(|value| value == "Bearer geheim");
        let query = "identifier=urn%3Aexample%3Adpp%7CSN%261&active=true&_count=5";
        let is_right =
            bearer && request.uri().path() == "/fhir/Patient" && request.uri().query() == Some(query);
        if is_right { patient("p1", "SN&1").into_response() } else { StatusCode::FORBIDDEN.into_response() }
    };
    let dpp = serving(Router::new().fallback(any(asked))).await;
    let found = dpp.find(&post(), &Wanted::Number("SN&1".into()), NOW).await.unwrap();
    assert!(matches!(found, Lookup::Certain(one) if one.id == "p1"));
    assert_eq!(dpp.exchanges(), Exchanges { success_at: Some(NOW), failure: None });
}

#[tokio::test]
async fn bad_answers_are_refused_and_the_state_tells_it() {
    let large = "x".repeat(1_100_000);
    for (status, body, trouble) in [
        (
            StatusCode::OK,
            "<Bundle xmlns=\"http://hl7.org/fhir\"/>".to_owned(),
            DppTrouble::Unusable(Unusable::NoJson),
        ),
        (StatusCode::OK, patient("p2", "SN-2"), DppTrouble::Unusable(Unusable::OtherPatient)),
        (StatusCode::OK, large, DppTrouble::Unreachable),
        (StatusCode::NOT_FOUND, String::new(), DppTrouble::Unreachable),
        (StatusCode::INTERNAL_SERVER_ERROR, String::new(), DppTrouble::Unreachable),
        (StatusCode::FOUND, String::new(), DppTrouble::Unreachable),
    ] {
        let dpp = answering(status, body).await;
        assert_eq!(dpp.find(&post(), &number(), NOW).await, Err(trouble), "{status}");
        assert!(dpp.exchanges().failure.is_some_and(|(at, _)| at == NOW));
    }
}

#[tokio::test]
async fn a_record_that_is_off_or_silent_is_given_up_within_five_seconds() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    assert_eq!(at(free).find(&post(), &number(), NOW).await, Err(DppTrouble::Unreachable));
    let silent = any(|| async { sleep(Duration::from_secs(30)).await });
    let dpp = Arc::new(serving(Router::new().fallback(silent)).await);
    // More than are asked at the same time, so that some wait for their turn.
    let asking: Vec<_> = (0..20)
        .map(|_| {
            let dpp = Arc::clone(&dpp);
            tokio::spawn(async move { dpp.find(&post(), &number(), NOW).await })
        })
        .collect();
    let all = async {
        for one in asking {
            assert_eq!(one.await.unwrap(), Err(DppTrouble::Unreachable));
        }
    };
    timeout(Duration::from_secs(5), all).await.expect("nobody waits for longer");
}

#[tokio::test]
async fn a_record_is_read_only_by_who_has_found_the_patient_within_a_quarter_of_an_hour() {
    let dpp = answering(StatusCode::OK, patient("p1", "SN-1")).await;
    assert_eq!(dpp.summary(&post(), "p1", NOW).await, Err(DppTrouble::NotFound));
    dpp.find(&post(), &number(), NOW).await.unwrap();
    assert!(dpp.summary(&post(), "p1", NOW).await.is_ok());
    let other = PartyId("ourossogui".into());
    assert_eq!(dpp.summary(&other, "p1", NOW).await, Err(DppTrouble::NotFound));
    let later = NOW.plus_ms(15 * 60_000);
    assert_eq!(dpp.summary(&post(), "p1", later).await, Err(DppTrouble::NotFound));
}

#[tokio::test]
async fn the_allergies_of_a_record_that_was_read_are_known_by_every_number_of_the_patient_for_a_day() {
    let allergy = r#"{"resource":{"resourceType":"AllergyIntolerance","patient":{"reference":"Patient/p1"},
        "code":{"text":"Pénicilline"}}}"#;
    let all = patient("p1", "SN-1").replace("\"entry\":[", &format!("\"entry\":[{allergy},"));
    let dpp = answering(StatusCode::OK, all).await;
    dpp.find(&post(), &number(), NOW).await.unwrap();
    assert!(dpp.allergies_of("SN-1", NOW).is_empty(), "nobody has read the record");
    dpp.summary(&post(), "p1", NOW).await.unwrap();
    assert_eq!(dpp.allergies_of("SN-1", NOW)[0].names, ["Pénicilline"]);
    assert!(dpp.allergies_of("SN-2", NOW).is_empty());
    assert!(dpp.allergies_of("SN-1", NOW.plus_ms(24 * 60 * 60_000)).is_empty());
}

/// A patient who lives in Kanel, with this link, in use or not.
fn identity(id: &str, link: &str, active: bool) -> String {
    format!(
        r#"{{"resourceType":"Patient","id":"{id}","active":{active},"birthDate":"1980-03-01","link":[{link}],
        "identifier":[{{"system":"{SYSTEM}","value":"SN-{id}"}}],"name":[{{"text":"Ousmane Sy"}}],
        "address":[{{"city":"Kanel"}}]}}"#
    )
}

#[tokio::test]
async fn somebody_probable_who_was_joined_is_followed_once_after_the_right_answers() {
    for (second, confirmed) in [
        (identity("p2", "", true), Ok(Some("p2"))),
        (identity("p2", "", false), Err(DppTrouble::NotInUse)),
        (
            identity("p2", r#"{"type":"replaced-by","other":{"reference":"Patient/p3"}}"#, true),
            Err(DppTrouble::NotInUse),
        ),
    ] {
        let first = identity("p1", r#"{"type":"replaced-by","other":{"reference":"Patient/p2"}}"#, true);
        let grade = r#"{"url":"http://hl7.org/fhir/StructureDefinition/match-grade","valueCode":"probable"}"#;
        let matched = format!(
            r#"{{"resourceType":"Bundle","entry":[{{"resource":{first},"search":{{"extension":[{grade}]}}}}]}}"#
        );
        let router = Router::new()
            .route("/fhir/Patient/p1", any(move || async move { first }))
            .route("/fhir/Patient/p2", any(move || async move { second }))
            .fallback(any(move || async move { matched }));
        let dpp = serving(router).await;
        let traits = Traits { name: "Ousmane Sy".into(), birth_year: None, gender: None };
        let found = dpp.find(&post(), &Wanted::Traits(traits), NOW).await.unwrap();
        assert!(matches!(found, Lookup::Possible(_)), "{found:?}");
        let wrong = Answers { born: "1980-03-02".into(), town: "Kanel".into(), phone: String::new() };
        assert_eq!(dpp.confirm(&post(), "p1", &wrong, NOW).await, Ok(None));
        let right = Answers { born: "1980-03-01".into(), town: "kanel".into(), phone: String::new() };
        let said = dpp.confirm(&post(), "p1", &right, NOW).await;
        assert_eq!(said.map(|one| one.map(|one| one.id)), confirmed.map(|one| one.map(str::to_owned)));
        assert_eq!(dpp.summary(&post(), "p1", NOW).await, Err(DppTrouble::NotFound), "it is not in use");
        assert_eq!(
            dpp.exchanges(),
            Exchanges { success_at: Some(NOW), failure: None },
            "every answer was good"
        );
    }
}

#[tokio::test]
async fn a_few_documents_are_opened_at_once_and_the_others_wait_while_lookups_go_on() {
    let (open, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&most);
    let document = any(move || {
        let (open, most) = (Arc::clone(&open), Arc::clone(&counted));
        async move {
            most.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            sleep(Duration::from_millis(100)).await;
            open.fetch_sub(1, Ordering::SeqCst);
            r#"{"resourceType":"DocumentReference","id":"d1","status":"current","subject":{"reference":"Patient/p1"},
                "content":[{"attachment":{"data":"JVBERi0xLjc="}}]}"#
        }
    });
    let found = any(async || patient("p1", "SN-1"));
    let router = Router::new().route("/fhir/DocumentReference/d1", document).fallback(found);
    let dpp = Arc::new(serving(router).await);
    let opening: Vec<_> = (0..12)
        .map(|_| {
            let dpp = Arc::clone(&dpp);
            tokio::spawn(async move { dpp.open("p1", "d1", NOW).await })
        })
        .collect();
    sleep(Duration::from_millis(50)).await;
    assert!(matches!(dpp.find(&post(), &number(), NOW).await, Ok(Lookup::Certain(_))));
    assert!(opening.iter().any(|one| !one.is_finished()), "the lookup did not wait for the documents");
    for one in opening {
        assert_eq!(one.await.unwrap(), Ok((DocumentKind::Pdf, b"%PDF-1.7".to_vec())));
    }
    assert_eq!(most.load(Ordering::SeqCst), openings::AT_ONCE);
}
