//! The HTTPS client of the native client: it signs in and opens the WebSocket, as `docs/API.md` and `signaling/PROTOCOL.md`
//! specify. It shares only the message types with the server.

use super::{
    NativeError,
    socket::{SOCKET_MESSAGE_BYTES, SignalingSocket},
    trust::Trust,
};
use crate::clock::Clock;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Method, Request, StatusCode, Uri,
    body::Bytes,
    header::{CONTENT_TYPE, COOKIE, HOST, ORIGIN, SET_COOKIE},
};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use teranga_clinic::people::Identity;
use teranga_signaling::message::{
    ClientMessage,
    session::{Hello, PROTOCOL_VERSION},
};
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream, rustls::pki_types::ServerName};
use tokio_tungstenite::{
    client_async_with_config,
    tungstenite::{client::IntoClientRequest, protocol::WebSocketConfig},
};

/// Bound of name resolution, TCP and TLS together: four times the three round trips of the slowest link.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// Bound of one HTTP exchange. Signing in costs the server a tenth of a second of argon2.
const EXCHANGE_TIMEOUT: Duration = Duration::from_secs(15);

/// Bytes of an HTTP answer that are read, the bound of `docs/API.md`.
const BODY_BYTES: usize = 64 * 1024;

/// A server that was reached.
#[derive(Clone)]
pub struct Server {
    authority: String,
    name: ServerName<'static>,
    address: SocketAddr,
    tls: TlsConnector,
}

/// A signed-in session. Its cookie is never printed.
#[derive(Clone)]
pub struct Session {
    cookie: String,
    /// The signed-in account or device.
    pub identity: Identity,
}

impl Session {
    /// A session that was opened elsewhere, by its cookie as the client sends it: `__Host-teranga=…`.
    pub const fn opened(cookie: String, identity: Identity) -> Self {
        Self { cookie, identity }
    }
}

impl Server {
    /// Resolves `url` and connects to it once. It is written as `https://teranga.example.sn` or `https://127.0.0.1:8443`.
    pub async fn connect(url: &str, trust: &Trust) -> Result<Self, NativeError> {
        let uri: Uri = url.parse().map_err(|_| NativeError::Url(url.to_owned()))?;
        let (Some("https"), Some(host)) = (uri.scheme_str(), uri.host()) else {
            return Err(NativeError::Url(url.to_owned()));
        };
        let authority = uri.authority().map(ToString::to_string).unwrap_or_default();
        let host = host.trim_matches(['[', ']']).to_owned();
        let name = ServerName::try_from(host.clone()).map_err(|_| NativeError::Url(url.to_owned()))?;
        let address = resolve(&host, uri.port_u16().unwrap_or(443)).await?;
        let tls = TlsConnector::from(Arc::new(trust.client_config(address.ip())?));
        let server = Self { authority, name, address, tls };
        server.open_tls().await?;
        Ok(server)
    }

    /// Its address.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Signs a person in.
    pub async fn sign_in(&self, login: &str, password: &str) -> Result<Session, NativeError> {
        self.open_session("/api/signin", &json!({ "login": login, "password": password })).await
    }

    /// Signs an enrolled device in: gets a challenge and signs it with `sign`, which returns r‖s (IEEE P1363).
    pub async fn sign_in_device(
        &self,
        device: &str,
        sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, NativeError>,
    ) -> Result<Session, NativeError> {
        let answer: Value = self.post("/api/devices/challenge", &json!({ "device": device })).await?.0;
        let challenge = answer["challenge"].as_str().ok_or(NativeError::Unexpected("a challenge"))?;
        let bytes = BASE64.decode(challenge).map_err(|_| NativeError::Unexpected("a challenge"))?;
        let signature = BASE64.encode(sign(&bytes)?);
        let body = json!({ "device": device, "challenge": challenge, "signature": signature });
        self.open_session("/api/devices/signin", &body).await
    }

    /// Enrols a device: uses up a one-time code for this public key (raw uncompressed point), and returns the device's name.
    pub async fn enrol(&self, code: &str, public_key: &[u8]) -> Result<String, NativeError> {
        let body = json!({ "code": code, "public_key": BASE64.encode(public_key) });
        let enrolled: Value = self.post("/api/devices/enroll", &body).await?.0;
        enrolled["device"].as_str().map(str::to_owned).ok_or(NativeError::Unexpected("an enrolment"))
    }

