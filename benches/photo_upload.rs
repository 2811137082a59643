//! Processor time of a photo's upload and of its download; `docs/FIGURES.md` has the figures to beat.
//!
//! A kiosk uploads photos of about 80 kB in 120 pieces each, and a doctor reads each back in 16 parts. The requests go
//! through the real HTTP router to a SQLite store and a photo store in a temporary folder; there is no network. The
//! consultation has as many facts as a long one. Prints the processor time of all threads and the elapsed time of one
//! photo, which includes the waiting for the disk.
//! Run by `cargo bench -p teranga --bench photo_upload`.

mod http_state;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::connect_info::MockConnectInfo,
    http::{Request, header},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use std::{cell::Cell, env, fs, net::SocketAddr, path::Path, process, sync::Arc, time::Duration};
use teranga::{
    clock::Clock,
    data_folder::default_key_file,
    http::router,
    identity::secret,
    store::{Devices, Epoch, Journal, Places, Session, Sessions, SqliteStore},
};
use teranga_clinic::{
    clinical::Note,
    fact::{Fact, FactNumber, What},
    id::{ConsultationId, PartyId, PhotoId},
    people::{Identity, Place, Role, Speciality},
    request::{Intake, Request as Asked, Urgency},
    structure::{Structure, StructureKind},
    time::Timestamp,
};
use teranga_signaling::contract::Input;
use tokio::sync::mpsc;
use tower::ServiceExt;
use uuid::Uuid;

const PHOTOS: u128 = 20;
const PIECES: usize = 120;
const PARTS: usize = 16;
/// The length of the image data of a photo, bytes.
const IMAGE_BYTES: usize = 80_000;
/// The notes that the doctor has written; each is a fact.
const NOTES: u32 = 60;
const ORIGIN: &str = "https://teranga.example.sn";
const CONSULTATION: ConsultationId = ConsultationId(Uuid::from_u128(1));

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let folder = env::temp_dir().join(format!("teranga-photo-upload-{}", process::id()));
    let mut server = Server::start(&folder).await;
    let (mut upload, mut download) = (Cost::default(), Cost::default());
    for number in 0..PHOTOS {
        let photo = lossless_webp(IMAGE_BYTES + usize::try_from(number).expect("a small number"));
        let path = server.ask_photo(number).await;
        let begun = Cost::now(&server.clock);
        server.upload(&path, &photo).await;
        upload.add_since(begun, &server.clock);
        server.record_stored(number).await;
        let begun = Cost::now(&server.clock);
        server.download(&path, &photo).await;
        download.add_since(begun, &server.clock);
    }
    let keys = default_key_file(&folder);
    fs::remove_dir_all(folder).expect("the temporary folder can be removed");
    fs::remove_dir_all(keys.parent().expect("it has a folder"))
        .expect("the folder of the key can be removed");
    upload.print(&format!("upload in {PIECES} pieces"));
    download.print(&format!("download in {PARTS} parts"));
}

/// Time of a step, summed over all photos.
#[derive(Clone, Copy, Default)]
struct Cost {
    processor: Duration,
    elapsed: Duration,
}

impl Cost {
    fn now(clock: &Clock) -> Self {
        Self { processor: processor_time(), elapsed: clock.uptime() }
    }

    fn add_since(&mut self, begun: Self, clock: &Clock) {
        let now = Self::now(clock);
        self.processor += now.processor.saturating_sub(begun.processor);
        self.elapsed += now.elapsed.saturating_sub(begun.elapsed);
    }

    fn print(self, name: &str) {
        let each =
            |sum: Duration| sum.as_secs_f64() * 1_000.0 / f64::from(u32::try_from(PHOTOS).expect("few"));
        let (processor_ms, elapsed_ms) = (each(self.processor), each(self.elapsed));
        println!("{name:<22} {processor_ms:>8.2} ms of processor time, {elapsed_ms:>8.2} ms elapsed a photo");
    }
}

