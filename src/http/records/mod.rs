//! Reading the records of consultations, and their photos in both directions.

mod consultations;
mod photos;

use super::state::HttpState;
use axum::Router;

/// The addresses below `/api/consultations`.
pub(super) fn router() -> Router<HttpState> {
    consultations::router().merge(photos::router())
}
