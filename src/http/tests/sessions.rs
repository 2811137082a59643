//! Sessions and the sockets that are bound to them, over a real port with the real hub: whoever is signed out is out.

use super::{House, ORIGIN, PASSWORD, answer, asked_from_outside, code, house, post, state};
use crate::{
    bridge::{Bridge, HubStatus, Inlets},
    http::{router, state::HttpState},
    identity::{password, secret},
    journal::JournalWriter,
    link_history::LinkHistory,
    net::shard::{Shard, ShardConfig},
    store::{Accounts, Journal, Revocations, testing::consultation},
};
use axum::{
    body::Body,
    http::{self, header},
};
use futures_util::{SinkExt, StreamExt};
use rand::{SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use teranga_clinic::{
    id::PartyId,
    people::{Role, Speciality},
    request::{Intake, Request, Urgency},
};
use teranga_signaling::{config::HubConfig, contract::Input, hub::Hub, message::ClientMessage};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest},
};

/// The time within which a message comes or a socket closes: 2 s on a quiet machine, and more where everything is tested at
/// once.
const WITHIN: Duration = Duration::from_secs(8);
const HOUR_MS: u64 = 3_600_000;

/// A house whose router also listens on a port, with a hub behind it.
pub(super) struct Server {
    pub(super) house: House,
    address: SocketAddr,
    state: HttpState,
}

impl Server {
    pub(super) async fn start() -> Self {
        let house = house().await;
        let (inputs, queued) = mpsc::channel(64);
        let state = state(
            Arc::clone(&house.identities),
            house.store.clone(),
            Arc::default(),
            house.clock,
            &house.folder,
        )
        .await;
        let state = HttpState { inputs, ..state };
        let (revocations, revoked) = mpsc::channel(16);
        tokio::spawn(Arc::clone(&house.identities).watch_revocations(revocations));
        spawn_hub(&house, &state, queued, revoked).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = router(state.clone()).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        let house = House { router: asked_from_outside(state.clone()), ..house };
        Self { house, address, state }
    }

    pub(super) async fn page(&self, cookie: &str) -> Page {
        let mut request = "ws://teranga.example.sn/ws".into_client_request().unwrap();
        request.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
        let stream = TcpStream::connect(self.address).await.unwrap();
        let mut page = Page(client_async(request, stream).await.unwrap().0);
        page.say(&json!({ "type": "hello", "version": 2, "take_over": true })).await;
        page
    }

    async fn ask(&self, method: &str, path: &str, cookie: &str) -> super::Answer {
        let request = http::Request::builder().method(method).uri(path).header(header::ORIGIN, ORIGIN);
        let request = request.header(header::COOKIE, cookie).body(Body::empty()).unwrap();
        answer(self.house.send(request).await).await
    }
}

/// Starts the hub with its journal and one media thread.
async fn spawn_hub(
    house: &House,
    state: &HttpState,
    inputs: mpsc::Receiver<Input>,
    revoked: mpsc::Receiver<PartyId>,
) {
    let config = HubConfig { shards: 1, ..HubConfig::default() };
    let hub = Hub::new(config, Box::new(StdRng::seed_from_u64(1)));
    let epoch = house.store.take_over().await.unwrap();
    let (journal, recorded) = JournalWriter::start(house.store.clone(), epoch);
    let (events, media) = mpsc::channel(64);
    let listen = "127.0.0.1:0".parse().unwrap();
    let shard = ShardConfig { listen, advertised: vec![listen], passive: vec![] };
    let bridge = Bridge {
        hub,
        clock: house.clock,
        sockets: Arc::clone(&state.sockets),
        journal,
        shards: Arc::new([Shard::start(shard, house.clock, events).unwrap()]),
        writers: crate::bridge::Writers {
            link_history: LinkHistory::start(house.store.clone(), house.clock).await,
            declarations: crate::declarations::DeclarationWriter::start(
                crate::store::HasDeclarations::declared(&house.store),
            ),
            outbound: <_>::default(),
        },
        security: Arc::clone(&state.security),
        status: watch::channel(HubStatus::default()).0,
        pulse: crate::pulse::Pulse::new(house.clock),
    };
    tokio::spawn(bridge.run(Inlets { inputs, recorded, media, revoked }));
}

fn request() -> Request {
    let (speciality, urgency, intake) = (Speciality::Obstetrics, Urgency::Stat, Intake::default());
    Request {
        request: consultation(2),
        speciality,
        urgency,
        intake,
        defer_to: None,
        patient: None,
        appointment_with: None,
    }
}

/// A page's socket.
pub(super) struct Page(pub(super) WebSocketStream<TcpStream>);

