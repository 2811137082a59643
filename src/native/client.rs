//! The way to a server for a native participant: HTTPS for signing in, a WebSocket for the conversation, as
//! `docs/API.md` and `signaling/PROTOCOL.md` tell. Independent of the server's own code but for the types
//! of the wire.

use super::{Trouble, trust::Trust};
use crate::clock::Clock;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use futures_util::{SinkExt, StreamExt};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Method, Request, StatusCode, Uri,
    body::Bytes,
    header::{CONTENT_TYPE, COOKIE, HOST, ORIGIN, SET_COOKIE},
};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};
use teranga_clinic::people::Identity;
use teranga_signaling::{
    limits::MESSAGE_BYTES,
    message::{
        ClientMessage, ServerMessage,
        session::{Beat, Hello, PROTOCOL_VERSION, Pace},
    },
};
use tokio::{
    net::{TcpStream, lookup_host},
    sync::{mpsc, watch},
    time::{sleep_until, timeout},
};
use tokio_rustls::{TlsConnector, client::TlsStream, rustls::pki_types::ServerName};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, client::IntoClientRequest, protocol::WebSocketConfig},
};

/// Name resolution, TCP and TLS together: three round trips of the slowest link, four times over.
const REACH: Duration = Duration::from_secs(15);

/// One HTTP exchange. Signing in costs the server a tenth of a second of argon2.
const EXCHANGE: Duration = Duration::from_secs(15);

/// Bytes of an HTTP answer that are read; the bound of `docs/API.md`.
const BODY_BYTES: usize = 64 * 1024;

/// Largest WebSocket message that is read; a welcome with all its advice is the largest honest one.
const FRAME_BYTES: usize = 16 * MESSAGE_BYTES;

/// Messages that may wait in either direction.
const QUEUE: usize = 256;

/// The pace until the server tells its own.
const FIRST_PACE: Pace = Pace { heartbeat_ms: 10_000, absent_after_ms: 30_000, lost_after_ms: 30_000 };

/// A server that answered.
#[derive(Clone)]
pub struct Server {
    authority: String,
    name: ServerName<'static>,
    address: SocketAddr,
    tls: TlsConnector,
}

/// Somebody who is signed in: the session's cookie. Never printed.
#[derive(Clone)]
pub struct Session {
    cookie: String,
    /// Who the server takes us for.
    pub identity: Identity,
}

impl Server {
    /// Resolves and reaches `url`, as `https://teranga.example.sn` or `https://127.0.0.1:8443`.
    pub async fn find(url: &str, trust: &Trust) -> Result<Self, Trouble> {
        let uri: Uri = url.parse().map_err(|_| Trouble::Url(url.to_owned()))?;
        let (Some("https"), Some(host)) = (uri.scheme_str(), uri.host()) else {
            return Err(Trouble::Url(url.to_owned()));
        };
        let authority = uri.authority().map(ToString::to_string).unwrap_or_default();
        let host = host.trim_matches(['[', ']']).to_owned();
        let name = ServerName::try_from(host.clone()).map_err(|_| Trouble::Url(url.to_owned()))?;
        let address = resolve(&host, uri.port_u16().unwrap_or(443)).await?;
        let tls = TlsConnector::from(Arc::new(trust.client_config(address.ip())?));
        let server = Self { authority, name, address, tls };
        server.reach().await?;
        Ok(server)
    }

    /// Where it is.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Signs a person in.
    pub async fn sign_in(&self, login: &str, password: &str) -> Result<Session, Trouble> {
        self.open_session("/api/signin", &json!({ "login": login, "password": password })).await
    }

    /// Signs an enrolled device in: asks for a challenge and signs it with `sign` (r‖s).
    pub async fn sign_in_device(
        &self,
        device: &str,
        sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, Trouble>,
    ) -> Result<Session, Trouble> {
        let asked: Value = self.post("/api/devices/challenge", &json!({ "device": device })).await?.0;
        let challenge = asked["challenge"].as_str().ok_or(Trouble::Puzzling("a challenge"))?;
        let bytes = BASE64.decode(challenge).map_err(|_| Trouble::Puzzling("a challenge"))?;
        let signature = BASE64.encode(sign(&bytes)?);
        let body = json!({ "device": device, "challenge": challenge, "signature": signature });
        self.open_session("/api/devices/signin", &body).await
    }

    /// Uses up a one-time code for a device with this public key (raw uncompressed point); its name.
    pub async fn enrol(&self, code: &str, public_key: &[u8]) -> Result<String, Trouble> {
        let body = json!({ "code": code, "public_key": BASE64.encode(public_key) });
        let enrolled: Value = self.post("/api/devices/enroll", &body).await?.0;
        enrolled["device"].as_str().map(str::to_owned).ok_or(Trouble::Puzzling("an enrolment"))
    }

