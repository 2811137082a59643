//! Calendar files: the feed that a telephone reads, and the import of a file.

use super::{
    bodies::{DutyView, ImportCalendar, ImportPreview, MadeFeed, MakeFeed, RotaDays},
    changes,
    view::{midnights, reader},
};
use crate::{
    http::{
        bodies::FailureCode, error::ApiError, json_body::JsonBody, parameters::InPath,
        session::auth::SignedIn, state::HttpState,
    },
    rota::{ChangeRequest, Snapshot},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use teranga_clinic::{
    people::Role,
    pii::Pii,
    rota::{Duty, Exception, ImportedEvent, Span, UnreadableCalendar, read_calendar},
};

/// The ending of a feed's address, by which telephones tell that it is a calendar.
const ENDING: &str = ".ics";

/// Makes a feed, or renews its secret address.
pub(super) async fn make_feed(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    JsonBody(body): JsonBody<MakeFeed>,
) -> Result<Json<MadeFeed>, ApiError> {
    reader(&who)?;
    let token = state.rota.new_feed(&who, body.speciality).await?;
    Ok(Json(MadeFeed { path: Pii::new(format!("/agenda/{}{ENDING}", token.reveal())) }))
}

/// The feed itself. Its secret address is all that a calendar program shows.
pub(super) async fn feed(
    State(state): State<HttpState>,
    InPath(name): InPath<String>,
) -> Result<Response, ApiError> {
    let token = name.strip_suffix(ENDING).ok_or(ApiError::NOT_FOUND)?;
    let text = state.rota.feed(token).await?.ok_or(ApiError::NOT_FOUND)?;
    let mut response = text.into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8"));
    Ok(response)
}

/// Shows what a file would change, or stores it. What is not understood is left out.
pub(super) async fn import(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    JsonBody(body): JsonBody<ImportCalendar>,
) -> Result<Response, ApiError> {
    if who.role != Role::Coordinator {
        return Err(ApiError::WRONG_ROLE);
    }
    let (snapshot, now) = (state.rota.snapshot().await?, state.clock.timestamp());
    let doctors: Vec<_> = snapshot
        .doctors
        .iter()
        .filter(|doctor| doctor.specialities.contains(&body.speciality))
        .cloned()
        .collect();
    let events = read_calendar(body.file.reveal(), state.rota.zone(), &doctors, now).map_err(unreadable)?;
    let exceptions: Vec<_> = events.iter().filter_map(|event| exception(event, &body)).collect();
    let replaced = replaced(&state, &snapshot, &exceptions);
    if body.store && !exceptions.is_empty() {
        let change = changes::put(exceptions);
        let (based_on, confirmed) = (body.version, body.confirmed);
        let request = ChangeRequest { by: &who, based_on, change: &change, reason: "", confirmed };
        let days = midnights(&RotaDays { from: None, days: None }, state.rota.zone(), now)?;
        if let Err(refused) = changes::store(&state, request, days).await {
            return refused;
        }
    }
    Ok(Json(ImportPreview { events, replaced, stored: body.store }).into_response())
}

fn exception(event: &ImportedEvent, body: &ImportCalendar) -> Option<Exception> {
    if event.problem.is_some() {
        return None;
    }
    let (speciality, level) = (body.speciality, body.level);
    Some(Exception { id: 0, speciality, level, span: event.span?, doctor: Some(event.doctor.clone()?) })
}

/// The duties of other doctors that the exceptions take the place of.
fn replaced(state: &HttpState, snapshot: &Snapshot, exceptions: &[Exception]) -> Vec<DutyView> {
    let calendar = snapshot.calendar(state.rota.zone());
    let mut duties: Vec<Duty> = Vec::new();
    for exception in exceptions {
        for duty in calendar.duties_between(exception.span.from, exception.span.until) {
            let same = duty.speciality == exception.speciality && duty.level == exception.level;
            let other = exception.doctor.as_ref() != Some(&duty.doctor.party);
            let overlaps = Span { from: duty.from, until: duty.until }.overlaps(&exception.span);
            if same && other && overlaps && !duties.contains(&duty) {
                duties.push(duty);
            }
        }
    }
    duties.iter().map(DutyView::from).collect()
}

const fn unreadable(error: UnreadableCalendar) -> ApiError {
    ApiError::Refused(match error {
        UnreadableCalendar::TooLarge => FailureCode::TooLarge,
        UnreadableCalendar::NotACalendar => FailureCode::RotaFile,
    })
}
