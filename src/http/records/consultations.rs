//! Reading one's own consultations, or those of one's post: the list, and the record of one. Opening a record is itself recorded.

use super::asker::Asker;
use crate::http::{
    bodies::FailureCode, error::ApiError, parameters::InPath, session::auth::SignedIn, state::HttpState,
};
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderName, header},
    response::IntoResponse,
    routing::get,
};
use std::{sync::Arc, time::Duration};
use teranga_clinic::{
    audit::{OpenedFile, OpeningWay},
    history::History,
    id::ConsultationId,
    people::Role,
    view::{ConsultationSummary, ConsultationView, StaffName},
};

/// `/api/consultations`, and one of them.
pub(super) fn router() -> Router<HttpState> {
    Router::new().route("/api/consultations", get(list)).route("/api/consultations/{id}", get(read))
}

/// One's own consultations, or those of the post for a tablet, the newest first. Those that are set aside are left out: nothing can be said of them.
async fn list(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
) -> Result<impl IntoResponse, ApiError> {
    let readings = state.journal.of_reader(&who, LISTED).await?;
    let own = |history: &&History| who.role != Role::Kiosk || history.consultation().is_of_post(&who);
    let summaries: Vec<_> = readings.iter().flatten().filter(own).map(ConsultationSummary::of).collect();
    Ok((NO_STORE, Json(summaries)))
}

/// The record of a consultation, for its members; others are told that it does not exist. The opening is durable before
/// anything is shown.
async fn read(
    State(state): State<HttpState>,
    asker: Asker,
    InPath(id): InPath<String>,
) -> Result<impl IntoResponse, ApiError> {
    let id = ConsultationId(id.parse().map_err(|_| ApiError::NOT_FOUND)?);
    let Some(view) = ConsultationView::of(&history(&state, id, &asker).await?, &asker.who) else {
        return Err(refuse(&state, id, &asker, None));
    };
    state.journal.note_opening(&asker.opening(&state, id, None, OpeningWay::Read)).await?;
    let view = named(&state, id, view).await?;
    Ok((NO_STORE, Json(view)))
}

/// The view with the names of the members of staff.
async fn named(
    state: &HttpState,
    id: ConsultationId,
    view: ConsultationView,
) -> Result<ConsultationView, ApiError> {
    let of_post = staff_of(state, &view.summary.place.id).await?;
    Ok(view.with_staff(of_post, state.identities.staff.in_charge(id).await?))
}

/// The names of all who work or worked at a post.
pub(super) async fn staff_of(state: &HttpState, place: &str) -> Result<Vec<StaffName>, ApiError> {
    let members = state.identities.staff.members(place).await?;
    let named = members.into_iter();
    let named = named.map(|member| StaffName { id: member.id, name: member.name, title: member.title });
    Ok(named.collect())
}

/// The history of a consultation, for a doctor who is or was in it.
///
/// # Errors
/// [`ApiError::WRONG_ROLE`] to everybody else, and those of [`history`].
pub(in crate::http) async fn history_of_doctor(
    state: &HttpState,
    id: ConsultationId,
    asker: &Asker,
) -> Result<History, ApiError> {
    if asker.who.role != Role::Doctor {
        return Err(ApiError::WRONG_ROLE);
    }
    history_of_member(state, id, asker).await
}

/// The history of a consultation, for its post and the doctors who are or were in it. Guests take nothing with them.
///
/// # Errors
/// [`ApiError::WRONG_ROLE`] to other roles, and those of [`history`].
pub(in crate::http) async fn history_of_member(
    state: &HttpState,
    id: ConsultationId,
    asker: &Asker,
) -> Result<History, ApiError> {
    if !matches!(asker.who.role, Role::Doctor | Role::Kiosk) {
        return Err(ApiError::WRONG_ROLE);
    }
    let history = history(state, id, asker).await?;
    if !history.consultation().is_member(&asker.who) {
        return Err(refuse(state, id, asker, None));
    }
    Ok(history)
}

/// The history of a consultation, for somebody who may be a member. Whoever is none is refused before anything is read, so
/// that neither the answer nor its time tells which consultations exist.
///
/// # Errors
/// [`FailureCode::SetAside`] to those whom the indexes list as members of a consultation that cannot be read. All
/// others are told that there is no such consultation.
pub(in crate::http) async fn history(
    state: &HttpState,
    id: ConsultationId,
    asker: &Asker,
) -> Result<History, ApiError> {
    if !state.journal.is_listed(id, &asker.who).await? {
        return Err(refuse(state, id, asker, None));
    }
    state.journal.read(id).await?.ok_or(ApiError::NOT_FOUND)?.map_err(|_| FailureCode::SetAside.into())
}

/// The answer to somebody who asks for a record and is no member. That they asked is written down afterwards, if there is such
/// a consultation, and at a random time: neither the time of this answer nor that of the next one tells that.
pub(in crate::http) fn refuse(
    state: &HttpState,
    consultation: ConsultationId,
    asker: &Asker,
    file: Option<OpenedFile>,
) -> ApiError {
    let journal = Arc::clone(&state.journal);
    let opening = asker.opening(state, consultation, file, OpeningWay::Refused);
    let pause_ms = rand::random_range(0..NOTED_WITHIN_MS);
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(pause_ms)).await;
        let noted = match journal.rows(consultation).await {
            Ok(rows) if rows.is_empty() => Ok(()),
            Ok(_) => journal.note_opening(&opening).await,
            Err(error) => Err(error),
        };
        if let Err(error) = noted {
            tracing::error!(%consultation, code = "opening_not_stored", %error, "a refusal could not be stored");
        }
    });
    ApiError::NOT_MEMBER
}

/// The time within which a refusal is written down, milliseconds. A write takes about one.
const NOTED_WITHIN_MS: u64 = 1_000;

/// The number of consultations in the list, the newest first.
const LISTED: u32 = 50;

/// Neither the browser nor a proxy keeps a record (RFC 9111 section 5.2.2.5).
pub(super) const NO_STORE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];
