//! A store with the records of 10,000 patients and 100,000 consultations: how long pages wait for a lookup and for a record, what
//! the server needs to start on it, and if memory stays flat; `docs/FIGURES.md` has the targets.
//!
//! The facts go through the journal one by one, in a folder in memory because a sync of the disk for each would take an hour; the file is then moved to the
//! disk, where everything is measured. Requests are answered by the real HTTP router without a network, one after the other. Exit 1 if a target is
//! missed. Run by `cargo bench -p teranga --bench records`; another number of patients may follow `--`.

mod http_state;
mod many_records;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::connect_info::MockConnectInfo,
    http::{Request, header},
};
use many_records::{Patient, Region, VISITS};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::{
    env, fs,
    net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket},
    path::{Path, PathBuf},
    process::{self, Child, Command, ExitCode, Stdio},
    sync::Arc,
    time::Duration,
};
use teranga::{
    clock::Clock,
    http::router,
    identity::secret,
    native::{client::Server, trust::Trust},
    net::authority::AUTHORITY_FILE,
    store::{self, Epoch, Journal, Sessions, SqliteStore},
};
use teranga_clinic::{id::ConsultationId, people::Identity};
use tokio::{sync::mpsc, time::sleep};
use tower::ServiceExt;

const PATIENTS: u32 = 10_000;
/// How often each question is asked.
const QUESTIONS: usize = 300;
const OPENINGS: usize = 10_000;
/// The openings after which caches are as full as they become.
const WARM: usize = 1_000;
const FOUND_WITHIN_MS: f64 = 50.0;
const OPENED_WITHIN_MS: f64 = 100.0;
/// Memory that has grown by less than this fraction, a tenth, counts as flat.
const FLAT: u64 = 10;
/// The time in which a server that has started also verifies the audit log.
const SETTLED_IN: Duration = Duration::from_secs(20);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let patients = env::args().find_map(|word| word.parse().ok()).unwrap_or(PATIENTS);
    let (folder, clock) = (Folder::new(), Clock::start());
    let region = filled(&folder, patients, clock).await;
    print_start(&folder, clock).await;
    let mut pages = Pages::open(&folder, region, clock).await;
    let posts = [Posts::Usual, Posts::Busiest];
    pages.ask_first().await;
    let mut fits = pages.measure_all(&LOOKUPS, &posts, FOUND_WITHIN_MS).await;
    fits &= pages.measure_all(&RECORDS, &posts, OPENED_WITHIN_MS).await;
    fits &= pages.keep_memory_flat().await;
    pages.store.close().await;
    if fits { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A folder on the disk with the store and its keys, which is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let folder = Self(env::temp_dir().join(format!("teranga-records-{}", process::id())));
        fs::create_dir_all(folder.data()).expect("a folder");
        folder
    }

    fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }

    async fn store(&self, data: &Path) -> SqliteStore {
        SqliteStore::open(data, &self.keys()).await.expect("the store opens")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Fills the store in memory, and moves it to the disk.
async fn filled(folder: &Folder, patients: u32, clock: Clock) -> Region {
    let began = clock.now();
    let memory = Path::new("/dev/shm").join(format!("teranga-records-{}", process::id()));
    let mut region = Region::new(patients);
    let store = folder.store(&memory).await;
    region.fill(&store, clock.timestamp()).await;
    store.close().await;
    let file = folder.data().join("teranga.db");
    let bytes = fs::copy(memory.join("teranga.db"), file).expect("room on the disk");
    fs::remove_dir_all(memory).expect("a folder of ours");
    println!(
        "{patients} patients, {} consultations, {} facts, {} MB; filled in {:.0} s",
        patients * VISITS,
        region.facts,
        bytes / 1_000_000,
        began.elapsed().as_secs_f64()
    );
    region
}

/// Pages that ask the router, and whom they belong to.
struct Pages {
    store: Arc<SqliteStore>,
    epoch: Epoch,
    router: Router,
    region: Region,
    rng: StdRng,
    clock: Clock,
}

impl Pages {
    async fn open(folder: &Folder, region: Region, clock: Clock) -> Self {
        let store = Arc::new(folder.store(&folder.data()).await);
        for who in region.posts.iter().chain(&region.doctors) {
            sign_in(&store, who, clock).await;
        }
        let from: SocketAddr = (Ipv4Addr::LOCALHOST, 9).into();
        let state = http_state::open(store.clone(), clock, &folder.data(), mpsc::channel(64).0).await;
        let router = router(state).layer(MockConnectInfo(from));
        let epoch = store.take_over().await.expect("no other server writes");
        Self { store, epoch, router, region, rng: StdRng::seed_from_u64(2), clock }
    }

    /// One answer of a path to somebody: its time in milliseconds.
    async fn get(&self, (path, who): &(String, &Identity)) -> f64 {
        let cookie = format!("__Host-teranga={}", who.party.0);
        let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).expect("a path");
        let began = self.clock.now();
        let answer = self.router.clone().oneshot(request).await.expect("the router always answers");
        let (status, body) = (answer.status(), to_bytes(answer.into_body(), usize::MAX).await);
        let ms = began.elapsed().as_secs_f64() * 1_000.0;
        assert!(status.is_success() && body.is_ok(), "{status} for {path}");
        ms
    }

    /// Asks something about random patients of some posts, and prints the times. At the busiest post a consultation comes and goes between two
    /// questions. True if the 95th percentile is within the bound.
    async fn measure(
        &mut self,
        (what, question): (&str, Question),
        posts: Posts,
        (count, within_ms): (usize, f64),
    ) -> bool {
        let mut times = Vec::with_capacity(count);
        while times.len() < count {
            let at = self.rng.random_range(0..self.region.patients.len());
            if !posts.has(&self.region.patients[at]) {
                continue;
            }
            if posts == Posts::Busiest {
                self.region.consult((&self.store, self.epoch), at, self.clock.timestamp()).await;
            }
            let patient = &self.region.patients[at];
            let visit = self.rng.random_range(0..patient.consultations.len().max(1));
            let Some((id, doctor)) = patient.consultations.get(visit) else { continue };
            times.push(self.get(&question(&self.region, patient, *id, *doctor)).await);
        }
        times.sort_by(f64::total_cmp);
        let rank = |percent: usize| times[(times.len() * percent).div_ceil(100) - 1];
        let [p50, p95, p99] = [50, 95, 99].map(rank);
        println!("{what}, {posts:?}: p50 {p50:.1}, p95 {p95:.1}, p99 {p99:.1} ms of {count}");
        p95 <= within_ms
    }

    /// Asks about each post for the first time since the start, which reads its requests, and prints the longest time.
    async fn ask_first(&self) {
        let mut slowest_ms = 0.0_f64;
        for post in &self.region.posts {
            slowest_ms = slowest_ms.max(self.get(&("/api/patients?name=Awa".into(), post)).await);
        }
        println!("the first question about a post since the start: at most {slowest_ms:.1} ms");
    }

    /// Measures several questions at some posts, each so many times.
    async fn measure_all(&mut self, questions: &[(&str, Question)], posts: &[Posts], within_ms: f64) -> bool {
        let mut fits = true;
        for posts in posts {
            for question in questions {
                fits &= self.measure(*question, *posts, (QUESTIONS, within_ms)).await;
            }
        }
        fits
    }

    /// Opens records. True if that is quick and the memory of this process stays the same.
    async fn keep_memory_flat(&mut self) -> bool {
        let opened = ("records opened", record as Question);
        self.measure(opened, Posts::All, (WARM, OPENED_WITHIN_MS)).await;
        let before = resident_bytes(process::id(), "VmRSS");
        let fits = self.measure(opened, Posts::All, (OPENINGS - WARM, OPENED_WITHIN_MS)).await;
        let after = resident_bytes(process::id(), "VmRSS");
        println!(
            "resident memory: {} MB after {WARM} openings, {} MB after {OPENINGS}",
            mega(before),
            mega(after)
        );
        fits && after <= before + before / FLAT
    }
}

