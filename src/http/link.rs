//! A few bytes each way, so that a page can see before a call what its link carries.

use super::{Door, auth::SignedIn, error::ApiError};
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Query},
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use serde::Deserialize;

/// Most bytes of one exchange: what TCP sends without waiting for an answer (RFC 6928).
const LINK_BYTES: usize = 14_000;

/// `/api/link`: GET fetches so many bytes, POST sends them.
pub fn router() -> Router<Door> {
    Router::new().route("/api/link", get(fetch).post(take)).layer(DefaultBodyLimit::max(LINK_BYTES))
}

#[derive(Debug, Deserialize)]
struct Amount {
    bytes: usize,
}

/// Random, so that nothing on the way makes fewer of them.
async fn fetch(_: SignedIn, Query(Amount { bytes }): Query<Amount>) -> Result<impl IntoResponse, ApiError> {
    let mut body = vec![0; bytes.min(LINK_BYTES)];
    rand::fill(&mut body[..]);
    Ok(([(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, "no-store")], body))
}

async fn take(_: SignedIn, _: Bytes) -> StatusCode {
    StatusCode::NO_CONTENT
}
