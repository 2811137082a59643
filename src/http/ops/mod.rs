//! The addresses for those who run the server: health, metrics, who should be connected, keys that end, and the speed test of a link.

mod expected;
mod health;
mod signing_keys;
mod speed_test;

use super::state::HttpState;
use axum::Router;

/// The addresses of health, metrics, who should be connected, keys that end, and the speed test.
pub(super) fn router() -> Router<HttpState> {
    health::router().merge(expected::router()).merge(signing_keys::router()).merge(speed_test::router())
}
