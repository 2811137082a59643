//! The HTTP interface of `docs/API.md`, asked as a browser asks.

use super::{
    router,
    state::{Edge, HttpState},
};
use crate::{
    attachment_check::document::DocumentRenderer,
    clock::Clock,
    data_folder::default_key_file,
    dpp::Dpp,
    health::{HealthMonitor, Sources},
    identity::{Identities, password, secret},
    journal::Ledger,
    net::places::{Bounds, ConnectionPlaces},
    pulse::Pulse,
    rota::RotaService,
    security::SecurityLog,
    signatures::DocumentSigner,
    sockets::Sockets,
    store::{
        Devices, HasAmbulances, HasAppointments, HasOutbox, HasPatients, HasPeople, HasPrescriptions,
        HasProposals, HasPublications, HasReferrals, HasRotas, HasSignerKeys, HasSpoken, HasStock, Journal,
        NewAccount, ObjectBlobs, Places, SealedFiles, Session, Sessions, SqliteStore, Stores,
        sealing::RecordKeys,
        testing::{Folder, add, consultation, identity, place, requested},
    },
};
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::connect_info::MockConnectInfo,
    http::{Request, Response, header},
};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    path::Path,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};
use teranga_clinic::{
    audit::OpeningWay,
    fact::{Fact, What},
    id::PartyId,
    people::Role,
    structure::{Structure, StructureKind},
    time::Timestamp,
};
use teranga_signaling::contract::Input;
use tokio::sync::{mpsc, watch};
use tower::ServiceExt;

/// The people who can sign in: party, login, role.
const ACCOUNTS: [(&str, &str, Role); 3] = [
    ("doctor", "awa", Role::Doctor),
    ("operator", "ops", Role::Operator),
    ("coordinator", "mina", Role::Coordinator),
];

const PASSWORD: &str = "le fleuve à Matam";
const ORIGIN: &str = "https://teranga.example.sn";

mod ambulance;
mod appointments;
mod archive;
mod attachments;
mod colleagues;
mod consents;
mod dispensing;
mod dpp;
mod edge;
mod fhir;
mod frames;
mod identifications;
mod operations;
mod outcomes;
mod patients;
mod photos;
mod prescriptions;
mod proposals;
mod publications;
mod reach;
mod readers;
mod referrals;
mod rota;
mod security;
mod sessions;
mod spoken;
mod staff;
mod stock;
mod structures;
mod tablets;

struct House {
    router: Router,
    identities: Arc<Identities>,
    store: Arc<SqliteStore>,
    inputs: mpsc::Receiver<Input>,
    clock: Clock,
    folder: Folder,
}

/// A doctor `awa`, an operator `ops`, a coordinator `mina`, a tablet `post` without a key, and a consultation that waits.
async fn house() -> House {
    let folder = Folder::new();
    let (store, clock) = (Arc::new(folder.open().await), Clock::start());
    let structure = Structure::new(place(), StructureKind::Post);
    store.put_structure(&structure).await.unwrap();
    store.add_device(&identity("post", Role::Kiosk), clock.timestamp()).await.unwrap();
    add(&store, consultation(1), &requested(consultation(1), 1)).await.unwrap();
    let identities = Arc::new(Identities::new(&Stores::of(store.clone()), clock));
    for (party, login, role) in ACCOUNTS {
        let (identity, password_hash) = (identity(party, role), password::hash(PASSWORD).unwrap());
        let account = NewAccount { identity, login: login.into(), password_hash, order_number: None };
        identities.add_person(&account).await.unwrap();
    }
    let (router, inputs) = start(&identities, &store, clock, &folder).await;
    House { router, identities, store, inputs, clock, folder }
}

/// The router of a process that starts on this data folder, and what it tells the hub.
async fn start(
    identities: &Arc<Identities>,
    store: &Arc<SqliteStore>,
    clock: Clock,
    folder: &Path,
) -> (Router, mpsc::Receiver<Input>) {
    let (to_hub, inputs) = mpsc::channel(64);
    let state = state(Arc::clone(identities), store.clone(), Arc::default(), clock, folder).await;
    (asked_from_outside(HttpState { inputs: to_hub, ..state }), inputs)
}

/// The router, asked by a browser that is not on this machine.
fn asked_from_outside(state: HttpState) -> Router {
    let from: SocketAddr = "192.0.2.1:9".parse().unwrap();
    router(state).layer(MockConnectInfo(from))
}

