//! The speed test of a link: some bytes in each direction, which the page times before a call.

use crate::http::{
    bodies::FailureCode, error::ApiError, parameters::InQuery, session::auth::SignedIn, state::HttpState,
};
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, rejection::BytesRejection},
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use serde::Deserialize;

/// `/api/link`: GET downloads so many bytes, POST uploads them.
pub(super) fn router() -> Router<HttpState> {
    Router::new().route("/api/link", get(download).post(upload)).layer(DefaultBodyLimit::max(LINK_BYTES))
}

#[derive(Debug, Deserialize)]
struct Amount {
    bytes: usize,
}

/// Random bytes, so that nothing on the way can compress them.
async fn download(
    _: SignedIn,
    InQuery(Amount { bytes }): InQuery<Amount>,
) -> Result<impl IntoResponse, ApiError> {
    let mut body = vec![0; bytes.min(LINK_BYTES)];
    rand::fill(&mut body[..]);
    Ok(([(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, "no-store")], body))
}

async fn upload(_: SignedIn, body: Result<Bytes, BytesRejection>) -> Result<StatusCode, ApiError> {
    body.map(|_| StatusCode::NO_CONTENT).map_err(|_| FailureCode::TooLarge.into())
}

/// The most bytes of one exchange: about TCP's initial window, which is sent without waiting for an answer (RFC 6928).
const LINK_BYTES: usize = 14_000;
