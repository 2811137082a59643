//! An enumeration of codes, consultations, photos, devices and logins: what 100,000 guesses of each find, and what the answers tell.
//!
//! Guesses at things that exist and at things that do not come in pairs, in random order because the first of a pair is slower,
//! through the real HTTP router and a SQLite store in a temporary folder. Prints the hits, the different answers, and the
//! difference of the median times beside the noise, which is the largest difference between two random halves of all times in
//! 1,000 splits: chance alone tells more once in 1,000 kinds. All the while people who may come in do so from the
//! network of the guesser; a refusal of one of them is counted.
//! Run on a quiet machine by `cargo bench -p teranga --bench enumeration`, or with another number of guesses behind `--`.

mod http_state;

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{Request, Response, header},
};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    env, fs,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    process,
    sync::Arc,
    time::Duration,
};
use teranga::{
    clock::Clock,
    http::router,
    identity::{Client, Identities, password, secret},
    store::{Devices, Journal, NewAccount, Places, SqliteStore, Stores},
};
use teranga_clinic::{
    fact::{Fact, FactNumber, What},
    id::{ConsultationId, PartyId},
    people::{Identity, Place, Role},
    request::{Intake, Request as Asked, Urgency},
    structure::{Structure, StructureKind},
    time::Timestamp,
};
use tokio::sync::mpsc;
use tower::ServiceExt;
use uuid::Uuid;

const GUESSES: u32 = 100_000;
/// Things of each kind that exist.
const EXISTING: u32 = 200;
/// Visits of people who may come in, during the guesses of one kind.
const VISITS: u32 = 100;
/// Addresses of the guesser of logins, who is slowed by each of them.
const ADDRESSES: u32 = 40;
const ORIGIN: &str = "https://teranga.example.sn";
const PASSWORD: &str = "le fleuve à Matam";

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let guesses = env::args().find_map(|word| word.parse().ok()).unwrap_or(GUESSES);
    let folder = env::temp_dir().join(format!("teranga-enumeration-{}", process::id()));
    let mut world = World::start(&folder).await;
    println!("{guesses} guesses each; medians in microseconds");
    let kinds = [Kind::Code, Kind::Consultation, Kind::Photo, Kind::Device, Kind::Login];
    let mut told = 0;
    for kind in kinds {
        told += world.enumerate(kind, guesses).await;
    }
    let grown = world.ask_for_challenges().await;
    println!("4,200 challenges asked with names of 60 kB and of 64 bytes: {grown} kB more memory");
    println!("right people refused meanwhile: {} of {} visits", world.refused, world.visits);
    fs::remove_dir_all(folder).expect("the temporary folder can be removed");
    assert!(told == 0 && world.refused == 0, "something was told, or somebody was refused");
}

/// The kind of thing that is guessed.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Code,
    Consultation,
    Photo,
    Device,
    Login,
}

/// What the answers to guesses were: at things that exist, and at things that do not.
#[derive(Default)]
struct Heard {
    hits: u32,
    /// How often each answer came: its status, the length of its body, and the names of its headers.
    answers: [BTreeMap<String, u32>; 2],
    /// The times of the answers that refused the guess itself, and of those that told to wait, microseconds.
    times_us: [[Vec<f64>; 2]; 2],
}

/// The router and what exists behind it.
struct World {
    router: Router,
    store: Arc<SqliteStore>,
    identities: Identities,
    clock: Clock,
    rng: StdRng,
    doctor: String,
    known: String,
    tablet: EcdsaKeyPair,
    codes: Vec<String>,
    visits: u32,
    refused: u32,
}

