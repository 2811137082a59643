//! A few bytes each way, so that a page can see before a call what its link carries.

use super::{Door, auth::SignedIn, error::ApiError, wire::FailureCode};
use axum::{
    Router,
    body::Bytes,
    extract::{
        DefaultBodyLimit, Query,
        rejection::{BytesRejection, QueryRejection},
    },
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use serde::Deserialize;

/// Most bytes of one exchange: what TCP sends without waiting for an answer (RFC 6928).
const LINK_BYTES: usize = 14_000;

/// `/api/link`: GET fetches so many bytes, POST sends them.
pub(super) fn router() -> Router<Door> {
    Router::new().route("/api/link", get(fetch).post(take)).layer(DefaultBodyLimit::max(LINK_BYTES))
}

#[derive(Debug, Deserialize)]
struct Amount {
    bytes: usize,
}

/// Random, so that nothing on the way makes fewer of them.
async fn fetch(
    _: SignedIn,
    amount: Result<Query<Amount>, QueryRejection>,
) -> Result<impl IntoResponse, ApiError> {
    let Query(Amount { bytes }) = amount.map_err(|_| FailureCode::Malformed)?;
    let mut body = vec![0; bytes.min(LINK_BYTES)];
    rand::fill(&mut body[..]);
    Ok(([(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, "no-store")], body))
}

async fn take(_: SignedIn, body: Result<Bytes, BytesRejection>) -> Result<StatusCode, ApiError> {
    body.map(|_| StatusCode::NO_CONTENT).map_err(|_| FailureCode::TooLarge.into())
}