    /// Opens the WebSocket of somebody who is signed in, and says hello.
    pub async fn line(&self, session: &Session, clock: Clock) -> Result<Line, Trouble> {
        let stream = self.reach().await?;
        let mut request = format!("wss://{}/ws", self.authority)
            .into_client_request()
            .map_err(|_| Trouble::Puzzling("its own address"))?;
        for (name, value) in [(ORIGIN, &self.origin()), (COOKIE, &session.cookie)] {
            let value = value.parse().map_err(|_| Trouble::Puzzling("a session"))?;
            request.headers_mut().insert(name, value);
        }
        let config =
            WebSocketConfig::default().max_message_size(Some(FRAME_BYTES)).max_frame_size(Some(FRAME_BYTES));
        let opening = client_async_with_config(request, stream, Some(config));
        let (socket, _) = within("the WebSocket", REACH, Box::pin(opening)).await?.map_err(Box::new)?;
        let line = Line::carry(socket, clock);
        line.say(ClientMessage::Hello(Hello { version: PROTOCOL_VERSION, resume: None, take_over: false }))
            .await?;
        Ok(line)
    }

    async fn open_session(&self, path: &str, body: &Value) -> Result<Session, Trouble> {
        let (identity, cookie) = self.post(path, body).await?;
        Ok(Session { cookie: cookie.ok_or(Trouble::Puzzling("a session"))?, identity })
    }

    fn origin(&self) -> String {
        format!("https://{}", self.authority)
    }

    async fn reach(&self) -> Result<TlsStream<TcpStream>, Trouble> {
        within("an answer of the server", REACH, async {
            let tcp = TcpStream::connect(self.address)
                .await
                .map_err(|source| Trouble::Unreachable { address: self.address, source })?;
            tcp.set_nodelay(true).map_err(|source| Trouble::Unreachable { address: self.address, source })?;
            self.tls.connect(self.name.clone(), tcp).await.map_err(Trouble::Tls)
        })
        .await?
    }

    /// Posts JSON; the answer, and the session cookie if one was set.
    async fn post<A: DeserializeOwned>(
        &self,
        path: &str,
        body: &Value,
    ) -> Result<(A, Option<String>), Trouble> {
        within("the server's answer", EXCHANGE, self.exchange(path, body)).await?
    }

    async fn exchange<A: DeserializeOwned>(
        &self,
        path: &str,
        body: &Value,
    ) -> Result<(A, Option<String>), Trouble> {
        let io = TokioIo::new(self.reach().await?);
        let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await?;
        let carrier = tokio::spawn(connection);
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(HOST, &self.authority)
            .header(ORIGIN, self.origin())
            .header(CONTENT_TYPE, "application/json")
            .body(Full::<Bytes>::from(body.to_string()))
            .map_err(|_| Trouble::Puzzling("its own request"))?;
        let answer = sender.send_request(request).await?;
        let (head, body) = answer.into_parts();
        let body =
            Limited::new(body, BODY_BYTES).collect().await.map_err(|_| Trouble::Puzzling("a long body"))?;
        carrier.abort();
        let body = body.to_bytes();
        if !head.status.is_success() {
            return Err(refusal(head.status, &body));
        }
        let cookie = head.headers.get(SET_COOKIE).and_then(|value| value.to_str().ok());
        let cookie = cookie.and_then(|value| value.split(';').next()).map(str::to_owned);
        let answer = serde_json::from_slice(&body).map_err(|_| Trouble::Puzzling("its body"))?;
        Ok((answer, cookie))
    }
}

async fn resolve(host: &str, port: u16) -> Result<SocketAddr, Trouble> {
    let found = within("the server's address", REACH, lookup_host((host, port))).await?;
    found.ok().and_then(|mut found| found.next()).ok_or_else(|| Trouble::Unknown(host.to_owned()))
}

fn refusal(status: StatusCode, body: &[u8]) -> Trouble {
    let told: Value = serde_json::from_slice(body).unwrap_or_default();
    let code = told["code"].as_str().unwrap_or("none").to_owned();
    Trouble::Refused { status: status.as_u16(), code, retry_after_s: told["retry_after_s"].as_u64() }
}

/// An open WebSocket that keeps its heartbeat by itself. Dropping it closes the socket.
pub struct Line {
    out: mpsc::Sender<ClientMessage>,
    heard: mpsc::Receiver<Result<ServerMessage, Trouble>>,
    rtt: watch::Receiver<Option<Duration>>,
}

