//! Reading one's own consultations: the list, and the record of one. Opening a record is itself recorded.

use crate::http::{bodies::FailureCode, error::ApiError, session::auth::SignedIn, state::HttpState};
use axum::{
    Json, Router,
    extract::{Path, State},
    routing::get,
};
use teranga_clinic::{
    audit::RecordOpening,
    history::History,
    id::{ConsultationId, PartyId},
    view::{ConsultationSummary, ConsultationView},
};

/// `/api/consultations`, and one of them.
pub(super) fn router() -> Router<HttpState> {
    Router::new().route("/api/consultations", get(list)).route("/api/consultations/{id}", get(read))
}

/// One's own consultations, the newest first. Those that are set aside are left out: nothing can be said of them.
async fn list(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
) -> Result<Json<Vec<ConsultationSummary>>, ApiError> {
    let readings = state.journal.of_party(&who.party, LISTED).await?;
    Ok(Json(readings.iter().flatten().map(ConsultationSummary::of).collect()))
}

/// The record of a consultation, for its members; others are told that it does not exist. The opening is durable before
/// anything is shown.
async fn read(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    Path(id): Path<String>,
) -> Result<Json<ConsultationView>, ApiError> {
    let id = ConsultationId(id.parse().map_err(|_| ApiError::NOT_FOUND)?);
    let view = ConsultationView::of(&history(&state, id, &who.party).await?, &who);
    let view = view.ok_or(ApiError::NOT_MEMBER)?;
    let at = state.clock.timestamp();
    state.journal.note_opening(&RecordOpening { consultation: id, by: who.party, at, photo: None }).await?;
    Ok(Json(view))
}

/// The history of a consultation, for a party that may be a member. Whoever is none is refused before anything is read, so
/// that neither the answer nor its time tells which consultations exist.
///
/// # Errors
/// [`FailureCode::SetAside`] to those whom the indexes list as members of a consultation that cannot be read. All
/// others are told that there is no such consultation.
pub(super) async fn history(
    state: &HttpState,
    id: ConsultationId,
    reader: &PartyId,
) -> Result<History, ApiError> {
    if !state.journal.is_listed(id, reader).await? {
        return Err(ApiError::NOT_MEMBER);
    }
    state.journal.read(id).await?.ok_or(ApiError::NOT_FOUND)?.map_err(|_| FailureCode::SetAside.into())
}

/// The number of consultations in the list, the newest first.
const LISTED: u32 = 50;