async fn state(
    identities: Arc<Identities>,
    journal: Arc<SqliteStore>,
    ledger: Arc<Ledger>,
    clock: Clock,
    folder: &Path,
) -> HttpState {
    let (sockets, draining) = (Arc::<Sockets>::default(), Arc::<AtomicBool>::default());
    let security = Arc::new(SecurityLog::new(clock));
    let sources = Sources {
        clock,
        data: folder.to_owned(),
        sockets: Arc::clone(&sockets),
        places: ConnectionPlaces::new(Bounds::share(64)),
        shards: Arc::new([]),
        hub_pulse: Pulse::new(clock),
        ledger,
        journal: journal.clone(),
        audit: watch::channel(<_>::default()).1,
        hub: watch::channel(<_>::default()).1,
        draining: Arc::clone(&draining),
        security: Arc::clone(&security),
        outbound: Arc::default(),
        publications: Arc::default(),
    };
    let own = Arc::new(SqliteStore::open(folder, &default_key_file(folder)).await.unwrap());
    HttpState {
        identities,
        rota: Arc::new(RotaService::new(journal.rotas(), None, clock)),
        journal,
        files: files(folder).await,
        documents: DocumentRenderer::here(),
        spoken: own.recordings(),
        contacts: own.outbox(),
        dpp: Arc::new(Dpp::new(None).unwrap()),
        publications: own.publications(),
        proposals: own.proposals(),
        stock: own.stock(),
        patients: own.patients(),
        prescriptions: own.prescriptions(),
        people: own.people(),
        audit: own.clone(),
        referrals: own.referrals(),
        ambulances: own.ambulances(),
        appointments: own.appointments(),
        signer: DocumentSigner::new(own.signer_keys(), clock),
        systems: Arc::default(),
        clock,
        names: Arc::new(["teranga.example.sn".to_owned()]),
        sockets,
        inputs: mpsc::channel(1).0,
        health: Arc::new(HealthMonitor::new(sources)),
        security,
        draining,
        sessions: Arc::default(),
        edge: Edge::default(),
    }
}

async fn files(folder: &Path) -> SealedFiles {
    let blobs = ObjectBlobs::in_folder(&folder.join("photos")).unwrap();
    SealedFiles::open(folder, Arc::new(blobs), &RecordKeys::of_test()).await.unwrap()
}

/// Status and JSON body; null if there is none.
type Answer = (u16, Value);

impl House {
    /// Adds a fact to the consultation of the tests.
    async fn record(&self, by: &str, what: What) {
        self.record_at(Timestamp(5), by, what).await;
    }

    /// Adds a fact of this moment to the consultation of the tests.
    async fn record_now(&self, by: &str, what: What) {
        self.record_at(self.clock.timestamp(), by, what).await;
    }

    async fn record_at(&self, at: Timestamp, by: &str, what: What) {
        let fact = Fact { at, by: Some(PartyId(by.into())), staff: None, what };
        add(&self.store, consultation(1), &fact).await.unwrap();
    }

    /// Sends a request with a body, as one of our pages does.
    async fn say(&self, method: &str, path: &str, cookie: &str, kind: &str, body: Vec<u8>) -> Answer {
        let request = Request::builder().method(method).uri(path).header(header::ORIGIN, ORIGIN);
        let request = request.header(header::COOKIE, cookie).header(header::CONTENT_TYPE, kind);
        let request = request.header(header::CONTENT_LENGTH, body.len());
        answer(self.send(request.body(Body::from(body)).unwrap()).await).await
    }

    /// Reads the bytes of an answer.
    async fn bytes(&self, path: &str, cookie: &str) -> (u16, Vec<u8>) {
        let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
        let response = self.send(request).await;
        (response.status().as_u16(), to_bytes(response.into_body(), usize::MAX).await.unwrap().into())
    }

    /// Forgets what was in memory only.
    async fn restart(&mut self) {
        (self.router, self.inputs) = start(&self.identities, &self.store, self.clock, &self.folder).await;
    }

