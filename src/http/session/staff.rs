//! The staff of a post at its tablet: who they are, their PINs, and who took charge of a consultation. All addresses are for the
//! tablet of the post alone; a proof says which member of staff asks.

use super::auth::SignedIn;
use crate::{
    http::{
        bodies::{
            AddStaff, ChangeStaff, EnterStaff, FailureCode, StaffLine, StaffProof, TakeCharge, TookCharge,
        },
        error::ApiError,
        json_body::JsonBody,
        state::HttpState,
    },
    identity::staff::{NewMember, StaffDenied, check_pin},
    store::StaffMember,
};
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, State},
    http::StatusCode,
    routing::{get, post},
};
use teranga_clinic::{
    people::{Identity, Role},
    pii::Pii,
    text,
};

/// The addresses of a post's staff.
pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/api/staff", get(list).post(add))
        .route("/api/staff/enter", post(enter))
        .route("/api/staff/change", post(change))
        .route("/api/staff/charge", post(charge))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
}

async fn list(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
) -> Result<Json<Vec<StaffLine>>, ApiError> {
    let members = state.identities.staff.members(place_of(&who)?).await?;
    Ok(Json(members.into_iter().map(line).collect()))
}

async fn add(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    JsonBody(body): JsonBody<AddStaff>,
) -> Result<Json<StaffLine>, ApiError> {
    let new = NewMember {
        name: readable(&body.name)?,
        title: readable(&body.title)?,
        responsible: body.responsible,
    };
    let added = state.identities.staff.add(place_of(&who)?, body.by.as_ref(), new, &body.pin).await?;
    Ok(Json(line(added)))
}

async fn enter(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    JsonBody(body): JsonBody<EnterStaff>,
) -> Result<Json<StaffProof>, ApiError> {
    let proof = state.identities.staff.enter(place_of(&who)?, &body.staff, &body.pin).await?;
    Ok(Json(StaffProof { proof }))
}

async fn change(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    JsonBody(body): JsonBody<ChangeStaff>,
) -> Result<Json<StaffLine>, ApiError> {
    let staff = &state.identities.staff;
    let (mut member, by) = staff.changeable(place_of(&who)?, &body.by, &body.staff).await?;
    body.pin.as_ref().map_or(Ok(()), check_pin)?;
    if let Some(name) = &body.name {
        member.name = readable(name)?;
    }
    if let Some(title) = &body.title {
        member.title = readable(title)?;
    }
    if let Some(responsible) = body.responsible.filter(|_| by.responsible) {
        member.responsible = responsible;
    }
    member.left = body.leaves;
    staff.change(&member, Some(by.id.clone())).await?;
    if let Some(pin) = &body.pin {
        staff.set_pin(&member.id, pin, Some(by.id)).await?;
    }
    Ok(Json(line(member)))
}

/// Notes who took charge of a consultation of this post that was begun without a PIN.
async fn charge(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    JsonBody(body): JsonBody<TakeCharge>,
) -> Result<(StatusCode, Json<TookCharge>), ApiError> {
    let member = state.identities.staff.proven(place_of(&who)?, &body.by).await?;
    if !state.journal.is_listed(body.consultation, &who).await? {
        return Err(ApiError::NOT_MEMBER);
    }
    let staff = state.identities.staff.take_charge(body.consultation, &member.id).await?;
    Ok((StatusCode::OK, Json(TookCharge { staff })))
}

/// The identifier of the post of a tablet.
fn place_of(who: &Identity) -> Result<&str, ApiError> {
    if who.role == Role::Kiosk { Ok(&who.place.id) } else { Err(ApiError::WRONG_ROLE) }
}

fn readable(typed: &Pii<String>) -> Result<Pii<String>, ApiError> {
    let clean = text::name(typed.reveal()).map_err(|_| FailureCode::Malformed)?;
    if clean.chars().count() > NAME_CHARS {
        return Err(FailureCode::Malformed.into());
    }
    Ok(clean.into())
}

fn line(member: StaffMember) -> StaffLine {
    let StaffMember { id, name, title, responsible, left, place: _ } = member;
    StaffLine { id, name, title, responsible, left }
}

impl From<StaffDenied> for ApiError {
    fn from(denied: StaffDenied) -> Self {
        match denied {
            StaffDenied::Pin => FailureCode::Pin.into(),
            StaffDenied::Malformed => FailureCode::Malformed.into(),
            StaffDenied::NotResponsible => FailureCode::NotResponsible.into(),
            StaffDenied::TooManyAttempts(seconds) => Self::TooManyAttempts(seconds),
            StaffDenied::Store(error) => error.into(),
        }
    }
}

/// The longest body that is read, bytes. The longest honest one is below 1 kB.
const BODY_BYTES: usize = 4 * 1024;

/// The longest name or profession, characters.
const NAME_CHARS: usize = 60;
