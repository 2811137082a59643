//! The door: one HTTPS port for pages, the API, the WebSocket and the machines that watch us.

pub mod api;
pub mod auth;
pub mod error;
mod link;
pub mod ops;
pub mod pages;
pub mod photos;
#[cfg(test)]
mod tests;
pub mod wire;
pub mod ws;

use crate::{
    clock::Clock,
    health::Observer,
    identity::Identities,
    net,
    sockets::Sockets,
    store::{Records, Vault},
};
use axum::{
    Router,
    http::{HeaderValue, Uri, uri::Scheme},
    middleware,
    routing::get,
};
use hyper_util::{
    rt::{TokioExecutor, TokioTimer},
    server::conn::auto::Builder,
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};
use teranga_signaling::{hub::Input, id::SessionId};
use tokio::sync::mpsc;

/// Streams that one HTTP/2 connection may have open: a page has a dozen files.
const STREAMS: u32 = 32;

/// What the door needs: cheap to clone, one for each request.
#[derive(Clone)]
pub struct Door {
    /// Who is who.
    pub identities: Arc<Identities>,
    /// What was done.
    pub records: Arc<dyn Records>,
    /// What was photographed.
    pub photos: Vault,
    /// The door to time.
    pub clock: Clock,
    /// Names under which people reach us: for the check of `Origin`.
    pub names: Arc<[String]>,
    /// Open sockets.
    pub sockets: Arc<Sockets>,
    /// To the hub; waiting when it is full slows the socket that waits.
    pub inputs: mpsc::Sender<Input>,
    /// Looks at the house.
    pub observer: Arc<Observer>,
    /// Whether no new work is taken.
    pub draining: Arc<AtomicBool>,
    /// Number of the next session.
    pub sessions: Arc<AtomicU64>,
}

impl Door {
    fn next_session(&self) -> SessionId {
        SessionId(self.sessions.fetch_add(1, Ordering::Relaxed))
    }

    fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Whether an `Origin` is one of our names over HTTPS, at any port.
    fn is_own(&self, origin: &HeaderValue) -> bool {
        let origin = origin.to_str().ok().and_then(|text| text.parse::<Uri>().ok()).unwrap_or_default();
        let host = origin.host().unwrap_or_default().trim_matches(['[', ']']);
        origin.scheme() == Some(&Scheme::HTTPS)
            && self.names.iter().any(|name| name.eq_ignore_ascii_case(host))
    }
}

/// Every address of the server.
pub fn router(door: Door) -> Router {
    Router::new()
        .merge(api::router())
        .merge(link::router())
        .merge(photos::router())
        .route("/api/ops/health", get(ops::health))
        .route("/metrics", get(ops::metrics))
        .route("/livez", get(ops::alive))
        .route("/readyz", get(ops::ready))
        .route("/version", get(ops::version))
        .route("/ws", get(ws::open))
        .fallback(get(pages::serve))
        .layer(middleware::from_fn_with_state(door.clone(), auth::own_pages_only))
        .layer(middleware::from_fn(pages::harden))
        .with_state(door)
}

/// Bounds how long and how much a connection may ask.
pub fn set_patience(builder: &mut Builder<TokioExecutor>) {
    builder.http1().timer(TokioTimer::new()).header_read_timeout(net::accept::HEADER_PATIENCE);
    builder.http2().timer(TokioTimer::new()).max_concurrent_streams(STREAMS);
}
