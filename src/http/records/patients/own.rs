//! What a post does with its own patients: it finds them, reads what it had with one, and decides that two are one person, or that they are not.

use super::book::{Book, SHOWN, book, decision, line, opened, place, turn_to_decide};
use crate::{
    http::{
        bodies::{FailureCode, IdentificationLine, JoinPatients, MergeLine, PatientLine, PatientView},
        error::ApiError,
        json_body::JsonBody,
        parameters::{InPath, InQuery},
        records::asker::Asker,
        session::auth::SignedIn,
        state::HttpState,
    },
    store::StoreError,
};
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::IntoResponse,
    routing::{get, post},
};
use serde::Deserialize;
use teranga_clinic::{
    id::{PatientId, StaffId},
    patient::{Merge, PatientQuery},
    pii::Pii,
    time::Timestamp,
    view::{ConsultationSummary, ConsultationView},
};
use uuid::Uuid;

/// The addresses below `/api/patients`.
pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/api/patients", get(find))
        .route("/api/patients/join", post(join))
        .route("/api/patients/joins/{id}/undo", post(undo))
        .route("/api/patients/{id}", get(read))
        .route("/api/patients/{id}/consultations/{consultation}", get(earlier))
}

/// What is looked for. Without a name and a number, the patients of the last weeks are meant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Wanted {
    name: Pii<String>,
    birth_year: Option<u16>,
    dpp: Pii<String>,
}

async fn find(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    InQuery(wanted): InQuery<Wanted>,
) -> Result<impl IntoResponse, ApiError> {
    let place = place(&who)?;
    let (name, dpp) = (wanted.name.into_inner(), wanted.dpp.into_inner());
    if name.len() > QUERY_BYTES || dpp.len() > QUERY_BYTES {
        return Err(FailureCode::TooLarge.into());
    }
    let directory = book(&state, place).await?.directory;
    let lines: Vec<PatientLine> = if name.is_empty() && dpp.is_empty() {
        let since = state.clock.timestamp().0.saturating_sub(RECENT_MS);
        let recent = directory.patients().iter().take_while(|patient| patient.last_at() >= Timestamp(since));
        recent.take(RECENT).map(line).collect()
    } else {
        let query = PatientQuery { name, birth_year: wanted.birth_year, dpp };
        directory.search(&query, FOUND).into_iter().map(line).collect()
    };
    Ok((NO_STORE, Json(lines)))
}

/// A patient with the newest consultations, who may be the same person, and what was decided.
async fn read(
    State(state): State<HttpState>,
    asker: Asker,
    InPath(id): InPath<PatientId>,
) -> Result<impl IntoResponse, ApiError> {
    let Book { directory, merges, identifications } = book(&state, place(&asker.who)?).await?;
    let patient = directory.find(id).ok_or(ApiError::NOT_FOUND)?;
    let visits: Vec<_> = patient.visits.iter().take(SHOWN).map(|(consultation, _)| *consultation).collect();
    let histories = opened(&state, &asker, visits).await?;
    let is_own = |id| directory.find(id) == Some(patient);
    let merges = merges.iter().filter(|merge| is_own(merge.from) || is_own(merge.into));
    let identifications =
        identifications.into_iter().filter(|one| one.undone.is_none() && is_own(one.patient));
    let members = state.identities.staff.members(place(&asker.who)?).await?;
    let named = |id: &StaffId| {
        let member = members.iter().find(|member| member.id == *id)?;
        Some(Pii::new(format!("{}, {}", member.name.reveal(), member.title.reveal())))
    };
    let view = PatientView {
        patient: line(patient),
        consultations: histories.iter().map(ConsultationSummary::of).collect(),
        alike: directory.duplicates(patient.id, FOUND).into_iter().map(line).collect(),
        joins: merges
            .map(|merge| MergeLine {
                id: merge.id.to_string(),
                at: merge.made.at,
                staff: merge.made.staff.as_ref().and_then(named),
                undone: merge.undone.is_some(),
            })
            .collect(),
        identifications: identifications
            .map(|one| IdentificationLine {
                id: one.id.to_string(),
                number: one.identity.number,
                name: one.identity.name,
                confirmed: one.identity.confirmed,
                at: one.made.at,
                staff: one.made.staff.as_ref().and_then(named),
            })
            .collect(),
    };
    Ok((NO_STORE, Json(view)))
}

/// One consultation of a patient, also of another tablet of the post.
async fn earlier(
    State(state): State<HttpState>,
    asker: Asker,
    InPath((id, consultation)): InPath<(PatientId, Uuid)>,
) -> Result<impl IntoResponse, ApiError> {
    let directory = book(&state, place(&asker.who)?).await?.directory;
    let patient = directory.find(id).ok_or(ApiError::NOT_FOUND)?;
    let visit =
        patient.visits.iter().find(|(visit, _)| visit.0 == consultation).ok_or(ApiError::NOT_FOUND)?;
    let histories = opened(&state, &asker, vec![visit.0]).await?;
    let history = histories.first().ok_or(FailureCode::SetAside)?;
    Ok((NO_STORE, Json(ConsultationView::of_earlier(history))))
}

/// Decides that two patients are one person. Both must be of this post, not be one already, and not have different numbers in the DPP.
async fn join(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    headers: HeaderMap,
    JsonBody(JoinPatients { from, into }): JsonBody<JoinPatients>,
) -> Result<(StatusCode, Json<String>), ApiError> {
    let place = place(&who)?;
    let _turn = turn_to_decide().await?;
    let directory = book(&state, place).await?.directory;
    let (Some(from), Some(into)) = (directory.find(from), directory.find(into)) else {
        return Err(ApiError::NOT_FOUND);
    };
    if from.id == into.id {
        return Err(FailureCode::Malformed.into());
    }
    if from.contradicts(into) {
        return Err(FailureCode::PatientOtherNumber.into());
    }
    let made = decision(&state, &who, &headers).await?;
    let merge = Merge { id: Uuid::new_v4(), from: from.id, into: into.id, made, undone: None };
    match state.patients.add_merge(place, &merge).await {
        Ok(()) => Ok((StatusCode::CREATED, Json(merge.id.to_string()))),
        Err(StoreError::TooLarge) => Err(FailureCode::TooLarge.into()),
        Err(error) => Err(error.into()),
    }
}

/// Undoes a decision. Both patients are there as before.
async fn undo(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    headers: HeaderMap,
    InPath(id): InPath<Uuid>,
) -> Result<StatusCode, ApiError> {
    let place = place(&who)?;
    let decision = decision(&state, &who, &headers).await?;
    let undone = state.patients.undo_merge(place, id, &decision).await?;
    if undone { Ok(StatusCode::NO_CONTENT) } else { Err(ApiError::NOT_FOUND) }
}

/// The most bytes of a name or number that is looked for.
const QUERY_BYTES: usize = 400;
/// The most patients that an answer names.
const FOUND: usize = 20;
/// The patients that a tablet keeps to find them without a network: those of eight weeks.
const RECENT: usize = 300;
const RECENT_MS: u64 = 8 * 7 * 24 * 3_600_000;
/// Neither the browser nor a proxy keeps it (RFC 9111 section 5.2.2.5).
const NO_STORE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];
