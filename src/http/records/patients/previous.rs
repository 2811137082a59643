//! What a post had before with the patient of a consultation, for the members of that consultation.

use super::book::{SHOWN, book, opened};
use crate::http::{
    bodies::FailureCode,
    error::ApiError,
    parameters::InPath,
    records::{
        asker::Asker,
        consultations::{history, refuse},
    },
    state::HttpState,
};
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderName, header},
    response::IntoResponse,
    routing::get,
};
use teranga_clinic::{
    id::ConsultationId,
    view::{ConsultationSummary, ConsultationView},
};
use uuid::Uuid;

/// `/api/consultations/{id}/previous`, and one of them.
pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/api/consultations/{id}/previous", get(list))
        .route("/api/consultations/{id}/previous/{earlier}", get(read))
}

/// The earlier consultations of the patient at this post, the newest first.
async fn list(
    State(state): State<HttpState>,
    asker: Asker,
    InPath(id): InPath<Uuid>,
) -> Result<impl IntoResponse, ApiError> {
    let mut earlier = earlier_than(&state, &asker, ConsultationId(id)).await?;
    earlier.truncate(SHOWN);
    let histories = opened(&state, &asker, earlier).await?;
    let summaries: Vec<_> = histories.iter().map(ConsultationSummary::of).collect();
    Ok((NO_STORE, Json(summaries)))
}

async fn read(
    State(state): State<HttpState>,
    asker: Asker,
    InPath((id, wanted)): InPath<(Uuid, Uuid)>,
) -> Result<impl IntoResponse, ApiError> {
    let earlier = earlier_than(&state, &asker, ConsultationId(id)).await?;
    let wanted = earlier.into_iter().find(|one| one.0 == wanted).ok_or(ApiError::NOT_FOUND)?;
    let histories = opened(&state, &asker, vec![wanted]).await?;
    let history = histories.first().ok_or(FailureCode::SetAside)?;
    Ok((NO_STORE, Json(ConsultationView::of_earlier(history))))
}

/// The consultations of the same patient at the same post before this one, for a member of this one.
async fn earlier_than(
    state: &HttpState,
    asker: &Asker,
    id: ConsultationId,
) -> Result<Vec<ConsultationId>, ApiError> {
    let consultation = history(state, id, asker).await?.into_consultation();
    if !consultation.is_member(&asker.who) {
        return Err(refuse(state, id, asker, None));
    }
    let directory = book(state, &consultation.post().place.id).await?.directory;
    let visits = directory.of_consultation(id).map(|patient| patient.visits.as_slice()).unwrap_or_default();
    let before = visits.iter().filter(|(visit, at)| *visit != id && *at <= consultation.requested_at());
    Ok(before.map(|(visit, _)| *visit).collect())
}

/// Neither the browser nor a proxy keeps a record (RFC 9111 section 5.2.2.5).
const NO_STORE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];
