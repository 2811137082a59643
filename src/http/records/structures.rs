//! The structures that can do what the patient of a consultation needs, measured from the patient's post.

use super::{asker::Asker, consultations::history_of_doctor};
use crate::http::{
    bodies::{FailureCode, NearStructures},
    error::ApiError,
    parameters::{InPath, InQuery},
    state::HttpState,
};
use axum::{Json, Router, extract::State, routing::get};
use serde::Deserialize;
use teranga_clinic::{
    id::ConsultationId,
    structure::{Capability, nearest_capable},
};

/// The structures that a doctor is told.
const TOLD: usize = 10;

/// `/api/consultations/{id}/structures`.
pub(super) fn router() -> Router<HttpState> {
    Router::new().route("/api/consultations/{id}/structures", get(capable))
}

#[derive(Debug, Deserialize)]
struct Needs {
    /// Capabilities, separated by commas; without one, any structure is told.
    #[serde(default)]
    needs: String,
}

/// The nearest open structures that have everything that is needed and a telephone, for a doctor of the consultation.
async fn capable(
    State(state): State<HttpState>,
    asker: Asker,
    InPath(id): InPath<String>,
    InQuery(Needs { needs }): InQuery<Needs>,
) -> Result<Json<NearStructures>, ApiError> {
    let id = ConsultationId(id.parse().map_err(|_| ApiError::NOT_FOUND)?);
    let history = history_of_doctor(&state, id, &asker).await?;
    let needs = needs_of(&needs)?;
    let all = state.identities.structures().await?;
    let near = nearest_capable(&history.consultation().post().place, &needs, &all);
    let structures = near.iter().take(TOLD).map(Into::into).collect();
    Ok(Json(NearStructures { at: state.clock.timestamp(), structures }))
}

fn needs_of(text: &str) -> Result<Vec<Capability>, ApiError> {
    let words = text.split(',').filter(|word| !word.is_empty()).take(Capability::ALL.len());
    words.map(|word| word.parse().map_err(|_| FailureCode::Malformed.into())).collect()
}