/// A path about a patient and one of their consultations with its doctor, and who asks for it.
type Question = for<'a> fn(&'a Region, &'a Patient, ConsultationId, usize) -> (String, &'a Identity);

/// What finds a patient or a consultation.
const LOOKUPS: [(&str, Question); 4] = [
    ("patients by name", |region, patient, _, _| {
        (format!("/api/patients?name={}", patient.name.replace(' ', "+")), &region.posts[patient.post])
    }),
    ("a patient by number", |region, patient, _, _| {
        (format!("/api/patients?dpp={}", patient.dpp), &region.posts[patient.post])
    }),
    ("the list of a post", |region, patient, _, _| {
        ("/api/consultations".into(), &region.posts[patient.post])
    }),
    ("the list of a doctor", |region, _, _, doctor| ("/api/consultations".into(), &region.doctors[doctor])),
];

/// What opens a record.
const RECORDS: [(&str, Question); 5] = [
    ("a record for its doctor", record),
    ("a record for its post", |region, patient, id, _| {
        (format!("/api/consultations/{id}"), &region.posts[patient.post])
    }),
    ("a record in FHIR", |region, _, id, doctor| {
        (format!("/api/consultations/{id}/record.json"), &region.doctors[doctor])
    }),
    ("a patient with ten consultations", |region, patient, _, _| {
        (format!("/api/patients/{}", patient.id()), &region.posts[patient.post])
    }),
    ("what a patient had before", |region, _, id, doctor| {
        (format!("/api/consultations/{id}/previous"), &region.doctors[doctor])
    }),
];