    async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        answer(self.send(post(path, ORIGIN, body.to_string())).await).await
    }

    async fn get(&self, path: &str, cookie: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
        answer(self.send(request).await).await
    }

    /// Signs a person in; the cookie as a browser sends it back.
    async fn sign_in(&self, login: &str) -> String {
        let body = json!({ "login": login, "password": PASSWORD }).to_string();
        cookie(&self.send(post("/api/signin", ORIGIN, body)).await)
    }

    /// Enrols the tablet and signs it in.
    async fn sign_in_tablet(&self) -> String {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        self.enroll_tablet(&key).await;
        cookie(&self.device_sign_in(&key).await)
    }

    async fn enroll_tablet(&self, key: &EcdsaKeyPair) {
        let code = self.identities.new_code(&PartyId("post".into())).await.unwrap();
        let body = json!({ "code": code, "public_key": secret::encode(key.public_key().as_ref()) });
        assert_eq!(self.post("/api/devices/enroll", &body).await, (200, json!({ "device": "post" })));
    }

    /// Asks for a challenge of the tablet, as text.
    async fn challenge(&self) -> String {
        let (_, asked) = self.post("/api/devices/challenge", &json!({ "device": "post" })).await;
        asked["challenge"].as_str().unwrap().to_owned()
    }

    async fn device_sign_in(&self, key: &EcdsaKeyPair) -> Response<Body> {
        self.sign_challenge(key, &self.challenge().await).await
    }

    async fn sign_challenge(&self, key: &EcdsaKeyPair, challenge: &str) -> Response<Body> {
        let signature = key.sign(&SystemRandom::new(), &secret::decode(challenge, 64).unwrap()).unwrap();
        let signature = secret::encode(signature.as_ref());
        let body = json!({ "device": "post", "challenge": challenge, "signature": signature });
        self.send(post("/api/devices/signin", ORIGIN, body.to_string())).await
    }

    /// Opens the session of a token for a party, as if it had signed in so many milliseconds ago.
    async fn session_of(&self, party: &str, role: Role, token: &str, ago_ms: u64) {
        let now = self.clock.timestamp();
        let session = Session {
            identity: identity(party, role),
            order_number: None,
            opened_at: Timestamp(now.0 - ago_ms),
            seen_at: now,
            expires_at: now.plus_ms(3_600_000),
            browser: "Firefox, Windows".to_owned(),
        };
        self.store.open_session(&secret::hash(token.as_bytes()), &session, 1_000).await.unwrap();
    }
}

fn post(path: &str, origin: &str, body: String) -> Request<Body> {
    let request = Request::post(path).header(header::ORIGIN, origin);
    request.header(header::CONTENT_TYPE, "application/json").body(body.into()).unwrap()
}