impl Page {
    pub(super) async fn say(&mut self, message: &Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    /// The next message of a type; none if the socket closes first.
    pub(super) async fn find(&mut self, kind: &str, wanted: impl Fn(&Value) -> bool) -> Option<Value> {
        let found = timeout(WITHIN, async {
            while let Some(Ok(frame)) = self.0.next().await {
                let Message::Text(text) = frame else { continue };
                let message: Value = serde_json::from_str(&text).unwrap();
                if message["type"] == kind && wanted(&message) {
                    return Some(message);
                }
            }
            None
        });
        found.await.unwrap_or_else(|_| panic!("no {kind} within {WITHIN:?}"))
    }

    pub(super) async fn welcome(&mut self) -> Value {
        self.find("welcome", |_| true).await.expect("a welcome")
    }

    /// The reason of the goodbye, after which the socket closes.
    async fn goodbye(&mut self) -> String {
        let bye = self.find("bye", |_| true).await.expect("a goodbye");
        assert!(self.find("nothing", |_| true).await.is_none(), "the socket stays open");
        bye["reason"].as_str().unwrap().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_in_a_call_closes_the_socket_and_the_post_is_told() {
    let server = Server::start().await;
    let (tablet, doctor) = (server.house.sign_in_tablet().await, server.house.sign_in("awa").await);
    let (mut post_page, mut doctor_page) = (server.page(&tablet).await, server.page(&doctor).await);
    post_page.welcome().await;
    doctor_page.welcome().await;
    post_page.say(&serde_json::to_value(ClientMessage::Request(request())).unwrap()).await;
    post_page.find("requested", |_| true).await.expect("an acknowledgement");
    doctor_page.say(&json!({ "type": "claim", "consultation": consultation(2) })).await;
    doctor_page.find("call", |_| true).await.expect("a call");
    assert_eq!(server.ask("POST", "/api/signout", &doctor).await.0, 204);
    assert_eq!(doctor_page.goodbye().await, "signed_out");
    let gone = |call: &Value| {
        let members = call["members"].as_array().unwrap();
        members.iter().any(|member| member["holds"] == true && member["state"] == "left")
    };
    assert!(post_page.find("call", gone).await.is_some(), "the post is told");
    let mut request = "ws://teranga.example.sn/ws".into_client_request().unwrap();
    request.headers_mut().insert(header::COOKIE, doctor.parse().unwrap());
    let stream = TcpStream::connect(server.address).await.unwrap();
    assert!(client_async(request, stream).await.is_err(), "the cookie opens another socket");
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_sessions_are_listed_and_ended() {
    let server = Server::start().await;
    let (here, there) = (server.house.sign_in("awa").await, server.house.sign_in("awa").await);
    let mut page = server.page(&there).await;
    page.welcome().await;
    let (status, list) = server.ask("GET", "/api/sessions", &here).await;
    assert_eq!((status, list.as_array().unwrap().len()), (200, 2));
    let own = list.as_array().unwrap().iter().find(|session| session["current"] == true).unwrap();
    let other = list.as_array().unwrap().iter().find(|session| session["current"] == false).unwrap();
    assert_eq!((&own["online"], &other["online"]), (&json!(false), &json!(true)));
    assert!(other["opened_ms_ago"].as_u64().unwrap() < 60_000);
    let path = format!("/api/sessions/{}", other["id"].as_str().unwrap());
    let stranger = server.house.sign_in("ops").await;
    assert_eq!(server.ask("DELETE", &path, &stranger).await, code(404, "not_found"));
    assert_eq!(server.ask("DELETE", &path, &here).await.0, 204);
    assert_eq!(page.goodbye().await, "signed_out");
    assert_eq!(server.ask("GET", "/api/me", &there).await, code(401, "signed_out"));
    assert_eq!(server.ask("DELETE", &path, &here).await, code(404, "not_found"));
    for _ in 0..3 {
        server.house.sign_in("awa").await;
    }
    assert_eq!(server.ask("POST", "/api/sessions/end_others", &here).await.0, 204);
    let (_, list) = server.ask("GET", "/api/sessions", &here).await;
    assert_eq!(
        list.as_array().unwrap().iter().map(|session| &session["current"]).collect::<Vec<_>>(),
        [true]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_has_no_list_and_a_foreign_page_ends_nothing() {
    let server = Server::start().await;
    let (tablet, doctor) = (server.house.sign_in_tablet().await, server.house.sign_in("awa").await);
    assert_eq!(server.ask("GET", "/api/sessions", &tablet).await, code(404, "not_found"));
    let mut foreign = post("/api/sessions/end_others", "https://evil.example", String::new());
    foreign.headers_mut().insert(header::COOKIE, doctor.parse().unwrap());
    assert_eq!(answer(server.house.send(foreign).await).await, code(403, "origin"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sixth_sign_in_ends_the_session_that_was_used_longest_ago() {
    let server = Server::start().await;
    let first = server.house.sign_in("awa").await;
    let mut page = server.page(&first).await;
    page.welcome().await;
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_millis(2)).await;
        server.house.sign_in("awa").await;
    }
    assert_eq!(page.goodbye().await, "signed_out");
}

#[tokio::test(flavor = "multi_thread")]
async fn twelve_hours_after_the_sign_in_a_person_is_signed_out() {
    let server = Server::start().await;
    server.house.session_of("doctor", Role::Doctor, "old", 12 * HOUR_MS - 1_500).await;
    let old = "__Host-teranga=old";
    assert_eq!(server.ask("GET", "/api/me", old).await.0, 200);
    let mut page = server.page(old).await;
    let left_ms = page.welcome().await["session_ends_in_ms"].as_u64().unwrap();
    assert!((1..=1_500).contains(&left_ms), "{left_ms} ms");
    assert_eq!(page.goodbye().await, "signed_out");
    let signed_out = timeout(WITHIN, async {
        while server.ask("GET", "/api/me", old).await != code(401, "signed_out") {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(signed_out.await.is_ok(), "the cookie outlives its socket");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_the_hub_has_not_welcomed_prolongs_no_session() {
    let server = Server::start().await;
    server.house.session_of("doctor", Role::Doctor, "old", 12 * HOUR_MS + 1_000).await;
    let (old, key) = ("__Host-teranga=old", secret::hash(b"old"));
    let session = server.state.next_session();
    let _queue = server.state.sockets.open(session, key, "192.0.2.1".parse().unwrap());
    assert_eq!(server.ask("GET", "/api/consultations", old).await, code(401, "signed_out"));
    assert!(server.state.sockets.connected().is_empty());
    server.house.session_of("doctor", Role::Doctor, "young", HOUR_MS).await;
    let mut page = server.page("__Host-teranga=young").await;
    page.welcome().await;
    assert!(server.state.sockets.is_welcomed(&secret::hash(b"young")));
    assert!(server.state.sockets.connected().contains(&PartyId("doctor".into())));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_without_use_ends_and_a_tablet_lives_on() {
    let server = Server::start().await;
    let tablet = server.house.sign_in_tablet().await;
    let mut page = server.page(&tablet).await;
    assert_eq!(page.welcome().await["session_ends_in_ms"], Value::Null);
    let doctor = server.house.sign_in("awa").await;
    let token = secret::hash(doctor.split_once('=').unwrap().1.as_bytes());
    let session =
        crate::store::Sessions::session(&*server.house.store, &token, server.house.clock.timestamp());
    let session = session.await.unwrap().unwrap();
    assert_eq!(session.expires_at.since_ms(session.seen_at), 2 * HOUR_MS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_and_a_revocation_by_another_process_close_the_sockets() {
    let server = Server::start().await;
    let other_process = server.house.folder.open().await;
    let (doctor, operator) = (server.house.sign_in("awa").await, server.house.sign_in("ops").await);
    let (mut first, mut second) = (server.page(&doctor).await, server.page(&operator).await);
    first.welcome().await;
    second.welcome().await;
    let (hash, now) = (password::hash("un autre mot de passe").unwrap(), server.house.clock.timestamp());
    other_process.set_password("awa", hash.reveal(), now).await.unwrap();
    assert_eq!(first.goodbye().await, "revoked");
    other_process.revoke(&PartyId("operator".into()), now).await.unwrap();
    assert_eq!(second.goodbye().await, "revoked");
    let body = json!({ "login": "awa", "password": PASSWORD });
    assert_eq!(server.house.post("/api/signin", &body).await, code(401, "credentials"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_grant_is_a_security_event() {
    let server = Server::start().await;
    let doctor = server.house.sign_in("awa").await;
    let mut page = server.page(&doctor).await;
    page.welcome().await;
    let before = server.state.security.totals();
    let forged = json!({ "type": "join", "token": "0123456789abcdef0123456789abcdef", "sdp": "v=0\r\n" });
    page.say(&forged).await;
    page.find("error", |_| true).await.expect("a refusal");
    let after = server.state.security.totals();
    let grown: Vec<_> = after.iter().zip(before).filter(|(now, then)| now.1 > then.1).collect();
    assert_eq!(grown.len(), 1, "{grown:?}");
    assert!(["grant_refused", "message_refused"].contains(&grown[0].0.0), "{grown:?}");
}
