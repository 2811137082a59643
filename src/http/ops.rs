//! What operations ask over HTTP: is it alive, may it take work, how is it.

use crate::{
    health::Health,
    http::{Door, auth::SignedIn, error::ApiError},
};
use axum::{
    Json,
    extract::{ConnectInfo, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use std::net::SocketAddr;
use teranga_clinic::people::Role;

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
