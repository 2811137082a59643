//! Changes of the rota by people. Who is too late gets what is there now, and who would leave a speciality with nobody is asked
//! first.

use super::{
    bodies::{ChangeRota, DutyView, RotaRefusal, RotaView},
    view::{instants, midnights, reader, view_of},
};
use crate::{
    http::{
        bodies::FailureCode, error::ApiError, json_body::JsonBody, session::auth::SignedIn, state::HttpState,
    },
    rota::{ChangeError, ChangeRequest},
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use teranga_clinic::{
    people::Identity,
    rota::{Change, Refused},
    time::Timestamp,
};

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
    let request =
        ChangeRequest { by: &who, based_on: body.version, change: &change, confirmed: body.confirmed };
    match state.rota.change(request).await {
        Ok(()) => Ok(Json(view(&state, &who, days).await?).into_response()),
        Err(error) => refuse(&state, &who, days, error).await,
    }
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
    let (code, uncovered, rota) = match error {
        ChangeError::Store(error) => return Err(error.into()),
        ChangeError::Refused(refused) => return Err(refusal(refused)),
        ChangeError::Conflict => (FailureCode::RotaChanged, vec![], Some(view(state, who, days).await?)),
        ChangeError::Uncovered(duties) => {
            (FailureCode::RotaUncovered, duties.iter().map(DutyView::from).collect(), None)
        }
    };
    Ok((code.status(), Json(RotaRefusal { code, uncovered, rota })).into_response())
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
