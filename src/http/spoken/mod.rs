//! The sentences for patients: tablets fetch what is signed off (`play`), and operators record, listen, sign off and withdraw (`studio`).
//! Nothing here is about a patient.

mod play;
mod slot;
mod studio;

use super::state::HttpState;
use axum::Router;

/// The addresses below `/api/spoken` and `/api/ops/spoken`.
pub(super) fn router() -> Router<HttpState> {
    play::router().merge(studio::router())
}
