//! The attachments of a consultation. The post or a specialist announces a file and uploads it in pieces, each of which may be
//! sent again; members download it, and the pictures of a document's pages, in parts. `docs/attachments.md` gives the reasons.

mod access;
mod checked;
mod download;
mod upload;

use crate::http::state::HttpState;
use axum::{Extension, Router, extract::DefaultBodyLimit, routing::get};
use checked::RecentlyChecked;
use std::sync::Arc;

/// The addresses of attachments.
pub(super) fn router() -> Router<HttpState> {
    let attachment = get(download::original).put(upload::append).post(upload::announce);
    Router::new()
        .route("/api/consultations/{id}/attachments/{attachment}", attachment)
        .route("/api/consultations/{id}/attachments/{attachment}/pages/{page}", get(download::page))
        .layer(DefaultBodyLimit::max(ANNOUNCEMENT_BYTES))
        .layer(Extension(Arc::<RecentlyChecked>::default()))
}

/// The longest body of an announcement, bytes.
const ANNOUNCEMENT_BYTES: usize = 1024;
