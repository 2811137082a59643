//! The photos of a consultation. The post announces a photo with a thumbnail and uploads it in pieces, each of which may
//! be sent again; members download it in parts. `docs/photos.md` gives the reasons.

mod access;
mod download;
mod upload;

use crate::http::state::HttpState;
use axum::{Router, extract::DefaultBodyLimit, routing::get};

/// The addresses of photos.
pub(super) fn router() -> Router<HttpState> {
    let photo = get(download::read).put(upload::append).post(upload::announce);
    Router::new()
        .route("/api/consultations/{id}/photos/{photo}", photo)
        .route("/api/consultations/{id}/photos/{photo}/thumbnail", get(download::thumbnail))
        .layer(DefaultBodyLimit::max(ANNOUNCEMENT_BYTES))
}

/// The longest body of an announcement, bytes: a thumbnail of 2,000 bytes in base64url, with room.
const ANNOUNCEMENT_BYTES: usize = 4 * 1024;
