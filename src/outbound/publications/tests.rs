//! The worker before national records that behave badly.

use super::{Pause, Publisher};
use crate::{
    config::DppServer,
    dpp::Dpp,
    store::{
        HasPatients, HasPublications, HasStaff, SqliteStore, StoredPublication,
        testing::{Folder, close, consultation, place, publishable, withdraw},
    },
};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
    routing::any,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use teranga_clinic::{
    patient::{CheckWay, CheckedIdentity, IdentityCheck},
    publication::{PublicationState, PublicationTrouble, key},
    time::Timestamp,
};
use tokio::{net::TcpListener, time::sleep};

const NOW: Timestamp = Timestamp(1_800_000_000_000);
const SYSTEM: &str = "urn:example:dpp";

/// How the national record answers a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    Good,
    /// The document is stored, and the answer is lost.
    Lost,
    /// It is stored and told with an address of another host.
    Elsewhere,
    /// A success with an error inside. Nothing is stored.
    ErrorInside,
    /// XML, although nobody asked for it. Nothing is stored.
    Xml,
    /// Two documents are stored, and the condition meets both.
    Twice,
    /// It is stored under another patient.
    OtherSubject,
    Status(u16),
    Silent,
}

/// A national record with one patient that behaves in a manner.
struct Record {
    manner: Mutex<Manner>,
    number: &'static str,
    documents: Mutex<Vec<Value>>,
    /// The documents that were sent, and the searches for one.
    asked: Mutex<Vec<String>>,
}

impl Record {
    async fn answer(self: Arc<Self>, request: Request) -> Response {
        let (path, query) =
            (request.uri().path().to_owned(), request.uri().query().unwrap_or_default().to_owned());
        let method = request.method().clone();
        let body = to_bytes(request.into_body(), 1_000_000).await.unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        let patient = json!({ "resourceType": "Patient", "id": "p1", "name": [{ "text": "Aïssata Sow" }],
            "identifier": [{ "system": SYSTEM, "value": self.number }] });
        match (&method, path.as_str()) {
            (&Method::GET, "/Patient") => bundle(&[patient]),
            (&Method::GET, "/DocumentReference") => {
                self.asked.lock().unwrap().push("search".into());
                assert!(
                    query.contains("patient=Patient%2Fp1&status=current%2Csuperseded&identifier="),
                    "{query}"
                );
                bundle(&self.documents.lock().unwrap())
            }
            (&Method::GET, path) => {
                let documents = self.documents.lock().unwrap();
                let one = documents.iter().find(|one| path.ends_with(one["id"].as_str().unwrap())).cloned();
                one.map_or(StatusCode::NOT_FOUND.into_response(), |one| one.to_string().into_response())
            }
            (&Method::PUT, _) => {
                self.asked.lock().unwrap().push("supersede".into());
                let mut documents = self.documents.lock().unwrap();
                let one = documents.iter_mut().find(|one| one["id"] == body["id"]).unwrap();
                *one = body;
                one.to_string().into_response()
            }
            _ => self.document(&body).await,
        }
    }

    async fn document(&self, body: &Value) -> Response {
        let is_transaction = body["type"] == "transaction";
        self.asked.lock().unwrap().push(if is_transaction { "replace" } else { "publish" }.into());
        let document = if is_transaction { &body["entry"][1]["resource"] } else { body };
        let store = |patient: &str| {
            let mut documents = self.documents.lock().unwrap();
            let mut document = document.clone();
            document["id"] = json!(format!("d{}", documents.len() + 1));
            document["subject"]["reference"] = json!(format!("Patient/{patient}"));
            documents.push(document.clone());
            document.to_string()
        };
        let manner = *self.manner.lock().unwrap();
        match manner {
            Manner::Good => (StatusCode::CREATED, store("p1")).into_response(),
            Manner::Lost => {
                store("p1");
                let cut =
                    futures_util::stream::once(async { Err::<Vec<u8>, _>(std::io::Error::other("cut")) });
                Response::new(Body::from_stream(cut))
            }
            Manner::Elsewhere => {
                store("p1");
                let location = [("location", "https://elsewhere.example/fhir/DocumentReference/d1")];
                (StatusCode::CREATED, location).into_response()
            }
            Manner::ErrorInside => {
                r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error"}]}"#.into_response()
            }
            Manner::Xml => (StatusCode::CREATED, "<DocumentReference/>").into_response(),
            Manner::Twice => {
                store("p1");
                store("p1");
                StatusCode::PRECONDITION_FAILED.into_response()
            }
            Manner::OtherSubject => (StatusCode::CREATED, store("p9")).into_response(),
            Manner::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
            Manner::Silent => {
                sleep(Duration::from_secs(40)).await;
                StatusCode::OK.into_response()
            }
        }
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }
}