    /// Opens the WebSocket of a session and sends `hello`.
    pub async fn open_socket(&self, session: &Session, clock: Clock) -> Result<SignalingSocket, NativeError> {
        let stream = self.open_tls().await?;
        let mut request = format!("wss://{}/ws", self.authority)
            .into_client_request()
            .map_err(|_| NativeError::Unexpected("its own address"))?;
        for (name, value) in [(ORIGIN, &self.origin()), (COOKIE, &session.cookie)] {
            let value = value.parse().map_err(|_| NativeError::Unexpected("a session"))?;
            request.headers_mut().insert(name, value);
        }
        let config = WebSocketConfig::default()
            .max_message_size(Some(SOCKET_MESSAGE_BYTES))
            .max_frame_size(Some(SOCKET_MESSAGE_BYTES));
        let opening = client_async_with_config(request, stream, Some(config));
        let (socket, _) =
            within("the WebSocket", CONNECT_TIMEOUT, Box::pin(opening)).await?.map_err(Box::new)?;
        let socket = SignalingSocket::start(socket, clock);
        socket
            .send(ClientMessage::Hello(Hello {
                version: PROTOCOL_VERSION,
                resume: None,
                take_over: false,
                pieces: true,
            }))
            .await?;
        Ok(socket)
    }

    async fn open_session(&self, path: &str, body: &Value) -> Result<Session, NativeError> {
        let (identity, cookie) = self.post(path, body).await?;
        Ok(Session { cookie: cookie.ok_or(NativeError::Unexpected("a session"))?, identity })
    }

    fn origin(&self) -> String {
        format!("https://{}", self.authority)
    }

    async fn open_tls(&self) -> Result<TlsStream<TcpStream>, NativeError> {
        within("an answer of the server", CONNECT_TIMEOUT, async {
            let tcp = TcpStream::connect(self.address)
                .await
                .map_err(|source| NativeError::Unreachable { address: self.address, source })?;
            tcp.set_nodelay(true)
                .map_err(|source| NativeError::Unreachable { address: self.address, source })?;
            self.tls.connect(self.name.clone(), tcp).await.map_err(NativeError::Tls)
        })
        .await?
    }

    /// Posts JSON. Returns the answer, and the session cookie if one was set.
    async fn post<A: DeserializeOwned>(
        &self,
        path: &str,
        body: &Value,
    ) -> Result<(A, Option<String>), NativeError> {
        within("the server's answer", EXCHANGE_TIMEOUT, self.exchange(path, body)).await?
    }

    async fn exchange<A: DeserializeOwned>(
        &self,
        path: &str,
        body: &Value,
    ) -> Result<(A, Option<String>), NativeError> {
        let io = TokioIo::new(self.open_tls().await?);
        let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await?;
        let task = tokio::spawn(connection);
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(HOST, &self.authority)
            .header(ORIGIN, self.origin())
            .header(CONTENT_TYPE, "application/json")
            .body(Full::<Bytes>::from(body.to_string()))
            .map_err(|_| NativeError::Unexpected("its own request"))?;
        let answer = sender.send_request(request).await?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, BODY_BYTES)
            .collect()
            .await
            .map_err(|_| NativeError::Unexpected("a long body"))?;
        task.abort();
        let body = body.to_bytes();
        if !head.status.is_success() {
            return Err(refusal(head.status, &body));
        }
        let cookie = head.headers.get(SET_COOKIE).and_then(|value| value.to_str().ok());
        let cookie = cookie.and_then(|value| value.split(';').next()).map(str::to_owned);
        let answer = serde_json::from_slice(&body).map_err(|_| NativeError::Unexpected("its body"))?;
        Ok((answer, cookie))
    }
}

async fn resolve(host: &str, port: u16) -> Result<SocketAddr, NativeError> {
    let found = within("the server's address", CONNECT_TIMEOUT, lookup_host((host, port))).await?;
    found.ok().and_then(|mut found| found.next()).ok_or_else(|| NativeError::UnknownHost(host.to_owned()))
}

fn refusal(status: StatusCode, body: &[u8]) -> NativeError {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    let code = answer["code"].as_str().unwrap_or("none").to_owned();
    NativeError::Refused { status: status.as_u16(), code, retry_after_s: answer["retry_after_s"].as_u64() }
}

async fn within<T>(
    what: &'static str,
    within: Duration,
    work: impl Future<Output = T>,
) -> Result<T, NativeError> {
    timeout(within, work).await.map_err(|_| NativeError::timed_out(what, within))
}