impl World {
    async fn start(folder: &Path) -> Self {
        let (store, clock) = (
            Arc::new(
                SqliteStore::open(folder, &teranga::data_folder::default_key_file(folder))
                    .await
                    .expect("the store opens"),
            ),
            Clock::start(),
        );
        let structure = Structure::new(place(), StructureKind::Post);
        store.put_structure(&structure).await.expect("a new place");
        let identities = Identities::new(&Stores::of(store.clone()), clock);
        let state = http_state::open(store.clone(), clock, folder, mpsc::channel(64).0).await;
        let tablet = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let (doctor, known) = (String::new(), String::new());
        let rng = StdRng::seed_from_u64(1);
        let (codes, visits, refused) = (Vec::new(), 0, 0);
        let router = router(state);
        let mut world =
            Self { router, store, identities, clock, rng, doctor, known, tablet, codes, visits, refused };
        world.fill().await;
        world
    }

    /// Adds accounts, devices, codes and consultations, all of them strangers to the guesser.
    async fn fill(&mut self) {
        let hash = password::hash(PASSWORD).expect("a password");
        let epoch = self.store.take_over().await.expect("the store can be written");
        for number in 0..EXISTING {
            let post = device(number);
            let (identity, login, password_hash) = (person(number), login(number).into(), hash.clone());
            let doctor = NewAccount { identity, login, password_hash, order_number: None };
            self.identities.add_person(&doctor).await.expect("a new account");
            self.store.add_device(&post, self.clock.timestamp()).await.expect("a new device");
            self.enroll(&post.party).await;
            self.codes.push(self.identities.new_code(&post.party).await.expect("a code").into_inner());
            let request = asked(consultation(number));
            let what = What::Requested { post: post.clone(), request };
            let fact = Fact { at: Timestamp(5), by: Some(post.party), staff: None, what };
            let appended = self.store.append(consultation(number), FactNumber::FIRST, epoch, &fact).await;
            appended.expect("a first fact");
        }
        let signed_in = self.visit_of_doctor().await;
        let cookies: Vec<_> = signed_in.headers().get_all(header::SET_COOKIE).iter().collect();
        let pair =
            |at: usize| cookies[at].to_str().expect("ASCII").split(';').next().expect("a pair").to_owned();
        (self.doctor, self.known) = (pair(0), pair(1));
        assert!(self.visit_of_post().await, "a tablet is enrolled");
    }

    /// Binds the tablet's key to a device.
    async fn enroll(&self, device: &PartyId) {
        let code = self.identities.new_code(device).await.expect("a code").into_inner();
        let client = Client { from: Ipv4Addr::LOCALHOST.into(), browser: "" };
        let key = self.tablet.public_key();
        self.identities.enroll(&code, key.as_ref(), client).await.expect("a right code");
    }

    /// Asks for challenges, and returns by how much the memory grew, kB.
    async fn ask_for_challenges(&self) -> u64 {
        let before = resident_kb();
        for name in ["x".repeat(60_000), "x".repeat(64)] {
            for from in 0..4_200 {
                self.send(ask("/api/devices/challenge", &json!({ "device": name }), from, "")).await;
            }
        }
        resident_kb().saturating_sub(before)
    }

    /// Guesses, prints what was heard, and returns how many things that was which nobody should hear.
    async fn enumerate(&mut self, kind: Kind, guesses: u32) -> u32 {
        let mut heard = Heard::default();
        let mut exists = true;
        for number in 0..guesses {
            exists = if number % 2 == 0 { self.rng.random() } else { !exists };
            let request = self.guess(kind, number, exists).await;
            let begun = self.clock.now();
            let response = self.router.clone().oneshot(request).await.expect("the router always answers");
            let elapsed = begun.elapsed();
            heard.note(exists, response, elapsed).await;
            if number % (guesses / VISITS).max(1) == 0 {
                self.visit().await;
            }
        }
        heard.print(kind, &mut self.rng)
    }

