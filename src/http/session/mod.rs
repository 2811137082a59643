//! Signing in and out, the proof of who is signed in that the other handlers ask for, and the security events.

pub mod at_tablet;
pub mod auth;
pub(super) mod browser;
pub mod events;
mod own_sessions;
mod sign_in;
mod staff;

use super::state::HttpState;
use axum::Router;

/// The addresses of sign-in, sign-out, device enrolment and one's own sessions.
pub(super) fn router() -> Router<HttpState> {
    sign_in::router().merge(own_sessions::router()).merge(staff::router())
}
