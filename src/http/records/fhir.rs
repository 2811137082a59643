//! The record of a consultation as a FHIR R4 document, for the post that asked and the doctors who took part.

use super::{
    asker::Asker,
    consultations::{NO_STORE, history_of_member, staff_of},
    verification::verification,
};
use crate::http::{error::ApiError, parameters::InPath, state::HttpState};
use axum::{Router, extract::State, http::header, response::IntoResponse, routing::get};
use teranga_clinic::{audit::OpeningWay, id::ConsultationId};
use teranga_exchange::record::{Source, bundle};

/// `/api/consultations/{id}/record.json`.
pub(super) fn router() -> Router<HttpState> {
    Router::new().route("/api/consultations/{id}/record.json", get(read))
}

/// The record of one consultation. Guests may not take a copy with them. The opening is durable before anything is shown.
async fn read(
    State(state): State<HttpState>,
    asker: Asker,
    InPath(id): InPath<String>,
) -> Result<impl IntoResponse, ApiError> {
    let id = ConsultationId(id.parse().map_err(|_| ApiError::NOT_FOUND)?);
    let history = history_of_member(&state, id, &asker).await?;
    state.journal.note_opening(&asker.opening(&state, id, None, OpeningWay::Read)).await?;
    let staff = staff_of(&state, &history.consultation().post().place.id).await?;
    let verification = verification(&state, &history).await?;
    let source = Source { history: &history, staff: &staff, systems: &state.systems, verification };
    let headers = [(header::CONTENT_TYPE, FHIR_JSON), (header::CONTENT_DISPOSITION, &*attachment(id))]
        .map(|(name, value)| (name, value.to_owned()));
    Ok((NO_STORE, headers, bundle(&source).to_json()))
}

/// A browser that is sent here saves the record and shows nothing of it. The name of the file names no patient.
fn attachment(id: ConsultationId) -> String {
    format!(r#"attachment; filename="teranga-{id}.fhir.json""#)
}

/// The media type of FHIR in JSON (FHIR R4, section 3.1.0.1.11).
const FHIR_JSON: &str = "application/fhir+json; fhirVersion=4.0";
