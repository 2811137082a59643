//! A region's programme on one machine: 200 posts and 40 specialists are connected for ten minutes, 60 of the posts call, and 30
//! have a deferred case; `docs/FIGURES.md` has the targets.
//!
//! The server is the demonstration in a process of its own, and this process holds the native clients; all traffic is on loopback.
//! The calls come in two waves, each of as many calls as specialists can hold beside the others. It prints the times from
//! "Prendre" to the first voice, the voice packets that arrived, the server's resident memory over time, and the cases that their
//! posts still have at the end. Exit 1 if a target is missed. Run by `cargo bench -p teranga --bench programme`; the minutes may
//! follow `--`.

use futures_util::future::join_all;
use std::{
    env, fs,
    net::{Ipv4Addr, UdpSocket},
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
    time::Duration,
};
use teranga::{
    clock::Clock,
    data_folder::default_key_file,
    identity::secret,
    native::{
        client::{Server, Session},
        participant::Participant,
        report::Report,
        socket::SignalingSocket,
        test_call::{Outcome, TestCall},
        trust::Trust,
        voice::{Source, VoiceId},
    },
    net::authority::AUTHORITY_FILE,
    store::{self, Accounts, Devices, NewAccount, Places, Sessions, SqliteStore},
};
use teranga_clinic::{
    id::{ConsultationId, PartyId},
    people::{Addressee, Identity, Role, Speciality},
    request::{Intake, Request, Urgency},
};
use teranga_signaling::message::{ClientMessage, ServerMessage};
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{sleep, timeout},
};

