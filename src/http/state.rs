//! The state that every request handler shares.

use crate::{
    clock::Clock,
    health::HealthMonitor,
    identity::Identities,
    security::{SecurityKind, SecurityLog},
    sockets::Sockets,
    store::{Journal, SealedPhotos, TokenHash},
};
use axum::http::{HeaderValue, Uri, uri::Scheme};
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};
use teranga_signaling::{contract::Input, id::SessionId};
use tokio::sync::mpsc;

/// The state of the router. It is cheap to clone: every request gets a copy.
#[derive(Clone)]
pub struct HttpState {
    /// Accounts, devices and sessions.
    pub identities: Arc<Identities>,
    /// The journal of consultations.
    pub journal: Arc<dyn Journal>,
    /// The sealed photo store.
    pub photos: SealedPhotos,
    /// The server's clock.
    pub clock: Clock,
    /// The host names of this server, against which `Origin` is checked.
    pub names: Arc<[String]>,
    /// The open `WebSocket`s.
    pub sockets: Arc<Sockets>,
    /// The queue to the hub. A sender waits while it is full, which slows the socket that sends too much.
    pub inputs: mpsc::Sender<Input>,
    /// The figures of the server's health.
    pub health: Arc<HealthMonitor>,
    /// The log of security events.
    pub security: Arc<SecurityLog>,
    /// True if the server takes no new work.
    pub draining: Arc<AtomicBool>,
    /// The number of the next WebSocket session.
    pub sessions: Arc<AtomicU64>,
}

impl HttpState {
    /// A number that no other WebSocket session of this process has.
    pub(super) fn next_session(&self) -> SessionId {
        SessionId(self.sessions.fetch_add(1, Ordering::Relaxed))
    }

    /// True if the server takes no new work.
    pub(super) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Closes the sockets of an HTTP session that has ended: the hub says goodbye on them, and whoever is in a call on one
    /// has left it.
    pub(super) async fn close_sockets(&self, key: &TokenHash) {
        self.security.record(SecurityKind::SessionEnded, None, None);
        for session in self.sockets.bound_to(key) {
            let _ = self.inputs.send(Input::SignedOut { session }).await;
        }
    }

    /// True if an `Origin` header (RFC 6454) names this server over HTTPS. The port does not matter.
    pub(super) fn is_own_origin(&self, origin: &HeaderValue) -> bool {
        let origin = origin.to_str().ok().and_then(|text| text.parse::<Uri>().ok()).unwrap_or_default();
        let host = origin.host().unwrap_or_default().trim_matches(['[', ']']);
        origin.scheme() == Some(&Scheme::HTTPS)
            && self.names.iter().any(|name| name.eq_ignore_ascii_case(host))
    }
}