/// The time that the threads of this process have run: the first field of each thread's `schedstat`, nanoseconds.
fn processor_time() -> Duration {
    let threads = fs::read_dir("/proc/self/task").expect("Linux tells the threads of a process");
    let ran_ns = threads.filter_map(|thread| {
        let text = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(ran_ns.sum())
}

/// The HTTP router over a store with one running consultation.
struct Server {
    router: Router,
    store: Arc<SqliteStore>,
    epoch: Epoch,
    next: Cell<FactNumber>,
    clock: Clock,
    inputs: mpsc::Receiver<Input>,
}

impl Server {
    async fn start(folder: &Path) -> Self {
        let store =
            Arc::new(SqliteStore::open(folder, &default_key_file(folder)).await.expect("the store opens"));
        let clock = Clock::start();
        let (to_hub, inputs) = mpsc::channel(64);
        let state = http_state::open(store.clone(), clock, folder, to_hub).await;
        let router = router(state).layer(MockConnectInfo(SocketAddr::from(([192, 0, 2, 1], 9))));
        let epoch = store.take_over().await.expect("the store can be written");
        let server = Self { router, store, epoch, next: Cell::new(FactNumber::FIRST), clock, inputs };
        server.add_people().await;
        server.begin_consultation().await;
        server
    }

    /// Adds a kiosk and a doctor, each with a session whose token is its name.
    async fn add_people(&self) {
        let structure = Structure::new(place(), StructureKind::Post);
        self.store.put_structure(&structure).await.expect("a new place");
        let now = self.clock.timestamp();
        for (party, role) in [("post", Role::Kiosk), ("doctor", Role::Doctor)] {
            let identity = identity(party, role);
            self.store.add_device(&identity, now).await.expect("a new party");
            let session = Session {
                order_number: None,
                identity,
                opened_at: now,
                seen_at: now,
                expires_at: now.plus_ms(3_600_000),
                browser: String::new(),
            };
            let token = secret::hash(party.as_bytes());
            self.store.open_session(&token, &session, 5).await.expect("a new session");
        }
    }

    async fn begin_consultation(&self) {
        let request = Asked {
            request: CONSULTATION,
            speciality: Speciality::Obstetrics,
            urgency: Urgency::Stat,
            intake: Intake::default(),
            defer_to: None,
            patient: None,
            appointment_with: None,
        };
        self.record("post", What::Requested { post: identity("post", Role::Kiosk), request }).await;
        self.record("doctor", What::Claimed { doctor: identity("doctor", Role::Doctor) }).await;
        for revision in 0..NOTES {
            let text = "Travail en cours, contractions régulières, à revoir. ".repeat(8).into();
            let note = Note { consultation: CONSULTATION, revision, text };
            self.record("doctor", What::Noted { note }).await;
        }
    }

    async fn record(&self, by: &str, what: What) {
        let fact = Fact { at: Timestamp(5), by: Some(PartyId(by.into())), staff: None, what };
        let number = self.next.get();
        self.store.append(CONSULTATION, number, self.epoch, &fact).await.expect("a fact that follows");
        self.next.set(number.next());
    }

    /// The address of a photo that the doctor has just asked for.
    async fn ask_photo(&self, number: u128) -> String {
        let photo = PhotoId(Uuid::from_u128(number));
        self.record("doctor", What::PhotoAsked { photo }).await;
        format!("/api/consultations/{CONSULTATION}/photos/{photo}")
    }

    async fn upload(&mut self, path: &str, photo: &[u8]) {
        let announcement = json!({
            "kind": "webp",
            "bytes": photo.len(),
            "sha256": secret::encode(&secret::hash(photo)),
            "thumbnail": URL_SAFE_NO_PAD.encode(thumbnail()),
        });
        self.ask("POST", path, "post", announcement.to_string().into()).await;
        let length = photo.len().div_ceil(PIECES);
        for (number, piece) in photo.chunks(length).enumerate() {
            let path = format!("{path}?offset={}", number * length);
            self.ask("PUT", &path, "post", piece.to_vec()).await;
        }
    }

    /// Makes a fact of what the hub was told, as the hub would.
    async fn record_stored(&mut self, number: u128) {
        let told = std::iter::from_fn(|| self.inputs.try_recv().ok()).last();
        let Some(Input::PhotoStored { file, .. }) = told else { panic!("the photo was not stored") };
        self.record("post", What::PhotoTaken { photo: PhotoId(Uuid::from_u128(number)), file }).await;
    }

    async fn download(&self, path: &str, photo: &[u8]) {
        let length = photo.len().div_ceil(PARTS);
        let mut read = Vec::new();
        for number in 0..PARTS {
            let path = format!("{path}?offset={}&length={length}", number * length);
            read.extend(self.ask("GET", &path, "doctor", Vec::new()).await);
        }
        assert!(read == photo, "another photo was read than was sent");
    }

    /// The body of the answer, which must be a success.
    async fn ask(&self, method: &str, path: &str, who: &str, body: Vec<u8>) -> Vec<u8> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::ORIGIN, ORIGIN)
            .header(header::COOKIE, format!("__Host-teranga={who}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::CONTENT_LENGTH, body.len())
            .body(Body::from(body))
            .expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("the router always answers");
        assert!(response.status().is_success(), "{method} {path}: {}", response.status());
        to_bytes(response.into_body(), usize::MAX).await.expect("a whole body").into()
    }
}

fn place() -> Place {
    let [id, name, district, region, phone] = ["poste", "Poste", "Matam", "Matam", ""].map(String::from);
    Place { id, name, district, region, phone }
}

fn identity(party: &str, role: Role) -> Identity {
    let specialities = if role == Role::Doctor { vec![Speciality::Obstetrics] } else { vec![] };
    Identity { party: PartyId(party.into()), role, name: party.into(), place: place(), specialities }
}

/// A lossless WebP of 800x600 pixels whose image data, which nobody decodes, has `length` bytes.
fn lossless_webp(length: usize) -> Vec<u8> {
    webp(800, 600, length)
}

fn thumbnail() -> Vec<u8> {
    webp(80, 60, 900)
}

fn webp(width: u32, height: u32, length: usize) -> Vec<u8> {
    let size = ((width - 1) | (height - 1) << 14).to_le_bytes();
    let data = (0..length).map(|at| at.wrapping_mul(7).to_le_bytes()[0]);
    let mut body: Vec<u8> = [0x2f].into_iter().chain(size).chain(data).collect();
    let chunk = u32::try_from(body.len()).expect("short").to_le_bytes();
    body.extend(vec![0; body.len() % 2]);
    let content = [&b"WEBPVP8L"[..], &chunk, &body].concat();
    [&b"RIFF"[..], &u32::try_from(content.len()).expect("short").to_le_bytes(), &content].concat()
}