fn bundle(resources: &[Value]) -> Response {
    let entries: Vec<_> = resources.iter().map(|one| json!({ "resource": one })).collect();
    json!({ "resourceType": "Bundle", "type": "searchset", "entry": entries }).to_string().into_response()
}

/// A record that behaves in this manner, a store with one signed consultation, and the worker between them.
struct World {
    _folder: Folder,
    store: Arc<SqliteStore>,
    record: Arc<Record>,
    worker: Publisher,
}

async fn world(manner: Manner, number: &'static str) -> World {
    let record = Arc::new(Record {
        manner: Mutex::new(manner),
        number,
        documents: Mutex::default(),
        asked: Mutex::default(),
    });
    let (listener, answering) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), record.clone());
    let port = listener.local_addr().unwrap().port();
    let router = Router::new().fallback(any(move |request| answering.clone().answer(request)));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let server = DppServer {
        tls: false,
        host: "127.0.0.1".into(),
        port,
        path: String::new(),
        number_system: SYSTEM.into(),
        token: None,
        authority: None,
        contact: None,
    };
    let folder = Folder::new();
    let store = Arc::new(folder.open().await);
    publishable(&store, consultation(1), "SN-1").await;
    let worker = Publisher {
        publications: store.publications(),
        journal: store.clone(),
        staff: store.staff(),
        patients: store.patients(),
        dpp: Arc::new(Dpp::new(Some(server)).unwrap()),
        systems: Arc::default(),
        totals: Arc::default(),
        pause: Pause::default(),
    };
    World { _folder: folder, store, record, worker }
}

impl World {
    async fn work(&mut self, minutes: u64) {
        self.worker.work(NOW.plus_ms(minutes * 60_000)).await.unwrap();
    }

    async fn rows(&self) -> Vec<StoredPublication> {
        self.worker.publications.of_consultation(consultation(1)).await.unwrap()
    }

    async fn state(&self) -> (PublicationState, Option<PublicationTrouble>) {
        let row = self.rows().await.pop().unwrap();
        (row.state, row.trouble)
    }
}

const SENT: (PublicationState, Option<PublicationTrouble>) = (PublicationState::Sent, None);

#[tokio::test]
async fn a_signed_record_is_published_and_a_later_version_replaces_it() {
    let mut world = world(Manner::Good, "SN-1").await;
    world.work(0).await;
    assert_eq!(world.state().await, SENT);
    assert_eq!(world.record.asked(), ["publish"], "nothing is searched for before the first sending");
    let sent = world.record.documents.lock().unwrap()[0].clone();
    assert_eq!(sent["masterIdentifier"]["value"], key(consultation(1), 4).urn().to_string());
    assert_eq!(sent["author"][0]["identifier"]["value"], "1234");
    assert_eq!(verified(&sent), ["number-confirmed"], "the record was asked who has the number");
    close(&world.store, consultation(1)).await;
    world.work(1).await;
    assert_eq!(world.record.asked(), ["replace", "supersede"]);
    let documents = world.record.documents.lock().unwrap().clone();
    assert_eq!((&documents[0]["status"], &documents[1]["status"]), (&json!("superseded"), &json!("current")));
    assert_eq!(documents[1]["relatesTo"][0]["target"]["reference"], "DocumentReference/d1");
    assert_eq!((world.worker.totals.sent(), world.worker.totals.owed()), (2, 0));
}

