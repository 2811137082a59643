//! What became of the patients of the last days, for coordinators: numbers, and no patient.

use super::{
    bodies::{OutcomeCount, OutcomesView},
    error::ApiError,
    session::auth::SignedIn,
    state::HttpState,
};
use axum::{Json, Router, extract::State, routing::get};
use teranga_clinic::{people::Role, time::Timestamp};

/// The days that are counted, with today.
const DAYS: u16 = 30;

const DAY_MS: u64 = 24 * 60 * 60_000;

/// `/api/outcomes`.
pub(super) fn router() -> Router<HttpState> {
    Router::new().route("/api/outcomes", get(view))
}

async fn view(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
) -> Result<Json<OutcomesView>, ApiError> {
    if who.role != Role::Coordinator {
        return Err(ApiError::WRONG_ROLE);
    }
    let since = state.clock.timestamp().0.saturating_sub(u64::from(DAYS - 1) * DAY_MS);
    let counts = state.journal.outcomes(Timestamp(since)).await?.into_iter();
    let counts = counts.map(|(outcome, count)| OutcomeCount { outcome, count }).collect();
    Ok(Json(OutcomesView { days: DAYS, counts }))
}