const POSTS: usize = 200;
const SPECIALISTS: usize = 40;
const CALLS: usize = 60;
const CASES: usize = 30;
/// Calls of one wave. The other specialists are only connected.
const AT_ONCE: usize = CALLS / 2;
/// The time from one call of a wave to the next.
const BETWEEN_CALLS: Duration = Duration::from_secs(1);
/// The time that a wave leaves for its last call to begin and for all to end.
const MARGIN: Duration = Duration::from_secs(45);
const JOINED_IN: Duration = Duration::from_secs(5);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// The time in which the server has noticed that a socket was closed; a second window would be refused before.
const CLOSED_IN: Duration = Duration::from_secs(2);
const SAMPLE_EVERY: Duration = Duration::from_secs(5);
/// Memory that has grown by less than this fraction, a tenth, from the middle of the second wave to its end counts as flat.
const FLAT: u64 = 10;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let minutes = env::args().skip(1).find_map(|argument| argument.parse::<u64>().ok()).unwrap_or(10);
    let programme = Programme::start(Duration::from_mins(minutes)).await;
    let sampled = programme.sample_memory();
    let idle = programme.keep_idle().await;
    let cases = programme.file_cases().await;
    let (first, second) = tokio::join!(programme.wave(0), programme.wave(1));
    let connected =
        idle.iter().chain(cases.iter().map(|(_, task)| task)).filter(|task| !task.is_finished()).count();
    let kept = programme.cases_kept(&cases).await;
    let fits = [
        print_calls(&first.into_iter().chain(second).collect::<Vec<_>>()),
        print_count("cases that their posts still have", kept, CASES),
        print_count(
            "idle posts, specialists and posts with a case still connected",
            connected,
            idle.len() + CASES,
        ),
        print_memory(&sampled.await.expect("the sampler")),
    ];
    if fits == [true; 4] { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The running server, and everybody's session.
struct Programme {
    process: Child,
    folder: PathBuf,
    server: Server,
    posts: Vec<Session>,
    specialists: Vec<Session>,
    span: Duration,
    clock: Clock,
}

impl Drop for Programme {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Programme {
    async fn start(span: Duration) -> Self {
        let clock = Clock::start();
        let folder = env::temp_dir().join(format!("teranga-programme-{}", std::process::id()));
        let (data, access) = (folder.join("data"), folder.join("access.json"));
        fs::create_dir_all(&folder).expect("a folder");
        let media_port = free_udp_port();
        let process = Command::new(env!("CARGO_BIN_EXE_teranga"))
            .args(["demo", "--listen", "127.0.0.1:0", "--media-port", &media_port.to_string(), "--data"])
            .arg(&data)
            .arg("--access-file")
            .arg(&access)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        while !access.exists() {
            sleep(Duration::from_millis(100)).await;
        }
        let text = fs::read_to_string(&access).expect("the access file");
        let port = text.split_once("https://localhost:").and_then(|(_, rest)| rest.split_once('"'));
        let url = format!("https://localhost:{}", port.expect("a port").0);
        let trust = Trust::File(data.join("tls").join(AUTHORITY_FILE));
        let server = Server::connect(&url, &trust).await.expect("the server answers");
        let (posts, specialists) = add_people(&data, clock).await;
        Self { process, folder, server, posts, specialists, span, clock }
    }

    async fn participant(&self, session: &Session, number: usize) -> Participant {
        let voice = VoiceId::new(number);
        Participant::connect(&self.server, session, Source::Voice(voice), self.clock)
            .await
            .expect("a connection")
    }

    /// Connects whoever neither calls nor has a case.
    async fn keep_idle(&self) -> Vec<JoinHandle<()>> {
        let idle = self.posts[CALLS + CASES..].iter().chain(&self.specialists[AT_ONCE..]);
        let mut tasks = Vec::new();
        for session in idle {
            let socket = self.server.open_socket(session, self.clock).await.expect("a socket");
            tasks.push(tokio::spawn(listen(socket)));
        }
        tasks
    }

    /// Files the cases; each post stays connected.
    async fn file_cases(&self) -> Vec<(ConsultationId, JoinHandle<()>)> {
        let mut filed = Vec::new();
        for session in &self.posts[CALLS..CALLS + CASES] {
            let id = ConsultationId(uuid::Uuid::new_v4());
            let mut socket = self.server.open_socket(session, self.clock).await.expect("a socket");
            socket.send(ClientMessage::Request(case(id))).await.expect("an open socket");
            assert!(
                timeout(ANSWER_TIMEOUT, is_listed(&mut socket, id)).await.is_ok_and(|found| found),
                "a receipt"
            );
            filed.push((id, tokio::spawn(listen(socket))));
        }
        filed
    }

    /// Disconnects the posts with a case. Returns the number of cases that their posts find in their lists when they connect anew.
    async fn cases_kept(&self, cases: &[(ConsultationId, JoinHandle<()>)]) -> usize {
        for (_, task) in cases {
            task.abort();
        }
        sleep(CLOSED_IN).await;
        let mut kept = 0;
        for (session, (id, _)) in self.posts[CALLS..].iter().zip(cases) {
            let mut socket = self.server.open_socket(session, self.clock).await.expect("a socket");
            let listed = timeout(ANSWER_TIMEOUT, is_listed(&mut socket, *id)).await.is_ok_and(|found| found);
            kept += usize::from(listed);
        }
        kept
    }

    /// One wave of calls.
    async fn wave(&self, number: u32) -> Vec<Outcome> {
        let (begin, half) = (self.span / 2 * number, self.span / 2);
        let calls = (0..AT_ONCE).map(|n| async move {
            let post = self.participant(&self.posts[number as usize * AT_ONCE + n], 2 * n).await;
            let post =
                self.idle_for(post, begin + BETWEEN_CALLS * u32::try_from(n).expect("few calls")).await;
            let others = vec![self.participant(&self.specialists[n], 2 * n + 1).await];
            let span = half.saturating_sub(MARGIN).max(Duration::from_secs(5));
            let call = TestCall { post, others };
            Box::pin(call.run(Speciality::Obstetrics, span, self.clock, std::future::pending())).await
        });
        join_all(calls).await
    }

    /// A post that is connected for a while before it calls.
    async fn idle_for(&self, mut post: Participant, span: Duration) -> Participant {
        let (_never, stop) = watch::channel(false);
        if let Ok(ended) = timeout(span, post.run(stop)).await {
            panic!("a post that waits for its wave is not connected any more: {ended:?}");
        }
        post
    }

    /// Reads the server's resident memory until the span is over, in bytes.
    fn sample_memory(&self) -> JoinHandle<Vec<u64>> {
        let (pid, span, clock) = (self.process.id(), self.span, self.clock);
        tokio::spawn(async move {
            let (begun, mut samples) = (clock.now(), Vec::new());
            while clock.now() - begun < span {
                samples.push(resident_bytes(pid));
                sleep(SAMPLE_EVERY).await;
            }
            samples
        })
    }
}

/// Adds the tablets and the accounts to the running server's store, each with a session.
async fn add_people(data: &Path, clock: Clock) -> (Vec<Session>, Vec<Session>) {
    let store = SqliteStore::open(data, &default_key_file(data)).await.expect("the store");
    let place = store.structures().await.expect("the structures").remove(0).place;
    let now = clock.timestamp();
    let (mut posts, mut specialists) = (Vec::new(), Vec::new());
    for number in 0..POSTS + SPECIALISTS {
        let is_post = number < POSTS;
        let party = format!("programme-{number}");
        let (role, specialities) =
            if is_post { (Role::Kiosk, vec![]) } else { (Role::Doctor, vec![Speciality::Obstetrics]) };
        let (id, name) = (PartyId(party.clone()), party.clone().into());
        let identity = Identity { party: id, role, name, place: place.clone(), specialities };
        if is_post {
            store.add_device(&identity, now).await.expect("a new tablet");
        } else {
            // Nobody signs in with it: the session is opened below.
            let password_hash = teranga_clinic::pii::Pii::new(String::new());
            let account = NewAccount {
                identity: identity.clone(),
                login: party.clone().into(),
                password_hash,
                order_number: None,
            };
            store.add_account(&account, now).await.expect("a new account");
        }
        let session = store::Session {
            identity: identity.clone(),
            order_number: None,
            opened_at: now,
            seen_at: now,
            expires_at: now.plus_ms(3_600_000),
            browser: String::new(),
        };
        store.open_session(&secret::hash(party.as_bytes()), &session, 1).await.expect("a new session");
        let list = if is_post { &mut posts } else { &mut specialists };
        list.push(Session::opened(format!("__Host-teranga={party}"), identity));
    }
    (posts, specialists)
}

fn case(request: ConsultationId) -> Request {
    Request {
        request,
        speciality: Speciality::General,
        urgency: Urgency::Routine,
        intake: Intake { reason: "Cas du banc d'essai, aucun patient".into(), ..Intake::default() },
        defer_to: Some(Addressee::Speciality(Speciality::General)),
        patient: None,
        appointment_with: None,
    }
}

/// Reads until the post's list of cases has this one; false if the socket ends before.
async fn is_listed(socket: &mut SignalingSocket, id: ConsultationId) -> bool {
    loop {
        match socket.receive().await {
            Ok(ServerMessage::Case(row)) if row.consultation == id => return true,
            Ok(ServerMessage::Cases(list)) if list.cases.iter().any(|row| row.consultation == id) => {
                return true;
            }
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

/// Reads until the socket ends.
async fn listen(mut socket: SignalingSocket) {
    while socket.receive().await.is_ok() {}
}

fn print_calls(outcomes: &[Outcome]) -> bool {
    let heard = |outcome: &Outcome| {
        let claimed = outcome.claimed_at?;
        let first = outcome.measurements.iter().map(|one| one.first_voice).collect::<Option<Vec<_>>>()?;
        Some(first.into_iter().max()?.saturating_duration_since(claimed))
    };
    let mut joins: Vec<_> = outcomes.iter().filter_map(heard).collect();
    joins.sort();
    for error in outcomes.iter().filter_map(|outcome| outcome.error.as_ref()) {
        println!("a call failed: {error}");
    }
    let good = outcomes.iter().filter(|outcome| Report::of(outcome, 0.01).good).count();
    let rank = |percent: usize| joins.get((joins.len() * percent).div_ceil(100).saturating_sub(1)).copied();
    println!(
        "{} of {CALLS} calls in which both heard each other; from \"Prendre\" to both voices p50 {:?}, p95 {:?}",
        joins.len(),
        rank(50).unwrap_or_default(),
        rank(95).unwrap_or_default()
    );
    println!("{good} of {CALLS} calls lost at most 1 % of the voice");
    joins.len() == CALLS && rank(95).is_some_and(|p95| p95 <= JOINED_IN)
}

fn print_count(what: &str, count: usize, of: usize) -> bool {
    println!("{count} of {of} {what}");
    count == of
}

fn print_memory(samples: &[u64]) -> bool {
    let mega = |bytes: u64| bytes / 1_000_000;
    let at = |quarters: usize| samples[(samples.len() - 1) * quarters / 4];
    println!(
        "resident memory: {} MB at the start, {} MB in the first wave, {} MB in the second, {} MB at its end",
        mega(at(0)),
        mega(at(1)),
        mega(at(3)),
        mega(at(4))
    );
    at(4) <= at(3) + at(3) / FLAT
}

/// The server's resident memory: the second field of `/proc/PID/statm`, in pages.
fn resident_bytes(pid: u32) -> u64 {
    let text = fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("statm"));
    let pages = text.ok().and_then(|text| text.split(' ').nth(1)?.parse::<u64>().ok());
    pages.expect("the server runs") * 4_096
}

fn free_udp_port() -> u16 {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    socket.local_addr().expect("a bound socket").port()
}
