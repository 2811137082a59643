//! The ends of every phase, over real sockets with TLS: each client here stops in one phase and must be closed in time, and
//! a flood of them must not shut anybody else out.

use super::*;
use crate::net::{authority::AUTHORITY_FILE, places::Bounds, tls};
use axum::{
    body::Bytes,
    http::{HeaderMap, StatusCode},
};
use axum::{extract::Request as AxumRequest, routing::get};
use hyper_util::rt::TokioIo;
use std::{
    fs,
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
    time::Instant,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpSocket,
};
use tokio_rustls::{TlsConnector, client, rustls::pki_types::ServerName};

/// Short ends, so that a test lasts a moment. Each is far from its neighbours.
const ENDS: Deadlines = Deadlines {
    first_byte: Duration::from_millis(200),
    handshake: Duration::from_millis(400),
    first_request: Duration::from_millis(600),
    header: Duration::from_millis(600),
    idle_stranger: Duration::from_millis(800),
    idle_known: Duration::from_secs(20),
    request_stranger: Duration::from_millis(1_500),
    request_known: Duration::from_secs(20),
    body_stall: Duration::from_millis(500),
    body: Duration::from_secs(10),
    write_stall: Duration::from_millis(700),
    ping: Duration::from_secs(5),
    farewell: Duration::from_millis(100),
};

/// The time that a busy machine may take on top of an end.
const LATE: Duration = Duration::from_secs(3);

struct Site {
    address: SocketAddr,
    trust: Arc<tokio_rustls::rustls::ClientConfig>,
    places: Arc<ConnectionPlaces>,
    stop: watch::Sender<bool>,
    folder: PathBuf,
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A server whose `/` answers with `bytes`, and signs in whoever sends the header `x-account`; it reads every body.
async fn site(name: &str, bounds: Bounds, bytes: usize) -> Site {
    site_with(name, bounds, bytes, ENDS).await
}

async fn site_with(name: &str, bounds: Bounds, bytes: usize, deadlines: Deadlines) -> Site {
    let folder = std::env::temp_dir().join(format!("teranga-https-{name}-{}", std::process::id()));
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let clock = Clock::start();
    let tls =
        tls::server_config(&crate::config::Tls::Internal { authority_key: None }, &folder, &names, clock)
            .unwrap();
    let answer = move |headers: HeaderMap, request: AxumRequest| async move {
        let connection = request.extensions().get::<HttpsConnection>().unwrap().clone();
        if let Some(account) = headers.get("x-account") {
            connection.sign_in(account.to_str().unwrap());
        }
        let body = axum::body::to_bytes(request.into_body(), 1 << 20).await;
        body.map(|_| Bytes::from(vec![b'x'; bytes])).map_err(|_| StatusCode::BAD_REQUEST)
    };
    let places = ConnectionPlaces::new(bounds);
    let server = HttpsServer {
        tls: Arc::new(tls),
        ice_tcp: Arc::new(IceTcp::new(Vec::new(), 4, clock)),
        places: places.clone(),
        deadlines,
        clock,
        router: Router::new().route("/", get(answer).post(answer)),
    };
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).await.unwrap();
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, listener.local_addr().unwrap().port()));
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(server.run(listener, stopped));
    let trust = crate::native::trust::Trust::File(folder.join("tls").join(AUTHORITY_FILE));
    let trust = trust.client_config(address.ip()).unwrap();
    Site { address, trust: Arc::new(trust), places, stop, folder }
}

const WIDE: Bounds = Bounds { strangers: 64, strangers_per_address: 64, known: 64, known_per_account: 8 };

type Tls = client::TlsStream<TcpStream>;

impl Site {
    async fn tcp_from(&self, last: u8) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from(([127, 0, 0, last], 0))).unwrap();
        socket.connect(self.address).await.unwrap()
    }

    async fn tls_from(&self, last: u8, protocol: &str) -> std::io::Result<Tls> {
        let mut config = (*self.trust).clone();
        config.alpn_protocols = vec![protocol.into()];
        let name = ServerName::IpAddress(IpAddr::from(Ipv4Addr::LOCALHOST).into());
        TlsConnector::from(Arc::new(config)).connect(name, self.tcp_from(last).await).await
    }

    async fn http1(&self, sent: &str) -> Tls {
        let mut stream = self.tls_from(1, "http/1.1").await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        stream
    }
}

/// The time until the server closes, whatever it says before.
async fn closed_after(clock: Clock, mut stream: impl AsyncRead + Unpin) -> Duration {
    let (begun, mut part) = (clock.now(), [0; 1_024]);
    while let Ok(Ok(1..)) = timeout(Duration::from_secs(20), stream.read(&mut part)).await {}
    clock.now().saturating_duration_since(begun)
}

#[track_caller]
fn assert_in_time(what: &str, took: Duration, end: Duration) {
    assert!(took >= end / 2 && took < end + LATE, "{what}: closed after {took:?}, must be {end:?}");
}

/// True if a request over HTTP/1.1 is answered with 200 and the one byte of the page.
async fn answered(mut stream: impl AsyncRead + AsyncWrite + Unpin, account: &str) -> bool {
    let request = format!("GET / HTTP/1.1\r\nhost: localhost\r\nx-account: {account}\r\n\r\n");
    let (mut answer, mut byte) = (Vec::new(), [0]);
    if stream.write_all(request.as_bytes()).await.is_err() {
        return false;
    }
    while !answer.ends_with(b"\r\n\r\nx") {
        if stream.read_exact(&mut byte).await.is_err() {
            return false;
        }
        answer.push(byte[0]);
    }
    answer.starts_with(b"HTTP/1.1 200")
}

