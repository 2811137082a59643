//! Changes of the rota by people. Who is too late gets what is there now, and who would leave a speciality with nobody is asked
//! first.

use super::{
    bodies::{ChangeRota, DutyView, RotaLog, RotaLogFrom, RotaRefusal, RotaView},
    view::{instants, midnights, reader, view_of},
};
use crate::{
    http::{
        bodies::FailureCode, error::ApiError, json_body::JsonBody, parameters::InQuery,
        session::auth::SignedIn, state::HttpState,
    },
    rota::{ChangeError, ChangeRequest, TakenOff},
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use teranga_clinic::{
    people::{Identity, Role},
    rota::{Change, Duty, Refused},
    text,
    time::Timestamp,
};

/// The longest reason for a change, characters.
const REASON_CHARS: usize = 200;

/// The changes in one part of the log.
const LOG_LINES: u32 = 30;

/// Makes a change, and answers with the rota after it.
pub(super) async fn change(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    JsonBody(body): JsonBody<ChangeRota>,
) -> Result<Response, ApiError> {
    reader(&who)?;
    let zone = state.rota.zone();
    let days = midnights(&body.days, zone, state.clock.timestamp())?;
    let change = body.edit.change(|when| instants(when, zone)).ok_or(FailureCode::RotaSpan)?;
    let (based_on, confirmed, reason) = (body.version, body.confirmed, reason(body.reason.reveal())?);
    let request = ChangeRequest { by: &who, based_on, change: &change, reason: &reason, confirmed };
    match state.rota.change(request).await {
        Ok(()) => Ok(Json(view(&state, &who, days).await?).into_response()),
        Err(error) => refuse(&state, &who, days, error).await,
    }
}

/// Who changed what when, and why, for coordinators.
pub(super) async fn log(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    InQuery(from): InQuery<RotaLogFrom>,
) -> Result<Json<RotaLog>, ApiError> {
    if who.role != Role::Coordinator {
        return Err(ApiError::WRONG_ROLE);
    }
    let mut stored = state.rota.changes(from.before, LOG_LINES + 1).await?;
    let more = stored.len() > LOG_LINES as usize;
    stored.truncate(LOG_LINES as usize);
    Ok(Json(RotaLog { changes: stored.into_iter().map(Into::into).collect(), more }))
}

/// The reason as it is kept.
fn reason(typed: &str) -> Result<String, FailureCode> {
    if typed.chars().count() > REASON_CHARS {
        return Err(FailureCode::TooLarge);
    }
    Ok(text::clean(typed).trim().to_owned())
}

/// Stores exceptions of a coordinator.
///
/// # Errors
/// The answer of a change that was not made.
pub(super) async fn store(
    state: &HttpState,
    request: ChangeRequest<'_>,
    days: Vec<Timestamp>,
) -> Result<(), Result<Response, ApiError>> {
    match state.rota.change(request).await {
        Ok(()) => Ok(()),
        Err(error) => Err(refuse(state, request.by, days, error).await),
    }
}

async fn view(state: &HttpState, who: &Identity, days: Vec<Timestamp>) -> Result<RotaView, ApiError> {
    Ok(view_of(&state.rota, who, days, state.clock.timestamp()).await?)
}

async fn refuse(
    state: &HttpState,
    who: &Identity,
    days: Vec<Timestamp>,
    error: ChangeError,
) -> Result<Response, ApiError> {
    let (code, off, rota) = match error {
        ChangeError::Store(error) => return Err(error.into()),
        ChangeError::Refused(refused) => return Err(refusal(refused)),
        ChangeError::Conflict => {
            (FailureCode::RotaChanged, TakenOff::default(), Some(view(state, who, days).await?))
        }
        ChangeError::TakesOff(off) if off.uncovered.is_empty() => (FailureCode::RotaOnDuty, *off, None),
        ChangeError::TakesOff(off) => (FailureCode::RotaUncovered, *off, None),
    };
    let views = |duties: &[Duty]| duties.iter().map(DutyView::from).collect();
    let refusal = RotaRefusal {
        code,
        uncovered: views(&off.uncovered),
        taken_off: views(&off.taken_off),
        instead: views(&off.instead),
        kept: off.kept,
        rota,
    };
    Ok((code.status(), Json(refusal)).into_response())
}

const fn refusal(refused: Refused) -> ApiError {
    ApiError::Refused(match refused {
        Refused::NotAllowed => return ApiError::WRONG_ROLE,
        Refused::Unknown => FailureCode::NotFound,
        Refused::Span => FailureCode::RotaSpan,
        Refused::Doctor => FailureCode::RotaDoctor,
        Refused::NotOnDuty => FailureCode::RotaNotOnDuty,
        Refused::TooMany => FailureCode::RotaFull,
    })
}

/// The change that stores an import.
pub(super) const fn put(exceptions: Vec<teranga_clinic::rota::Exception>) -> Change {
    Change::PutExceptions { exceptions }
}
