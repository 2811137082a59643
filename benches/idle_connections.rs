//! Memory and patience of the HTTPS port under idle connections; `docs/FIGURES.md` has the targets.
//!
//! The server is the demonstration in a process of its own, and this process is the load client; all traffic is on loopback. It
//! opens 10,000 `WebSockets` of as many tablets, which say `hello` and then only beat, and prints the time that they took and
//! the server's resident memory for each, at once and after some beats; the kernel's socket buffers are not in it. A test call
//! runs beside them. Then it opens 5,000 TCP, TLS and HTTP/2 connections from one address that send no request, and prints how
//! long a tablet at another address waits for an answer meanwhile. Exit 1 if a target is missed.
//! Run by `cargo bench -p teranga --bench idle_connections`; the number of sockets and of connections may follow `--`.

use futures_util::{SinkExt, StreamExt, stream};
use std::{
    env, fs,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
    sync::Arc,
    time::Duration,
};
use teranga::{
    clock::Clock,
    data_folder::default_key_file,
    identity::secret,
    native::trust::Trust,
    net::{
        authority::AUTHORITY_FILE,
        descriptors::{self, Shares},
    },
    store::{Devices, Places, Session, Sessions, SqliteStore},
};
use teranga_clinic::{
    id::PartyId,
    people::{Identity, Role},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{ClientConfig, pki_types::ServerName},
};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, client::IntoClientRequest, protocol::WebSocketConfig},
};

