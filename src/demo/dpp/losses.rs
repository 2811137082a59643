//! Publishing to a stand-in that loses answers, from a worker that is killed between sending and answer: nothing is lost and nothing is
//! doubled. `TERANGA_LOSSES` says how many records are published (20 without it).

use super::{Shelf, router, serve};
use crate::{
    dpp::Dpp,
    outbound::{Pause, Publisher},
    store::{
        HasPatients, HasPublications, HasStaff, SqliteStore,
        testing::{Folder, close, consultation, publishable},
    },
};
use axum::{
    Router,
    body::Body,
    extract::Request,
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use std::{
    collections::BTreeMap,
    env, io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use teranga_clinic::{publication::PublicationState, time::Timestamp};
use tokio::time::timeout;

/// A sequence that is the same in every run (Knuth's MMIX generator).
#[derive(Clone, Default)]
struct Chance(Arc<AtomicU64>);

impl Chance {
    /// A number below `most`.
    fn below(&self, most: u64) -> u64 {
        let next = |seed: u64| {
            Some(seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407))
        };
        let seed = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).unwrap();
        (seed >> 33) % most
    }
}

/// The stand-in behind a line that loses four answers of ten: two after the work was done, two before.
fn lossy(shelf: Arc<Shelf>, chance: Chance) -> Router {
    router(shelf).layer(middleware::from_fn(move |request: Request, next: Next| {
        let chance = chance.clone();
        async move {
            match chance.below(10) {
                0 => StatusCode::SERVICE_UNAVAILABLE.into_response(),
                1 => broken(),
                2 => {
                    next.run(request).await;
                    StatusCode::BAD_GATEWAY.into_response()
                }
                3 => {
                    next.run(request).await;
                    broken()
                }
                _ => next.run(request).await,
            }
        }
    }))
}

/// An answer that breaks off.
fn broken() -> Response {
    let cut = futures_util::stream::once(async { Err::<Vec<u8>, _>(io::Error::other("cut")) });
    Response::new(Body::from_stream(cut))
}

fn publisher(store: &Arc<SqliteStore>, dpp: &Arc<Dpp>) -> Publisher {
    Publisher {
        publications: store.publications(),
        journal: store.clone(),
        staff: store.staff(),
        patients: store.patients(),
        dpp: dpp.clone(),
        systems: Arc::default(),
        totals: Arc::default(),
        pause: Pause::default(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_and_nothing_is_doubled_when_answers_are_lost_and_workers_die() {
    let count: u128 = env::var("TERANGA_LOSSES").ok().and_then(|count| count.parse().ok()).unwrap_or(20);
    let folder = Folder::new();
    let store = Arc::new(folder.open().await);
    let (shelf, chance) = (Arc::<Shelf>::default(), Chance::default());
    let server = serve(lossy(shelf.clone(), chance.clone())).await.unwrap();
    let dpp = Arc::new(Dpp::new(Some(server)).unwrap());
    let publications = store.publications();
    let before = documents(&shelf).len();
    let (mut now, mut kills) = (Timestamp(1_800_000_000_000), 0_u32);
    // Each record has two versions, and the second replaces the first.
    for is_second in [false, true] {
        for number in 1..=count {
            if is_second {
                close(&store, consultation(number)).await;
            } else {
                publishable(&store, consultation(number), "SN-DEMO-0001").await;
            }
        }
        while publications.counts().await.unwrap().waiting > 0 {
            now = now.plus_ms(15 * 60_000);
            let life = Duration::from_millis(chance.below(60));
            let mut worker = publisher(&store, &dpp);
            match timeout(life, worker.work(now)).await {
                Ok(done) => done.unwrap(),
                Err(_) => kills += 1,
            }
        }
    }
    let mut owed = 0;
    for number in 1..=count {
        for row in publications.of_consultation(consultation(number)).await.unwrap() {
            let is_done = matches!(row.state, PublicationState::Sent | PublicationState::Dropped);
            assert!(is_done, "{row:?}");
            owed += usize::from(row.state == PublicationState::Sent);
        }
    }
    let found = documents(&shelf);
    assert_eq!(found.values().sum::<usize>() - before, owed, "lost or doubled, with {kills} kills");
    assert!(found.values().all(|count| *count == 1), "{found:?}");
    println!("figure: {owed} documents published, {kills} workers killed, 0 lost, 0 doubled");
}

/// How many documents the stand-in has of each name.
fn documents(shelf: &Shelf) -> BTreeMap<String, usize> {
    let mut names = BTreeMap::new();
    for one in shelf.all().iter().filter(|one| one["resourceType"] == "DocumentReference") {
        let name = one["masterIdentifier"]["value"].as_str().or_else(|| one["id"].as_str()).unwrap();
        *names.entry(name.to_owned()).or_default() += 1;
    }
    names
}
