//! The probes of a supervisor (`/livez`, `/readyz`), the version, the health for the operations page, and the metrics
//! for Prometheus.

use crate::{
    health::Health,
    http::{error::ApiError, session::auth::SignedIn, state::HttpState},
};
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use teranga_clinic::people::Role;

/// The addresses for monitoring.
pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/livez", get(alive))
        .route("/readyz", get(ready))
        .route("/version", get(version))
        .route("/api/ops/health", get(health))
        .route("/metrics", get(metrics))
}

/// The liveness probe: the hub's task and every media thread have moved in the last seconds. It does not ask the store,
/// because a database that is down must not end the calls.
async fn alive(State(state): State<HttpState>) -> (StatusCode, &'static str) {
    match state.health.dead_part() {
        None => (StatusCode::OK, "ok"),
        Some(part) => (StatusCode::SERVICE_UNAVAILABLE, part),
    }
}

/// The readiness probe: the server may be sent new consultations. One that was replaced as the writer of the journal may
/// not, because it can store nothing.
async fn ready(State(state): State<HttpState>) -> (StatusCode, &'static str) {
    match (state.is_draining(), state.health.is_fenced()) {
        (true, _) => (StatusCode::SERVICE_UNAVAILABLE, "draining"),
        (false, true) => (StatusCode::SERVICE_UNAVAILABLE, "fenced"),
        (false, false) => (StatusCode::OK, "ok"),
    }
}

async fn version() -> Json<serde_json::Value> {
    Json(serde_json::json!({ "name": "teranga", "version": env!("CARGO_PKG_VERSION") }))
}

/// The figures of the operations page, for operators only.
async fn health(State(state): State<HttpState>, SignedIn(who): SignedIn) -> Result<Json<Health>, ApiError> {
    if who.role != Role::Operator {
        return Err(ApiError::WRONG_ROLE);
    }
    Ok(Json(state.health.health()))
}

/// The metrics in the text format of Prometheus, for operators and for whoever has the token. An address proves nothing:
/// everybody behind a proxy on this machine has its address.
async fn metrics(State(state): State<HttpState>, headers: HeaderMap, who: Option<SignedIn>) -> Response {
    let operator = who.is_some_and(|SignedIn(who)| who.role == Role::Operator);
    let has_token = state.edge.metrics_token.as_ref().is_some_and(|token| token.is_in(&headers));
    if !operator && !has_token {
        return ApiError::WRONG_ROLE.into_response();
    }
    state.health.render().await.into_response()
}
