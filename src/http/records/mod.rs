//! Reading the records of consultations, and their photos and attachments in both directions.

mod attachments;
mod consultations;
mod photos;
mod pieces;
mod readers;

use super::state::HttpState;
use axum::{Extension, Router};
use readers::Readers;
use std::sync::Arc;

/// The addresses below `/api/consultations`.
pub(super) fn router() -> Router<HttpState> {
    let files = photos::router().merge(attachments::router()).layer(Extension(Arc::<Readers>::default()));
    consultations::router().merge(files)
}
