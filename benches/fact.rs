//! The cost of a fact: the time until it is on the disk, and the CPU time of what protects it, the seal of its text and its row
//! in the audit chain. Run: `cargo bench -p teranga --bench fact`.

use std::{env, fs, process, time::Instant};
use teranga::{
    clock::Clock,
    data_folder::default_key_file,
    store::{
        Journal, SqliteStore,
        audit_chain::{AuditHead, AuditRow},
        sealing::Place,
    },
};
use teranga_clinic::{
    clinical::Note,
    fact::{Fact, FactNumber, What},
    id::{ConsultationId, PartyId},
    people::{self, Identity, Role, Speciality},
    request::{Intake, Request, Urgency},
    time::Timestamp,
};
use uuid::Uuid;

/// Facts that are stored, and protected in memory.
const FACTS: u32 = 1_000;

/// The text of a note: half a page.
const TEXT_CHARS: usize = 1_000;

const CONSULTATION: ConsultationId = ConsultationId(Uuid::from_u128(1));

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let folder = env::temp_dir().join(format!("teranga-bench-fact-{}", process::id()));
    let keys = default_key_file(&folder);
    runtime.block_on(async {
        let store = SqliteStore::open(&folder, &keys).await.expect("the store opens");
        let stored_us = store_facts(&store).await;
        println!("a fact until it is on the disk: {stored_us:.0} µs");
        println!("of which seal and audit chain:  {:.1} µs", protect(&store));
        store.close().await;
    });
    let _ = fs::remove_dir_all(&folder);
    let _ = keys.parent().map(fs::remove_dir_all);
}

/// Stores facts one after the other; microseconds each.
async fn store_facts(store: &SqliteStore) -> f64 {
    let epoch = store.take_over().await.expect("the store can be written");
    store.append(CONSULTATION, FactNumber::FIRST, epoch, &requested()).await.expect("a fact");
    let began = Clock::start().now();
    let mut number = FactNumber::FIRST;
    for revision in 0..FACTS {
        number = number.next();
        store.append(CONSULTATION, number, epoch, &noted(revision)).await.expect("a fact");
    }
    micros_each(began)
}

/// Seals texts of this length and chains their rows; microseconds each.
fn protect(store: &SqliteStore) -> f64 {
    let (text, place) = ("x".repeat(TEXT_CHARS), Place { purpose: "bench", subject: b"consultation" });
    let (mut head, began) = (AuditHead::EMPTY, Clock::start().now());
    for number in 0..FACTS {
        let sealed = store.record_keys().seal(place, &number.to_be_bytes(), text.as_bytes());
        let row = AuditRow {
            at: 0,
            did: "fact".into(),
            consultation: CONSULTATION.0,
            party: Some("doctor".into()),
            photo: None,
            fact: Some(number.into()),
            digest: Some(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &sealed).as_ref().to_vec()),
        };
        head = head.followed_by(&row);
        std::hint::black_box(store.record_keys().code("bench", &head.hash));
    }
    micros_each(began)
}

fn micros_each(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1e6 / f64::from(FACTS)
}

fn requested() -> Fact {
    let place = ["poste", "Poste", "Matam", "Matam", ""].map(String::from);
    let [id, name, district, region, phone] = place;
    let place = people::Place { id, name, district, region, phone };
    let party = PartyId("post".into());
    let post = Identity {
        party: party.clone(),
        role: Role::Kiosk,
        name: "Poste".into(),
        place,
        specialities: vec![],
    };
    let (speciality, urgency) = (Speciality::General, Urgency::Routine);
    let request = Request {
        request: CONSULTATION,
        speciality,
        urgency,
        intake: Intake::default(),
        defer_to: None,
        patient: None,
        appointment_with: None,
    };
    Fact { at: Timestamp(1), by: Some(party), staff: None, what: What::Requested { post, request } }
}

fn noted(revision: u32) -> Fact {
    let note = Note { consultation: CONSULTATION, revision, text: "x".repeat(TEXT_CHARS).into() };
    Fact { at: Timestamp(2), by: Some(PartyId("doctor".into())), staff: None, what: What::Noted { note } }
}
