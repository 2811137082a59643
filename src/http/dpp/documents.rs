//! A document of the national record (DPP) that a doctor of a consultation opens (MHD ITI-68). The bytes come from a server that is not ours, so
//! they are looked at, shown in a sandbox, and nothing of them is kept.

use crate::{
    dpp::{DppTrouble, OpeningTrouble, Wanted},
    http::{
        bodies::FailureCode,
        error::ApiError,
        parameters::InPath,
        records::{asker::Asker, consultations::history_of_doctor},
        state::HttpState,
    },
    identity::throttle::Budget,
};
use axum::{
    Extension, Router,
    extract::State,
    http::{HeaderName, header},
    response::IntoResponse,
    routing::get,
};
use std::sync::Arc;
use teranga_clinic::{
    audit::OpeningWay,
    id::{ConsultationId, PartyId},
    publication::number_of,
};
use teranga_exchange::dpp::{DocumentKind, Lookup, Unopened};

/// The documents that each doctor may open.
type Openings = Arc<Budget<PartyId>>;

/// `/api/consultations/{id}/dpp/documents/{document}`.
pub(super) fn router() -> Router<HttpState> {
    let openings: Openings = Arc::new(Budget::new(OPENINGS, OPENING_EVERY_MS));
    Router::new()
        .route("/api/consultations/{id}/dpp/documents/{document}", get(open))
        .layer(Extension(openings))
}

/// A document of the patient who has the number of the consultation's form, for its doctors. The opening is durable before anything is asked.
async fn open(
    State(state): State<HttpState>,
    asker: Asker,
    Extension(openings): Extension<Openings>,
    InPath((id, document)): InPath<(String, String)>,
) -> Result<impl IntoResponse, ApiError> {
    let id = ConsultationId(id.parse().map_err(|_| ApiError::NOT_FOUND)?);
    let history = history_of_doctor(&state, id, &asker).await?;
    let number = number_of(history.consultation()).ok_or(ApiError::NOT_FOUND)?;
    let now = state.clock.timestamp();
    openings.take(&asker.who.party, now).map_err(ApiError::TooManyAttempts)?;
    state.journal.note_opening(&asker.opening(&state, id, None, OpeningWay::Read)).await?;
    let patient = match state.dpp.look_up(&Wanted::Number(number), now).await.map_err(told)? {
        Lookup::Certain(one) => one.id,
        _ => return Err(ApiError::NOT_FOUND),
    };
    let (kind, bytes) = state.dpp.open(&patient, &document, now).await.map_err(refused)?;
    let (media_type, shown) = headers_of(kind);
    let headers = [(header::CONTENT_TYPE, media_type), (header::CONTENT_DISPOSITION, shown)];
    Ok((SAFE, headers, bytes))
}

const fn refused(trouble: OpeningTrouble) -> ApiError {
    ApiError::Refused(match trouble {
        OpeningTrouble::Dpp(trouble) => return told(trouble),
        OpeningTrouble::TooLarge => FailureCode::DppDocumentLarge,
        OpeningTrouble::Busy => FailureCode::DppDocumentBusy,
        OpeningTrouble::Unopened(Unopened::Kind) => FailureCode::DppDocumentKind,
        OpeningTrouble::Unopened(Unopened::Elsewhere | Unopened::Empty) => FailureCode::DppDocumentElsewhere,
    })
}

const fn told(trouble: DppTrouble) -> ApiError {
    ApiError::Refused(match trouble {
        DppTrouble::Off | DppTrouble::NotFound => return ApiError::NOT_FOUND,
        DppTrouble::Unreachable => FailureCode::DppSilent,
        // The sentence for a retired number is about a decision, and there is none here: the doctor goes on without the document.
        DppTrouble::NotInUse | DppTrouble::Unusable(_) => FailureCode::DppUnusable,
    })
}

/// The media type, and whether a browser may show it by itself.
const fn headers_of(kind: DocumentKind) -> (&'static str, &'static str) {
    match kind {
        DocumentKind::Pdf => ("application/pdf", r#"attachment; filename="document-dpp.pdf""#),
        DocumentKind::Jpeg => ("image/jpeg", "inline"),
        DocumentKind::Png => ("image/png", "inline"),
        DocumentKind::Text => ("text/plain; charset=utf-8", "inline"),
        DocumentKind::FhirJson => ("application/fhir+json", r#"attachment; filename="document-dpp.json""#),
    }
}

/// What is shown runs nothing, loads nothing, is taken for nothing else, and is kept by nobody.
const SAFE: [(HeaderName, &str); 3] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

/// The documents that a doctor may open at once, and the time after which they may open one more.
const OPENINGS: u32 = 20;
const OPENING_EVERY_MS: u64 = 15_000;

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::StatusCode;

    #[test]
    fn an_opening_that_finds_no_place_is_told_with_a_code_of_its_own_and_may_come_again() {
        let ApiError::Refused(code) = refused(OpeningTrouble::Busy) else { panic!() };
        assert_eq!(serde_json::to_value(code).unwrap(), "dpp_document_busy");
        assert_eq!(code.status(), StatusCode::SERVICE_UNAVAILABLE);
    }
}
