//! What operations ask over HTTP: is it alive, may it take work, how is it.

use crate::{
    http::{Door, auth::SignedIn, error::ApiError},
    metrics::Snapshot,
};
use axum::{
    Json,
    extract::{ConnectInfo, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use std::net::SocketAddr;
use teranga_clinic::people::Role;

/// The server's own state, for the operations page.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Health {
    /// Version of the program.
    pub version: &'static str,
    /// Seconds since the start.
    #[cfg_attr(test, ts(type = "number"))]
    pub uptime_s: u64,
    /// Resident memory, bytes.
    #[cfg_attr(test, ts(type = "number"))]
    pub rss_bytes: u64,
    /// Share of one core used over the last second, percent.
    pub cpu_percent: f32,
    /// Rooms with a transport.
    #[cfg_attr(test, ts(type = "number"))]
    pub rooms: u64,
    /// Participants with a transport.
    #[cfg_attr(test, ts(type = "number"))]
    pub peers: u64,
    /// Datagrams received a second.
    pub packets_in_per_s: f32,
    /// Datagrams sent a second.
    pub packets_out_per_s: f32,
    /// Datagrams refused a second.
    pub dropped_per_s: f32,
    /// Open `WebSocket`s.
    pub ws_sessions: usize,
    /// Requests in the queue.
    pub waiting: usize,
    /// Whether the last write to the store succeeded.
    pub store_ok: bool,
    /// Whether the server takes no new work.
    pub draining: bool,
}

impl Health {
    /// The state now, with rates over the time since `before`.
    #[expect(clippy::cast_precision_loss, reason = "rates for people's eyes")]
    pub fn between(before: &Snapshot, now: &Snapshot, span_ms: u64, uptime_s: u64, store_ok: bool) -> Self {
        let per_s = |old: u64, new: u64| new.saturating_sub(old) as f32 * 1_000.0 / span_ms.max(1) as f32;
        Self {
            version: env!("CARGO_PKG_VERSION"),
            uptime_s,
            rss_bytes: now.resident_bytes,
            cpu_percent: per_s(before.cpu_ms, now.cpu_ms) / 10.0,
            rooms: now.rooms(),
            peers: now.peers(),
            packets_in_per_s: per_s(before.packets_in(), now.packets_in()),
            packets_out_per_s: per_s(before.packets_out(), now.packets_out()),
            dropped_per_s: per_s(before.dropped(), now.dropped()),
            ws_sessions: now.sockets,
            waiting: now.hub.waiting,
            store_ok,
            draining: now.draining,
        }
    }
}

/// `/livez`: the process answers. Nothing else is asked: a database that is down must not end a call.
pub async fn alive() -> &'static str {
    "ok"
}

/// `/readyz`: may take new consultations.
pub async fn ready(State(door): State<Door>) -> (StatusCode, &'static str) {
    if door.is_draining() { (StatusCode::SERVICE_UNAVAILABLE, "draining") } else { (StatusCode::OK, "ok") }
}

/// `/version`.
pub async fn version() -> Json<serde_json::Value> {
    Json(serde_json::json!({ "name": "teranga", "version": env!("CARGO_PKG_VERSION") }))
}

/// `/api/ops/health`: to operators.
pub async fn health(State(door): State<Door>, SignedIn(who): SignedIn) -> Result<Json<Health>, ApiError> {
    if who.role != Role::Operator {
        return Err(ApiError::NOT_FOUND);
    }
    Ok(Json(door.observer.health()))
}

/// `/metrics`: to this machine and to operators.
pub async fn metrics(
    State(door): State<Door>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    who: Option<SignedIn>,
) -> Response {
    let operator = who.is_some_and(|SignedIn(who)| who.role == Role::Operator);
    if !operator && !peer.ip().to_canonical().is_loopback() {
        return ApiError::NOT_FOUND.into_response();
    }
    door.observer.render().into_response()
}
