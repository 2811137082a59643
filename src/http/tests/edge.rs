//! What every address of the interface sends along, who reads the metrics, and what the liveness probe watches.

use super::{House, answer, asked_from_outside, code, house, post, state};
use crate::{
    health::{HealthMonitor, Sources},
    http::state::{Edge, HttpState, MetricsToken},
    net::places::{Bounds, ConnectionPlaces},
    pulse::{DEAD_AFTER, Pulse},
    security::SecurityLog,
};
use axum::{
    body::Body,
    http::{Method, Request, header},
};
use std::{fs, path::Path, sync::Arc, time::Duration};
use tokio::sync::watch;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// Every path that a source file of `src/http` gives to a router, with a value for each of its parameters.
fn all_paths() -> Vec<String> {
    fn sources(folder: &Path, found: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else {
                found.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut text = String::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http"), &mut text);
    let routes = text.split(concat!(".route", "(")).skip(1);
    let paths = routes.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split_once('"'));
    let id = "00000000-0000-0000-0000-000000000001";
    let filled = |path: &str| {
        path.split('/')
            .map(|part| if part.starts_with('{') { id } else { part })
            .collect::<Vec<_>>()
            .join("/")
    };
    paths.map(|(path, _)| filled(path)).collect()
}

impl House {
    pub(super) async fn with_edge(self, edge: Edge) -> Self {
        let base =
            state(self.identities.clone(), self.store.clone(), Arc::default(), self.clock, &self.folder)
                .await;
        Self { router: asked_from_outside(HttpState { edge, ..base }), ..self }
    }

    async fn metrics(&self, authorization: &str) -> u16 {
        let request = Request::get("/metrics").header(header::AUTHORIZATION, authorization);
        self.send(request.body(Body::empty()).unwrap()).await.status().as_u16()
    }
}

#[tokio::test]
async fn every_address_sends_the_security_headers_and_is_kept_by_no_cache() {
    let house = house().await.with_edge(Edge { hsts: true, ..Edge::default() }).await;
    let (paths, doctor) = (all_paths(), house.sign_in("awa").await);
    assert!(paths.len() >= 15, "{paths:?}");
    let pages =
        ["/", "/poste", "/medecin", "/exploitation", "/verifier", "/accueil", "/ambulance", "/nothing-here"]
            .map(str::to_owned);
    for path in paths.iter().chain(&pages) {
        for (method, cookie) in [(Method::GET, ""), (Method::POST, ""), (Method::GET, doctor.as_str())] {
            let request = Request::builder().method(&method).uri(path).header(header::COOKIE, cookie);
            let response = house.send(request.body(Body::empty()).unwrap()).await;
            let has = |name: &str, part: &str| {
                let value =
                    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
                assert!(value.contains(part), "{method} {path}: {name} is {value:?}, not {part}");
            };
            has("content-security-policy", "require-trusted-types-for 'script'");
            has("content-security-policy", "frame-ancestors 'none'");
            has("x-content-type-options", "nosniff");
            has("referrer-policy", "no-referrer");
            has("permissions-policy", "geolocation=()");
            has("cross-origin-opener-policy", "same-origin");
            has("cross-origin-embedder-policy", "require-corp");
            has("cross-origin-resource-policy", "same-origin");
            has("strict-transport-security", "max-age=31536000");
            if !pages.contains(path) {
                has("cache-control", "no-store");
            }
        }
    }
}

#[tokio::test]
async fn an_address_asks_for_a_session_unless_it_is_named_here() {
    let open = ["/livez", "/readyz", "/version", "/api/signin", "/api/signout"];
    let house = house().await;
    for path in all_paths() {
        let is_open = ["/api/devices/", "/api/verifier/"].iter().any(|folder| path.starts_with(folder));
        if open.contains(&path.as_str()) || is_open {
            continue;
        }
        let mut refused = 0;
        for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE] {
            let request =
                Request::builder().method(method.clone()).uri(&path).header(header::ORIGIN, super::ORIGIN);
            let status = house.send(request.body(Body::empty()).unwrap()).await.status().as_u16();
            assert!(matches!(status, 400 | 401 | 404 | 405 | 426), "{method} {path}: {status}");
            refused += u32::from(status != 405);
        }
        assert!(refused > 0, "{path} has a handler");
    }
}

