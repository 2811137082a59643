//! The list of who should be connected, for the operations page: it shows who is not. It tells nothing about a patient and
//! names nobody.

use crate::http::{bodies::Expected, error::ApiError, session::auth::SignedIn, state::HttpState};
use axum::{Json, Router, extract::State, routing::get};
use teranga_clinic::people::Role;

/// `/api/ops/expected`.
pub(super) fn router() -> Router<HttpState> {
    Router::new().route("/api/ops/expected", get(expected))
}

/// The tablets and doctors of the country, for operators only.
async fn expected(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
) -> Result<Json<Vec<Expected>>, ApiError> {
    if who.role != Role::Operator {
        return Err(ApiError::WRONG_ROLE);
    }
    let parties = state.identities.expected_parties().await?.into_iter();
    let shown = |one: crate::store::ExpectedParty| {
        let (party, role, place, seen_at) = (one.party, one.role, one.place, one.seen_at);
        Expected { party, role, place, seen_at }
    };
    Ok(Json(parties.map(shown).collect()))
}