    /// A guess, which is wrong even where it names something that exists.
    async fn guess(&mut self, kind: Kind, number: u32, exists: bool) -> Request<Body> {
        let (which, from) = (number / 2 % EXISTING, self.rng.random::<u32>() | 1 << 31);
        match kind {
            Kind::Code => {
                // A code that exists is one letter away from the guess: nobody is told how near it was.
                let mut code = self.codes[usize::try_from(which).expect("few")].clone();
                let last = code.pop().expect("a letter");
                code.push(if last == '0' { '1' } else { '0' });
                // Both are made each time: what is done just before a guess changes the time of its answer.
                let fresh = secret::code().into_inner();
                let code = if exists { code } else { fresh };
                let key = secret::encode(self.tablet.public_key().as_ref());
                ask("/api/devices/enroll", &json!({ "code": code, "public_key": key }), from, "")
            }
            Kind::Consultation | Kind::Photo => {
                let [random, photo] = [0; 2].map(|_| Uuid::from_u128(self.rng.random()));
                let id = if exists { consultation(which) } else { ConsultationId(random) };
                let record = format!("/api/consultations/{id}");
                let photo = format!("{record}/photos/{photo}?length=1000");
                let request = Request::get(if matches!(kind, Kind::Photo) { photo } else { record });
                let request = request.header(header::COOKIE, &self.doctor);
                request.extension(ConnectInfo(address(from))).body(Body::empty()).expect("a request")
            }
            Kind::Device => {
                let device = if exists { device(which).party.0 } else { format!("kiosk-{:02}x", which / 10) };
                let challenge = ask("/api/devices/challenge", &json!({ "device": device }), from, "");
                let challenge = json_of(self.send(challenge).await).await["challenge"].clone();
                let signature = secret::encode(&[7; 64]);
                let body = json!({ "device": device, "challenge": challenge, "signature": signature });
                ask("/api/devices/signin", &body, from, "")
            }
            Kind::Login => {
                let login = if exists { login(which) } else { format!("nobody-{which:03}") };
                let body = json!({ "login": login, "password": "le fleuve a Matam" });
                ask("/api/signin", &body, number / 2 % ADDRESSES + 1, "")
            }
        }
    }

    /// People who may come in do so, from addresses of the guesser.
    async fn visit(&mut self) {
        let (doctor, post) = (self.visit_of_doctor().await.status().is_success(), self.visit_of_post().await);
        self.visits += 2;
        self.refused += u32::from(!doctor) + u32::from(!post);
    }

    async fn visit_of_doctor(&self) -> Response<Body> {
        let body = json!({ "login": login(0), "password": PASSWORD });
        self.send(ask("/api/signin", &body, 1, &self.known)).await
    }

    /// A tablet is enrolled with a right code and signs in with its key.
    async fn visit_of_post(&self) -> bool {
        // Each visit is that of another post: one tablet does not sign in twice a second.
        let device = device(self.visits / 2 % EXISTING).party;
        let code = self.identities.new_code(&device).await.expect("a code").into_inner();
        let key = secret::encode(self.tablet.public_key().as_ref());
        let enrolment = ask("/api/devices/enroll", &json!({ "code": code, "public_key": key }), 1, "");
        let enrolled = self.send(enrolment).await.status().is_success();
        let asked = self.send(ask("/api/devices/challenge", &json!({ "device": device }), 1, "")).await;
        let challenge = json_of(asked).await["challenge"].as_str().expect("a challenge").to_owned();
        let bytes = secret::decode(&challenge, 64).expect("base64url");
        let signature = self.tablet.sign(&SystemRandom::new(), &bytes).expect("a signature");
        let signature = secret::encode(signature.as_ref());
        let body = json!({ "device": device, "challenge": challenge, "signature": signature });
        enrolled && self.send(ask("/api/devices/signin", &body, 1, "")).await.status().is_success()
    }

    async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.expect("the router always answers")
    }
}

impl Heard {
    async fn note(&mut self, exists: bool, response: Response<Body>, elapsed: Duration) {
        let status = response.status();
        self.hits += u32::from(status.is_success());
        let names: Vec<_> = response.headers().keys().map(ToString::to_string).collect();
        let waits = status.as_u16() == 429;
        let body = to_bytes(response.into_body(), usize::MAX).await.expect("a whole body");
        // The seconds to wait are those of the throttle, and differ from guess to guess.
        let length = if waits { 0 } else { body.len() };
        let answer = format!("{status} {length} {}", names.join(","));
        *self.answers[usize::from(exists)].entry(answer).or_default() += 1;
        self.times_us[usize::from(waits)][usize::from(exists)].push(elapsed.as_secs_f64() * 1e6);
    }