impl Line {
    /// Says something.
    pub async fn say(&self, message: ClientMessage) -> Result<(), Trouble> {
        self.out.send(message).await.map_err(|_| Trouble::HungUp)
    }

    /// The next message but heartbeats; an error is the last thing one hears.
    pub async fn hear(&mut self) -> Result<ServerMessage, Trouble> {
        self.heard.recv().await.unwrap_or(Err(Trouble::HungUp))
    }

    /// Round trip of the last heartbeat.
    pub fn rtt(&self) -> Option<Duration> {
        *self.rtt.borrow()
    }

    fn carry(socket: WebSocketStream<TlsStream<TcpStream>>, clock: Clock) -> Self {
        let (out, orders) = mpsc::channel(QUEUE);
        let (told, heard) = mpsc::channel(QUEUE);
        let (rtt_in, rtt) = watch::channel(None);
        let carrier = Carrier {
            socket,
            clock,
            pace: FIRST_PACE,
            beat: 0,
            beaten: None,
            heard: clock.now(),
            rtt: rtt_in,
        };
        tokio::spawn(async move {
            if let Err(trouble) = carrier.run(orders, &told).await {
                let _ = told.try_send(Err(trouble));
            }
        });
        Self { out, heard, rtt }
    }
}

/// Owns the socket: carries messages, beats, and notices a dead server.
struct Carrier {
    socket: WebSocketStream<TlsStream<TcpStream>>,
    clock: Clock,
    pace: Pace,
    beat: u32,
    beaten: Option<Instant>,
    heard: Instant,
    rtt: watch::Sender<Option<Duration>>,
}

impl Carrier {
    async fn run(
        mut self,
        mut orders: mpsc::Receiver<ClientMessage>,
        told: &mpsc::Sender<Result<ServerMessage, Trouble>>,
    ) -> Result<(), Trouble> {
        loop {
            let lost = self.heard + ms(self.pace.lost_after_ms);
            let beat = self.beaten.map_or(self.heard, |at| at) + ms(self.pace.heartbeat_ms);
            tokio::select! {
                order = orders.recv() => match order {
                    Some(message) => self.send(&message).await?,
                    None => return Ok(self.socket.close(None).await.map_err(Box::new)?),
                },
                frame = self.socket.next() => {
                    let Some(frame) = frame else { return Err(Trouble::HungUp) };
                    if let Some(message) = self.read(frame.map_err(Box::new)?)? {
                        told.send(Ok(message)).await.map_err(|_| Trouble::HungUp)?;
                    }
                }
                () = sleep_until(beat.into()) => self.beat().await?,
                () = sleep_until(lost.into()) => {
                    return Err(Trouble::late("a heartbeat of the server", ms(self.pace.lost_after_ms)));
                }
            }
        }
    }

    async fn send(&mut self, message: &ClientMessage) -> Result<(), Trouble> {
        let text = serde_json::to_string(message).map_err(|_| Trouble::Puzzling("its own message"))?;
        Ok(self.socket.send(Message::text(text)).await.map_err(Box::new)?)
    }

    async fn beat(&mut self) -> Result<(), Trouble> {
        self.beat = self.beat.wrapping_add(1);
        self.beaten = Some(self.clock.now());
        self.send(&ClientMessage::Beat(Beat { n: self.beat })).await
    }

    /// What a frame says; heartbeats and the pace are dealt with here.
    fn read(&mut self, frame: Message) -> Result<Option<ServerMessage>, Trouble> {
        self.heard = self.clock.now();
        let text = match frame {
            Message::Text(text) => text,
            Message::Close(_) => return Err(Trouble::HungUp),
            _ => return Ok(None),
        };
        let message = serde_json::from_str(&text).map_err(|_| Trouble::Puzzling("a message"))?;
        match &message {
            ServerMessage::Beat(Beat { n }) if *n == self.beat => {
                self.rtt.send_replace(self.beaten.map(|at| self.heard.saturating_duration_since(at)));
            }
            ServerMessage::Pace(pace) => self.pace = *pace,
            ServerMessage::Welcome(welcome) => self.pace = welcome.pace,
            _ => {}
        }
        let routine = matches!(message, ServerMessage::Beat(_) | ServerMessage::Pace(_));
        Ok((!routine).then_some(message))
    }
}

fn ms(ms: u32) -> Duration {
    Duration::from_millis(u64::from(ms))
}

async fn within<T>(
    what: &'static str,
    within: Duration,
    work: impl Future<Output = T>,
) -> Result<T, Trouble> {
    timeout(within, work).await.map_err(|_| Trouble::late(what, within))
}