/// The record of a consultation, for its doctor.
fn record<'a>(
    region: &'a Region,
    _: &'a Patient,
    id: ConsultationId,
    doctor: usize,
) -> (String, &'a Identity) {
    (format!("/api/consultations/{id}"), &region.doctors[doctor])
}

/// The posts whose patients are meant.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Posts {
    All,
    Busiest,
    Usual,
}

impl Posts {
    fn has(self, patient: &Patient) -> bool {
        match self {
            Self::All => true,
            Self::Busiest => patient.post == 0,
            Self::Usual => patient.post != 0,
        }
    }
}

async fn sign_in(store: &SqliteStore, who: &Identity, clock: Clock) {
    let now = clock.timestamp();
    let session = store::Session {
        identity: who.clone(),
        order_number: None,
        opened_at: now,
        seen_at: now,
        expires_at: now.plus_ms(SESSION_MS),
        browser: String::new(),
    };
    store.open_session(&secret::hash(who.party.0.as_bytes()), &session, 1).await.expect("a new session");
}

/// Starts the real server on the folder, and prints when it answers and what memory it takes.
async fn print_start(folder: &Folder, clock: Clock) {
    let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|socket| socket.local_addr());
    let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|socket| socket.local_addr());
    let (address, media_port) = (tcp.expect("a free port"), udp.expect("a free port").port().to_string());
    let began = clock.now();
    let server = Running(
        Command::new(env!("CARGO_BIN_EXE_teranga"))
            .arg("serve")
            .env("TERANGA_DATA", folder.data())
            .env("TERANGA_RECORD_KEYS", folder.keys())
            .env("TERANGA_HTTP__LISTEN", address.to_string())
            .env("TERANGA_HTTP__NAMES", "localhost")
            .env("TERANGA_TLS__MODE", "internal")
            .envs([("TERANGA_MEDIA__BIND", "127.0.0.1"), ("TERANGA_MEDIA__ADVERTISED", "127.0.0.1")])
            .env("TERANGA_MEDIA__FIRST_PORT", media_port)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts"),
    );
    let trust = Trust::File(folder.data().join("tls").join(AUTHORITY_FILE));
    let url = format!("https://localhost:{}", address.port());
    while Server::connect(&url, &trust).await.is_err() {
        sleep(Duration::from_millis(20)).await;
    }
    let answers_ms = began.elapsed().as_millis();
    sleep(SETTLED_IN).await;
    let [now, most] = ["VmRSS", "VmHWM"].map(|name| mega(resident_bytes(server.0.id(), name)));
    println!(
        "the server answers {answers_ms} ms after its start; resident memory {now} MB, {most} MB at most"
    );
}

/// A process that ends with its owner.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Resident memory of a process, now (`VmRSS`) or at most (`VmHWM`).
fn resident_bytes(pid: u32, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("the process runs");
    let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a line of memory");
    let kb: u64 = line.split_whitespace().nth(1).and_then(|kb| kb.parse().ok()).expect("kilobytes");
    kb * 1_024
}

const fn mega(bytes: u64) -> u64 {
    bytes / 1_000_000
}

const SESSION_MS: u64 = 3_600_000;