    fn print(&mut self, kind: Kind, rng: &mut StdRng) -> u32 {
        let [without, with] = &self.answers;
        let told = u32::from(without.keys().ne(with.keys()));
        println!("{kind:?}: {} hits, answers that differ: {told}", self.hits);
        let mut found = self.hits + told;
        for (name, times_us) in ["refused", "told to wait"].iter().zip(&mut self.times_us) {
            let [without, with] = times_us;
            if without.len().min(with.len()) < FEW {
                continue;
            }
            let (without_us, with_us) = (median(without), median(with));
            let noise_us = noise(without, with, rng);
            let differs = (with_us - without_us).abs() > noise_us;
            found += u32::from(differs);
            println!(
                "  {name:<13} {:>6} times: exists {with_us:>9.1}, does not {without_us:>9.1}, difference {:>7.2}, \
                 noise {noise_us:>7.2}{}",
                without.len() + with.len(),
                with_us - without_us,
                if differs { "  TOLD" } else { "" }
            );
        }
        found
    }
}

/// Resident memory of this process, kB: the second field of `statm` counts pages of 4 kB.
fn resident_kb() -> u64 {
    let text = fs::read_to_string("/proc/self/statm").expect("Linux tells the memory of a process");
    4 * text.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).expect("a number of pages")
}

fn median(times: &mut [f64]) -> f64 {
    let middle = times.len() / 2;
    *times.select_nth_unstable_by(middle, f64::total_cmp).1
}

/// The largest difference between the medians of two random halves of all times.
fn noise(one: &[f64], other: &[f64], rng: &mut StdRng) -> f64 {
    let mut all = [one, other].concat();
    let splits = (0..SPLITS).map(|_| {
        all.shuffle(rng);
        let (left, right) = all.split_at_mut(one.len());
        (median(left) - median(right)).abs()
    });
    splits.fold(0.0, f64::max)
}

/// Random halves from which the noise is known.
const SPLITS: usize = 1_000;

/// Fewer times say nothing.
const FEW: usize = 100;

fn ask(path: &str, body: &Value, from: u32, cookie: &str) -> Request<Body> {
    let request = Request::post(path).header(header::ORIGIN, ORIGIN).header(header::COOKIE, cookie);
    let request = request.header(header::CONTENT_TYPE, "application/json");
    request.extension(ConnectInfo(address(from))).body(body.to_string().into()).expect("a request")
}

async fn json_of(response: Response<Body>) -> Value {
    let body = to_bytes(response.into_body(), usize::MAX).await.expect("a whole body");
    serde_json::from_slice(&body).unwrap_or_default()
}

fn address(number: u32) -> SocketAddr {
    (Ipv4Addr::from_bits(number), 9).into()
}

fn login(number: u32) -> String {
    format!("doctor-{number:03}")
}

fn person(number: u32) -> Identity {
    identity(&format!("person-{number:03}"), Role::Doctor)
}

fn device(number: u32) -> Identity {
    identity(&format!("kiosk-{number:03}"), Role::Kiosk)
}

fn consultation(number: u32) -> ConsultationId {
    ConsultationId(Uuid::from_u128(u128::from(number) + 1))
}

fn asked(request: ConsultationId) -> Asked {
    let speciality = teranga_clinic::people::Speciality::Obstetrics;
    Asked {
        request,
        speciality,
        urgency: Urgency::Stat,
        intake: Intake::default(),
        defer_to: None,
        patient: None,
        appointment_with: None,
    }
}

fn place() -> Place {
    let [id, name, district, region, phone] = ["poste", "Poste", "Matam", "Matam", ""].map(String::from);
    Place { id, name, district, region, phone }
}

fn identity(party: &str, role: Role) -> Identity {
    Identity { party: PartyId(party.into()), role, name: party.into(), place: place(), specialities: vec![] }
}
