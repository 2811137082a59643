//! The addresses for those who run the server: health, metrics and the speed test of a link.

mod health;
mod speed_test;

use super::state::HttpState;
use axum::Router;

/// The addresses of health, metrics and the speed test.
pub(super) fn router() -> Router<HttpState> {
    health::router().merge(speed_test::router())
}