#[tokio::test]
async fn an_installation_with_an_authority_of_its_own_locks_no_browser_out() {
    let house = house().await;
    let response = house.send(Request::get("/").body(Body::empty()).unwrap()).await;
    assert!(!response.headers().contains_key(header::STRICT_TRANSPORT_SECURITY));
}

#[tokio::test]
async fn metrics_are_for_operators_and_for_who_has_the_token() {
    let file = std::env::temp_dir().join(format!("teranga-metrics-{}", std::process::id()));
    fs::write(&file, "short\n").unwrap();
    assert!(MetricsToken::load(&file).is_err());
    fs::write(&file, format!("{TOKEN}\n")).unwrap();
    let metrics_token = Some(Arc::new(MetricsToken::load(&file).unwrap()));
    fs::remove_file(&file).unwrap();
    assert!(MetricsToken::load(&file).unwrap_err().to_string().contains("teranga-metrics"));
    let house = house().await;
    assert_eq!(house.metrics(&format!("Bearer {TOKEN}")).await, 404, "there is no token");
    let house = house.with_edge(Edge { metrics_token, ..Edge::default() }).await;
    assert_eq!(house.metrics(&format!("Bearer {TOKEN}")).await, 200);
    for wrong in ["", "Bearer ", "Bearer 0123456789abcdef0123456789abcdee", TOKEN, "Basic x"] {
        assert_eq!(house.metrics(wrong).await, 404, "{wrong}");
    }
    let (doctor, operator) = (house.sign_in("awa").await, house.sign_in("ops").await);
    assert_eq!(house.get("/metrics", &doctor).await, code(404, "not_found"));
    assert_eq!(house.get("/metrics", &operator).await.0, 200);
}

#[tokio::test]
async fn liveness_fails_when_the_hub_stands_still() {
    let house = house().await;
    let pulse = Pulse::new(house.clock);
    let health = Arc::new(HealthMonitor::new(Sources {
        clock: house.clock,
        data: house.folder.to_path_buf(),
        sockets: Arc::default(),
        places: ConnectionPlaces::new(Bounds::share(64)),
        shards: Arc::new([]),
        ledger: Arc::default(),
        journal: house.store.clone(),
        hub: watch::channel(<_>::default()).1,
        hub_pulse: pulse.clone(),
        draining: Arc::default(),
        security: Arc::new(SecurityLog::new(house.clock)),
        outbound: Arc::default(),
        publications: Arc::default(),
        audit: watch::channel(<_>::default()).1,
    }));
    let base =
        state(house.identities.clone(), house.store.clone(), Arc::default(), house.clock, &house.folder)
            .await;
    let house = House { router: asked_from_outside(HttpState { health, ..base }), ..house };
    assert_eq!(house.get("/livez", "").await.0, 200);
    tokio::time::sleep(DEAD_AFTER + Duration::from_millis(100)).await;
    assert_eq!(house.get("/livez", "").await.0, 503);
    pulse.beat();
    assert_eq!(house.get("/livez", "").await.0, 200, "a hub that goes on is alive");
}

#[tokio::test]
async fn deep_and_large_json_is_refused_without_harm() {
    let house = house().await;
    let deep = "[".repeat(30_000);
    let bomb = format!("{{\"login\":{}", "{\"a\":".repeat(10_000));
    for body in [deep, bomb, "{".to_owned(), "\u{0}".to_owned(), "null".to_owned(), "1e999".to_owned()] {
        let refused = house.send(post("/api/signin", super::ORIGIN, body)).await;
        let status = answer(refused).await.0;
        assert!(matches!(status, 400 | 413), "{status}");
    }
    let large = "x".repeat(1 << 20);
    assert_eq!(answer(house.send(post("/api/signin", super::ORIGIN, large)).await).await.0, 413);
}