/// How a published document tells that the identity of the patient was verified.
fn verified(sent: &Value) -> Vec<String> {
    let bytes = STANDARD.decode(sent["content"][0]["attachment"]["data"].as_str().unwrap()).unwrap();
    let record: Value = serde_json::from_slice(&bytes).unwrap();
    let all = record["entry"].as_array().unwrap().iter().map(|entry| entry["resource"].clone());
    let patient = all.into_iter().find(|resource| resource["resourceType"] == "Patient").unwrap();
    let told = patient["extension"].as_array().unwrap().iter();
    told.map(|one| one["valueCodeableConcept"]["coding"][0]["code"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_the_post_verified_before_the_request_is_published_with_the_record() {
    let mut world = world(Manner::Good, "SN-1").await;
    let who =
        CheckedIdentity { number: "SN-1".into(), name: "Aïssata Sow".into(), born: None, gender: None };
    let check = IdentityCheck { who, way: CheckWay::Questions, at: Timestamp(1) };
    world.worker.patients.add_check(&place().id, &check).await.unwrap();
    world.work(0).await;
    let sent = world.record.documents.lock().unwrap()[0].clone();
    assert_eq!(verified(&sent), ["dpp-questions", "number-confirmed"]);
}

#[tokio::test]
async fn a_lost_answer_leads_to_a_search_and_never_to_a_second_document() {
    for manner in [Manner::Lost, Manner::Elsewhere] {
        let mut world = world(manner, "SN-1").await;
        world.work(0).await;
        assert_eq!(world.state().await, SENT, "{manner:?}");
        assert_eq!(world.record.asked(), ["publish", "search"]);
        assert_eq!(world.record.documents.lock().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_restart_after_the_sending_searches_first() {
    let mut world = world(Manner::Lost, "SN-1").await;
    let row = world.rows().await.remove(0);
    world.worker.publications.begin_send(&row, NOW).await.unwrap();
    world.record.behave(Manner::Good);
    world.work(1).await;
    assert_eq!(world.record.asked(), ["search", "publish"], "it was not there");
    assert_eq!(world.state().await, SENT);
}

#[tokio::test]
async fn a_record_that_is_down_is_owed_and_is_sent_when_it_is_back() {
    let mut world = world(Manner::Status(503), "SN-1").await;
    world.work(0).await;
    assert_eq!(world.state().await, (PublicationState::Waiting, Some(PublicationTrouble::Unreachable)));
    assert_eq!(world.worker.totals.owed(), 1);
    world.record.asked();
    world.work(0).await;
    assert_eq!(world.record.asked(), Vec::<String>::new(), "it waits before it tries again");
    world.record.behave(Manner::Good);
    world.work(24 * 60).await;
    assert_eq!(world.record.asked(), ["search", "publish"]);
    assert_eq!((world.state().await, world.worker.totals.owed()), (SENT, 0));
}

#[tokio::test]
async fn what_is_refused_for_good_waits_for_a_person() {
    for status in [400, 404, 422] {
        let mut world = world(Manner::Status(status), "SN-1").await;
        world.work(0).await;
        let refused = (PublicationState::Refused, Some(PublicationTrouble::Refused));
        assert_eq!(world.state().await, refused, "{status}");
        assert_eq!(world.worker.totals.with_a_person(), 1);
        world.record.asked();
        world.work(60).await;
        assert_eq!(world.record.asked(), Vec::<String>::new(), "it is not sent again by itself");
    }
    let mut denied = world(Manner::Status(403), "SN-1").await;
    denied.work(0).await;
    assert_eq!(denied.state().await, (PublicationState::Waiting, Some(PublicationTrouble::Denied)));
}

#[tokio::test]
async fn an_answer_that_cannot_be_believed_is_looked_into_and_then_given_to_a_person() {
    for manner in [Manner::ErrorInside, Manner::Xml, Manner::Status(412)] {
        let mut world = world(manner, "SN-1").await;
        for turn in 0..4 {
            world.work(turn * 60).await;
            let waits = (PublicationState::Waiting, Some(PublicationTrouble::Unusable));
            assert_eq!(world.state().await, waits, "{manner:?}");
        }
        world.work(4 * 60).await;
        assert_eq!(world.state().await, (PublicationState::Refused, Some(PublicationTrouble::Unusable)));
    }
}

#[tokio::test]
async fn two_documents_of_one_name_and_one_of_another_patient_are_told_to_a_person() {
    for (manner, trouble) in [
        (Manner::Twice, PublicationTrouble::Doubled),
        (Manner::OtherSubject, PublicationTrouble::OtherPatient),
    ] {
        let mut world = world(manner, "SN-1").await;
        world.work(0).await;
        assert_eq!(world.state().await, (PublicationState::Refused, Some(trouble)));
    }
    let mut other = world(Manner::Good, "SN-2").await;
    other.work(0).await;
    assert_eq!(other.state().await, (PublicationState::Refused, Some(PublicationTrouble::OtherPatient)));
    assert_eq!(other.record.asked(), Vec::<String>::new(), "nothing was sent");
}

#[tokio::test]
async fn a_consent_that_was_withdrawn_stops_what_was_not_sent_and_new_versions() {
    let mut world = world(Manner::Good, "SN-1").await;
    withdraw(&world.store, consultation(1)).await;
    world.work(0).await;
    let withdrawn = (PublicationState::Dropped, Some(PublicationTrouble::Withdrawn));
    assert_eq!((world.state().await, world.record.asked().len()), (withdrawn, 0));

    let mut sent = self::world(Manner::Status(503), "SN-1").await;
    sent.work(0).await;
    withdraw(&sent.store, consultation(1)).await;
    sent.record.asked();
    sent.record.behave(Manner::Good);
    sent.work(60).await;
    assert_eq!(sent.record.asked(), ["search"], "it is looked for, and not sent");
    assert_eq!(sent.state().await, withdrawn);
}

#[tokio::test]
#[ignore = "it waits for 30 s; scripts/judge-dpp runs it"]
async fn thirty_seconds_without_an_answer_are_no_answer() {
    let mut world = world(Manner::Silent, "SN-1").await;
    world.work(0).await;
    assert_eq!(world.state().await, (PublicationState::Waiting, Some(PublicationTrouble::Unreachable)));
    assert_eq!(world.record.asked(), ["publish", "search"]);
}
