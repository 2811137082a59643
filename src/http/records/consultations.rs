//! Reading one's own consultations: the list, and the record of one. Opening a record is itself recorded.

use crate::{
    http::{error::ApiError, session::auth::SignedIn, state::HttpState},
    store::Opening,
};
use axum::{
    Json, Router,
    extract::{Path, State},
    routing::get,
};
use teranga_clinic::{
    fact::Fact,
    id::ConsultationId,
    view::{ConsultationSummary, ConsultationView},
};

/// `/api/consultations`, and one of them.
pub(super) fn router() -> Router<HttpState> {
    Router::new().route("/api/consultations", get(list)).route("/api/consultations/{id}", get(read))
}

async fn list(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
) -> Result<Json<Vec<ConsultationSummary>>, ApiError> {
    let histories = state.records.of_party(&who.party, LISTED).await?;
    Ok(Json(histories.iter().filter_map(|(id, facts)| summary(*id, facts)).collect()))
}

/// The line of one consultation in the list. If its facts cannot be replayed, there is none, and the log says so.
fn summary(consultation: ConsultationId, facts: &[Fact]) -> Option<ConsultationSummary> {
    ConsultationSummary::replay(facts)
        .inspect_err(|error| tracing::error!(%consultation, %error, "a consultation cannot be replayed"))
        .ok()
        .flatten()
}

/// The record of a consultation, for its members; others are told that it does not exist. The opening is durable before
/// anything is shown.
async fn read(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    Path(id): Path<String>,
) -> Result<Json<ConsultationView>, ApiError> {
    let id = ConsultationId(id.parse().map_err(|_| ApiError::NOT_FOUND)?);
    let facts = state.records.facts(id).await?;
    let view = ConsultationView::replay(&facts, &who)?.ok_or(ApiError::NOT_FOUND)?;
    let at = state.clock.timestamp();
    state.records.note_opening(&Opening { consultation: id, by: who.party, at, photo: None }).await?;
    Ok(Json(view))
}

/// The number of consultations in the list, the newest first.
const LISTED: u32 = 50;