async fn answer(response: Response<Body>) -> Answer {
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

fn cookie(response: &Response<Body>) -> String {
    let set = response.headers()[header::SET_COOKIE].to_str().unwrap();
    for wanted in ["__Host-teranga=", "Path=/", "HttpOnly", "Secure", "SameSite=Strict"] {
        assert!(set.contains(wanted), "{wanted} is missing");
    }
    set.split(';').next().unwrap().to_owned()
}

fn code(status: u16, code: &str) -> Answer {
    (status, json!({ "code": code }))
}

#[tokio::test]
async fn a_doctor_signs_in_and_out() {
    let house = house().await;
    assert_eq!(house.get("/api/me", "").await, code(401, "signed_out"));
    let cookie = house.sign_in("awa").await;
    let (status, me) = house.get("/api/me", &cookie).await;
    assert_eq!((status, &me["party"]), (200, &json!("doctor")));
    let mut signout = post("/api/signout", ORIGIN, String::new());
    signout.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
    assert_eq!(house.send(signout).await.status(), 204);
    assert_eq!(house.get("/api/me", &cookie).await, code(401, "signed_out"));
}

#[tokio::test]
async fn bad_input_has_its_code() {
    let house = house().await;
    let wrong = json!({ "login": "awa", "password": "wrong" });
    assert_eq!(house.post("/api/signin", &wrong).await, code(401, "credentials"));
    for body in [json!({}), json!([]), json!({ "login": "awa", "password": "x", "admin": true })] {
        assert_eq!(house.post("/api/signin", &body).await, code(400, "malformed"));
    }
    let long = json!({ "login": "a".repeat(70_000), "password": "x" });
    assert_eq!(house.post("/api/signin", &long).await, code(413, "too_large"));
    let key = json!({ "code": "00000-00000", "public_key": "AAAA" });
    assert_eq!(house.post("/api/devices/enroll", &key).await, code(400, "malformed"));
    let challenge = json!({ "device": "post", "challenge": "AAAA", "signature": "AAAA" });
    assert_eq!(house.post("/api/devices/signin", &challenge).await, code(403, "challenge"));
}

#[tokio::test]
async fn an_address_that_cannot_be_read_has_its_code() {
    let house = house().await;
    let doctor = house.sign_in("awa").await;
    let photo =
        "/api/consultations/00000000-0000-0000-0000-000000000001/photos/00000000-0000-0000-0000-000000000002";
    for path in ["/api/consultations/%ff", "/api/consultations/1", "/api/consultations/%2e%2e%2f"] {
        assert_eq!(house.get(path, &doctor).await, code(404, "not_found"), "{path}");
    }
    for query in ["offset=zz", "offset=-1", "length=1&length=2", "offset=99999999999999999999"] {
        assert_eq!(house.get(&format!("{photo}?{query}"), &doctor).await, code(400, "malformed"), "{query}");
    }
}

#[tokio::test]
async fn guessing_is_told_how_long_to_wait() {
    let house = house().await;
    let wrong = json!({ "login": "awa", "password": "wrong" });
    for _ in 0..6 {
        house.post("/api/signin", &wrong).await;
    }
    let (status, body) = house.post("/api/signin", &wrong).await;
    assert_eq!((status, &body["code"]), (429, &json!("too_many_attempts")));
    assert!(body["retry_after_s"].as_u64().unwrap() > 0);
}

#[tokio::test]
async fn foreign_pages_are_refused() {
    let house = house().await;
    let body = json!({ "login": "awa", "password": PASSWORD }).to_string();
    for origin in
        ["https://evil.example", "http://teranga.example.sn", "https://teranga.example.sn.evil", "null"]
    {
        let refused = house.send(post("/api/signin", origin, body.clone())).await;
        assert_eq!(answer(refused).await, code(403, "origin"), "{origin}");
    }
}

#[tokio::test]
async fn members_read_and_reading_is_recorded() {
    let house = house().await;
    let tablet = house.sign_in_tablet().await;
    let (status, list) = house.get("/api/consultations", &tablet).await;
    assert_eq!((status, &list[0]["state"]), (200, &json!("waiting")));
    let path = format!("/api/consultations/{}", consultation(1));
    let (status, view) = house.get(&path, &tablet).await;
    assert_eq!((status, &view["summary"]["id"]), (200, &list[0]["id"]));
    let openings = house.store.openings(consultation(1)).await.unwrap();
    assert_eq!(openings.iter().map(|opening| opening.by.0.as_str()).collect::<Vec<_>>(), ["post"]);
}

#[tokio::test]
async fn who_is_no_member_learns_nothing() {
    let house = house().await;
    for login in ["awa", "ops"] {
        let cookie = house.sign_in(login).await;
        assert_eq!(house.get("/api/consultations", &cookie).await, (200, json!([])));
        for id in [consultation(1).to_string(), consultation(2).to_string(), "nonsense".to_owned()] {
            let path = format!("/api/consultations/{id}");
            assert_eq!(house.get(&path, &cookie).await, code(404, "not_found"), "{id}");
        }
    }
    // Each who asked is written down, once for several times in a row.
    let refused = loop {
        let noted = house.store.openings(consultation(1)).await.unwrap();
        if noted.len() >= 2 {
            break noted;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    let mut refused: Vec<_> = refused.iter().map(|asked| (asked.by.0.as_str(), asked.way.code())).collect();
    refused.sort_unstable();
    assert_eq!(refused, ["doctor", "operator"].map(|who| (who, OpeningWay::Refused.code())));
}

#[tokio::test]
async fn a_link_is_probed_by_who_is_signed_in_and_with_a_few_bytes() {
    let house = house().await;
    let fetch = |path: &str, cookie: &str| {
        house.send(Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap())
    };
    let give = |bytes: usize, cookie: &str| {
        let mut request = post("/api/link", ORIGIN, "x".repeat(bytes));
        request.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
        house.send(request)
    };
    assert_eq!(answer(fetch("/api/link?bytes=9", "").await).await, code(401, "signed_out"));
    assert_eq!(answer(give(9, "").await).await, code(401, "signed_out"));
    let cookie = house.sign_in("awa").await;
    for (asked, comes) in
        [(0, 0), (3_000, 3_000), (14_000, 14_000), (14_001, 14_000), (1_000_000_000, 14_000)]
    {
        let response = fetch(&format!("/api/link?bytes={asked}"), &cookie).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        assert_eq!(to_bytes(response.into_body(), usize::MAX).await.unwrap().len(), comes);
    }
    for query in ["", "?bytes=", "?bytes=-1", "?bytes=x"] {
        assert_eq!(house.get(&format!("/api/link{query}"), &cookie).await, code(400, "malformed"), "{query}");
    }
    for (bytes, status) in [(0, 204), (14_000, 204)] {
        assert_eq!(give(bytes, &cookie).await.status().as_u16(), status);
    }
    assert_eq!(answer(give(14_001, &cookie).await).await, code(413, "too_large"));
}

#[tokio::test]
async fn health_is_for_operators() {
    let house = house().await;
    let doctor = house.sign_in("awa").await;
    assert_eq!(house.get("/api/ops/health", &doctor).await, code(404, "not_found"));
    let operator = house.sign_in("ops").await;
    assert_eq!(house.get("/api/ops/health", &operator).await.0, 200);
}

#[tokio::test]
async fn a_store_that_is_gone_is_told_as_such() {
    let house = house().await;
    let cookie = house.sign_in("awa").await;
    house.store.close().await;
    assert_eq!(house.get("/api/me", &cookie).await, code(503, "storage"));
    assert_eq!(house.get("/livez", "").await.0, 200, "liveness does not depend on it");
}