/// Connections that are opened at once: a crowd whose power has come back.
const AT_ONCE: usize = 128;
/// Sockets of one source address; the kernel has 28,000 ports for each.
const OF_ONE_ADDRESS: usize = 1_000;
const HELLO: &str = r#"{"type":"hello","version":2}"#;
const BEAT: &str = r#"{"type":"beat","n":1}"#;
const BEAT_EVERY: Duration = Duration::from_secs(8);
const ACCEPTED_IN: Duration = Duration::from_mins(1);
const KB_EACH: u64 = 25;
const SERVED_IN: Duration = Duration::from_millis(500);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let mut numbers = env::args().skip(1).filter_map(|argument| argument.parse::<usize>().ok());
    let (sockets, idle) = (numbers.next().unwrap_or(10_000), numbers.next().unwrap_or(5_000));
    let limit = descriptors::raise_limit();
    let places = Shares::of(limit).https.known;
    assert!(
        places >= sockets,
        "{limit} open files are allowed, which is enough for {places} sockets; see `ulimit -Hn`"
    );
    let server = DemoServer::start().await;
    let cookies = server.add_tablets(sockets.max(1)).await;
    let sockets_fit = server.measure_sockets(&cookies[..sockets]).await;
    let strangers_wait = server.measure_strangers(idle, &cookies[0]).await;
    if sockets_fit && strangers_wait { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The running demonstration.
struct DemoServer {
    process: Child,
    folder: PathBuf,
    address: SocketAddr,
    tls: ClientConfig,
    clock: Clock,
}

impl Drop for DemoServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl DemoServer {
    async fn start() -> Self {
        let folder = env::temp_dir().join(format!("teranga-idle-{}", std::process::id()));
        let media_port = free_udp_port();
        let process = Command::new(env!("CARGO_BIN_EXE_teranga"))
            .args(["demo", "--listen", "127.0.0.1:0", "--media-port", &media_port.to_string(), "--data"])
            .arg(&folder)
            .arg("--access-file")
            .arg(folder.with_extension("json"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let access = folder.with_extension("json");
        while !access.exists() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let text = fs::read_to_string(&access).expect("the access file");
        let port = text.split_once("https://localhost:").and_then(|(_, rest)| rest.split_once('"'));
        let port = port.and_then(|(port, _)| port.parse().ok()).expect("a port");
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let trust = Trust::File(folder.join("tls").join(AUTHORITY_FILE));
        let tls = trust.client_config(address.ip()).expect("the authority");
        Self { process, folder, address, tls, clock: Clock::start() }
    }

    /// Adds tablets to the running server's store, each with a session; returns their cookies.
    async fn add_tablets(&self, count: usize) -> Vec<String> {
        let store =
            SqliteStore::open(&self.folder, &default_key_file(&self.folder)).await.expect("the store");
        let place = store.structures().await.expect("the structures").remove(0).place;
        let (mut cookies, now) = (Vec::new(), self.clock.timestamp());
        for number in 0..count {
            let party = format!("idle-{number}");
            let identity = Identity {
                party: PartyId(party.clone()),
                role: Role::Kiosk,
                name: party.clone().into(),
                place: place.clone(),
                specialities: Vec::new(),
            };
            store.add_device(&identity, now).await.expect("a new tablet");
            let expires_at = now.plus_ms(3_600_000);
            let session = Session {
                identity,
                order_number: None,
                opened_at: now,
                seen_at: now,
                expires_at,
                browser: String::new(),
            };
            store.open_session(&secret::hash(party.as_bytes()), &session, 1).await.expect("a new session");
            cookies.push(format!("__Host-teranga={party}"));
        }
        cookies
    }

    /// Opens the sockets and holds a call beside them. Returns true if the targets are met.
    async fn measure_sockets(&self, cookies: &[String]) -> bool {
        let (before, begun) = (self.resident_bytes(), self.clock.now());
        let opened: Vec<_> = stream::iter(cookies.iter().enumerate())
            .map(|(number, cookie)| self.socket(number, cookie))
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let took = self.clock.now() - begun;
        let each_kb = || self.resident_bytes().saturating_sub(before) / cookies.len().max(1) as u64 / 1_000;
        println!("{} WebSockets in {:.1} s, {} kB each", opened.len(), took.as_secs_f64(), each_kb());
        let beating: Vec<_> = opened.into_iter().map(|socket| tokio::spawn(beat(socket))).collect();
        let (is_whole, told) = self.call().await;
        println!("a call of two beside them: {told}");
        let alive = beating.iter().filter(|task| !task.is_finished()).count();
        let after_beats_kb = each_kb();
        println!("{alive} WebSockets are still open after the call, {after_beats_kb} kB each");
        beating.iter().for_each(tokio::task::JoinHandle::abort);
        took <= ACCEPTED_IN && after_beats_kb <= KB_EACH && is_whole && alive == cookies.len()
    }

    /// Opens connections that send no request. Returns true if a tablet elsewhere is served in time.
    async fn measure_strangers(&self, count: usize, cookie: &str) -> bool {
        let begun = self.clock.now();
        let idle: Vec<_> = stream::iter(0..count)
            .map(|number| self.stranger(number % 3))
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let took = (self.clock.now() - begun).as_secs_f64();
        println!("{} idle connections from one address in {took:.1} s", idle.len());
        let mut waits = Vec::new();
        for _ in 0..50 {
            let begun = self.clock.now();
            assert!(self.asks_who_it_is(cookie).await, "somebody who is signed in is not served");
            waits.push(self.clock.now() - begun);
        }
        waits.sort();
        println!(
            "a tablet at another address connects and is served in {:?} (median), {:?} (worst of 50)",
            waits[25], waits[49]
        );
        drop(idle);
        waits[49] <= SERVED_IN
    }

    async fn socket(&self, number: usize, cookie: &str) -> WebSocketStream<TlsStream<TcpStream>> {
        let last = u8::try_from(2 + number / OF_ONE_ADDRESS).expect("some thousands of sockets");
        let stream = self.tls(last, "http/1.1").await;
        let mut request =
            format!("wss://localhost:{}/ws", self.address.port()).into_client_request().expect("a request");
        request.headers_mut().insert("cookie", cookie.parse().expect("a cookie"));
        let small = WebSocketConfig::default().read_buffer_size(1_024).write_buffer_size(0);
        let (mut socket, _) =
            client_async_with_config(request, stream, Some(small)).await.expect("a WebSocket");
        socket.send(Message::text(HELLO)).await.expect("a hello");
        let welcome = socket.next().await.expect("a welcome").expect("a welcome");
        assert!(welcome.to_text().is_ok_and(|text| text.contains("\"welcome\"")), "{welcome:?}");
        socket
    }

    /// A connection that stops after TCP, after TLS, or after the preface of HTTP/2.
    async fn stranger(&self, phase: usize) -> Box<dyn Send> {
        if phase == 0 {
            return Box::new(self.tcp(1).await);
        }
        let mut stream = self.tls(1, "h2").await;
        if phase == 2 {
            let _ = stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await;
        }
        Box::new(stream)
    }

    async fn asks_who_it_is(&self, cookie: &str) -> bool {
        let mut stream = self.tls(200, "http/1.1").await;
        let request = format!("GET /api/me HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\n\r\n");
        let mut head = [0; 12];
        stream.write_all(request.as_bytes()).await.is_ok()
            && stream.read_exact(&mut head).await.is_ok()
            && &head == b"HTTP/1.1 200"
    }

    async fn tls(&self, last: u8, protocol: &str) -> TlsStream<TcpStream> {
        let mut config = self.tls.clone();
        config.alpn_protocols = vec![protocol.into()];
        let name = ServerName::try_from("localhost").expect("a name");
        let stream = self.tcp(last).await;
        TlsConnector::from(Arc::new(config)).connect(name, stream).await.expect("a handshake")
    }

    async fn tcp(&self, last: u8) -> TcpStream {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(SocketAddr::from(([127, 0, 0, last], 0))).expect("an address of loopback");
        socket.connect(self.address).await.expect("a connection")
    }

    /// Holds a test call. Returns true if at most 0.5 % of its packets were lost, and what it says.
    async fn call(&self) -> (bool, String) {
        let mut loadtest = tokio::process::Command::new(env!("CARGO_BIN_EXE_teranga"));
        let url = format!("https://localhost:{}", self.address.port());
        loadtest.args([
            "loadtest",
            &url,
            "--people",
            "2",
            "--seconds",
            "10",
            "--max-loss",
            "0.5",
            "--access",
        ]);
        loadtest.arg(self.folder.with_extension("json")).arg("--ca");
        loadtest.arg(self.folder.join("tls").join(AUTHORITY_FILE));
        let output = loadtest.output().await.expect("loadtest runs");
        let said = String::from_utf8_lossy(&output.stdout);
        let mut last: Vec<_> = said.lines().rev().take(2).collect();
        last.reverse();
        let errors = String::from_utf8_lossy(&output.stderr);
        (output.status.success(), format!("{} {errors}", last.join(", ")))
    }

    /// The server's resident memory: the second field of `/proc/PID/statm`, in pages.
    fn resident_bytes(&self) -> u64 {
        let text = fs::read_to_string(Path::new("/proc").join(self.process.id().to_string()).join("statm"));
        let pages = text.ok().and_then(|text| text.split(' ').nth(1)?.parse::<u64>().ok());
        pages.expect("the server runs") * 4_096
    }
}

/// Beats until the socket is closed.
async fn beat(mut socket: WebSocketStream<TlsStream<TcpStream>>) {
    loop {
        tokio::select! {
            frame = socket.next() => if !matches!(frame, Some(Ok(_))) { return },
            () = tokio::time::sleep(BEAT_EVERY) => if socket.send(Message::text(BEAT)).await.is_err() { return },
        }
    }
}

fn free_udp_port() -> u16 {
    let socket = std::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    socket.local_addr().expect("a bound socket").port()
}