#[tokio::test]
async fn every_phase_before_a_request_has_an_end() {
    let (site, clock) = (site("phases", WIDE, 1).await, Clock::start());
    let silent = closed_after(clock, site.tcp_from(1).await);
    let half = async {
        let mut stream = site.tcp_from(1).await;
        stream.write_all(&[0x16, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3]).await.unwrap();
        closed_after(clock, stream).await
    };
    let no_preface = async { closed_after(clock, site.tls_from(1, "h2").await.unwrap()).await };
    let preface = async {
        let mut stream = site.tls_from(1, "h2").await.unwrap();
        stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
        closed_after(clock, stream).await
    };
    let header = async { closed_after(clock, site.http1("GET / HTTP/1.1\r\nhost: local").await).await };
    let (silent, half, no_preface, preface, header) = tokio::join!(silent, half, no_preface, preface, header);
    assert_in_time("TLS without a byte", silent, ENDS.first_byte);
    assert_in_time("half a ClientHello", half, ENDS.handshake);
    assert_in_time("HTTP/2 without a preface", no_preface, ENDS.first_request);
    assert_in_time("HTTP/2 without a request", preface, ENDS.first_request);
    assert_in_time("half a header", header, ENDS.header);
    assert_eq!(site.places.counts().strangers, 0, "every place is given back");
}

#[tokio::test]
async fn headers_bodies_and_answers_that_trickle_have_an_end() {
    let (site, clock) = (site("trickle", WIDE, 64 << 20).await, Clock::start());
    let headers = async {
        let (mut read, mut write) = tokio::io::split(site.http1("GET / HTTP/1.1\r\n").await);
        let trickle = async {
            while write.write_all(b"x-a: b\r\n").await.is_ok() && write.flush().await.is_ok() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::select! { took = closed_after(clock, &mut read) => took, () = trickle => ENDS.header }
    };
    let post = "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9000\r\n\r\n{";
    let body = async { closed_after(clock, site.http1(post).await).await };
    let unread = async {
        let stream = site.http1("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
        let begun = clock.now();
        while site.places.counts().strangers > 0 && clock.now() < begun + ENDS.write_stall + LATE {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        drop(stream);
        clock.now().saturating_duration_since(begun)
    };
    let (headers, body) = tokio::join!(headers, body);
    assert_in_time("headers that trickle", headers, ENDS.header);
    assert_in_time("a body that never comes", body, ENDS.body_stall);
    assert_in_time("an answer that nobody reads", unread.await, ENDS.write_stall);
}

#[tokio::test]
async fn an_answer_that_http2_flow_control_holds_back_has_an_end() {
    let (site, clock) = (site("window", WIDE, 1 << 20).await, Clock::start());
    let io = TokioIo::new(site.tls_from(1, "h2").await.unwrap());
    let (mut send, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.unwrap();
    let driver = tokio::spawn(connection);
    let request = Request::get("https://localhost/").body(Body::empty()).unwrap();
    let begun = clock.now();
    let unread = send.send_request(request).await.unwrap();
    let _ = timeout(Duration::from_secs(20), driver).await.unwrap();
    assert_in_time("a closed window", clock.now() - begun, ENDS.request_stranger);
    drop(unread);
}

#[tokio::test]
async fn who_is_signed_in_may_wait_longer_than_a_stranger() {
    let (site, clock) = (site("idle", WIDE, 1).await, Clock::start());
    let stranger = site.http1("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    let io = TokioIo::new(site.tls_from(1, "h2").await.unwrap());
    let (mut send, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.unwrap();
    let driver = tokio::spawn(connection);
    let ask = || Request::get("https://localhost/").header("x-account", "awa").body(Body::empty()).unwrap();
    assert_eq!(send.send_request(ask()).await.unwrap().status(), 200);
    assert_in_time("an idle stranger", closed_after(clock, stranger).await, ENDS.header);
    tokio::time::sleep(ENDS.idle_stranger).await;
    assert_eq!(send.send_request(ask()).await.unwrap().status(), 200, "it is still open");
    assert_eq!((site.places.counts().known, site.places.counts().strangers), (1, 0));
    driver.abort();
}

#[tokio::test]
async fn a_flood_from_one_address_shuts_nobody_out() {
    let bounds = Bounds { strangers: 40, strangers_per_address: 20, known: 20, known_per_account: 8 };
    let (site, clock) = (site_with("flood", bounds, 1, Deadlines::default()).await, Clock::start());
    let mut signed_in = site.tls_from(2, "http/1.1").await.unwrap();
    assert!(answered(&mut signed_in, "awa").await);
    let mut flood = Vec::new();
    for _ in 0..100 {
        flood.push(site.tcp_from(1).await);
    }
    assert!(answered(&mut signed_in, "awa").await, "her connection is still served");
    for last in 2..8 {
        let begun: Instant = clock.now();
        assert!(answered(site.tls_from(last, "http/1.1").await.unwrap(), "ibou").await, "{last}");
        assert!(clock.now() - begun < Duration::from_millis(500) + LATE);
    }
    let same = site.tls_from(1, "http/1.1").await;
    assert!(answered(same.unwrap(), "moussa").await, "the newest of the same address are served too");
    assert!(site.places.counts().pushed_out >= 80);
}

#[tokio::test]
async fn a_stop_lets_a_request_end_and_closes_the_rest() {
    let (site, clock) = (site("stop", WIDE, 1).await, Clock::start());
    let idle = site.tls_from(1, "h2").await.unwrap();
    site.stop.send_replace(true);
    assert!(closed_after(clock, idle).await < ENDS.first_request + LATE);
    assert!(TcpStream::connect(site.address).await.is_err() || site.tls_from(1, "h2").await.is_err());
}
