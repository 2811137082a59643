//! The addresses of the rota: who is on duty now for a post, the whole calendar for a doctor, changes, and calendar files.

pub mod bodies;
mod calendar_files;
mod changes;
pub mod news;
mod view;

use super::state::HttpState;
use axum::{
    Router,
    routing::{get, post},
};

/// The addresses of the rota.
pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/api/rota", get(view::view).post(changes::change))
        .route("/api/rota/now", get(view::now))
        .route("/api/rota/log", get(changes::log))
        .route("/api/rota/news", get(news::news).post(news::seen))
        .route("/api/rota/import", post(calendar_files::import))
        .route("/api/rota/feeds", post(calendar_files::make_feed))
        .route("/agenda/{name}", get(calendar_files::feed))
}
