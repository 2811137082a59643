//! What the post and the doctor who holds the call do with the link of an evacuation: they make it, look at it and withdraw it.

use crate::{
    http::{
        bodies::{AmbulanceLinkView, FailureCode, MadeAmbulanceLink},
        error::ApiError,
        parameters::InPath,
        records::{
            asker::Asker,
            consultations::{history_of_member, refuse},
        },
        state::HttpState,
    },
    identity::{code, secret, sessions::AMBULANCE_MS},
    store::{AmbulanceLink, NewAmbulanceLink},
};
use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse, routing::post};
use teranga_clinic::{
    consultation::{Phase, referrals::referrals_of},
    history::History,
    id::{ConsultationId, ReferralId},
    people::Role,
    referral::ambulance_party,
};
use uuid::Uuid;

pub(super) fn router() -> Router<HttpState> {
    let address = "/api/consultations/{id}/referrals/{referral}/ambulance";
    Router::new().route(address, post(make).get(look).delete(withdraw))
}

/// Makes a link. The one before is void, and whoever had opened it is out of the call.
async fn make(
    State(state): State<HttpState>,
    asker: Asker,
    InPath(ids): InPath<(String, String)>,
) -> Result<impl IntoResponse, ApiError> {
    let (id, referral) = parsed(&ids)?;
    let history = of_holder(&state, id, &asker).await?;
    let consultation = history.consultation();
    let known = referrals_of(consultation).find(referral).ok_or(ApiError::NOT_FOUND)?;
    if consultation.phase() != Phase::Running || !known.state.calls_ambulance() {
        return Err(FailureCode::ReferralStep.into());
    }
    let made = MadeAmbulanceLink {
        secret: secret::encode(&secret::random::<SECRET_BYTES>()).into(),
        code: secret::code(),
        expires_at: state.clock.timestamp().plus_ms(AMBULANCE_MS),
    };
    let link = AmbulanceLink {
        referral,
        consultation: id,
        party: ambulance_party(referral, u64::from_be_bytes(secret::random())),
        expires_at: made.expires_at,
        opened: false,
    };
    let typed = code::read(made.code.reveal()).ok_or(FailureCode::Internal)?;
    let (secret, code) = (secret::hash(made.secret.reveal().as_bytes()), secret::hash(typed.as_bytes()));
    state.ambulances.put(&NewAmbulanceLink { link, secret, code }, state.clock.timestamp()).await?;
    state.identities.tell_revocations().await?;
    Ok((StatusCode::CREATED, Json(made)))
}

async fn look(
    State(state): State<HttpState>,
    asker: Asker,
    InPath(ids): InPath<(String, String)>,
) -> Result<Json<AmbulanceLinkView>, ApiError> {
    let (id, referral) = parsed(&ids)?;
    of_holder(&state, id, &asker).await?;
    let now = state.clock.timestamp();
    let link = state.ambulances.of_referral(referral).await?.filter(|link| link.consultation == id);
    let link = link.filter(|link| link.opened || link.expires_at > now);
    Ok(Json(AmbulanceLinkView { stands: link.is_some(), opened: link.is_some_and(|link| link.opened) }))
}

/// Withdraws the link, also after the call: whoever had opened it is out at once.
async fn withdraw(
    State(state): State<HttpState>,
    asker: Asker,
    InPath(ids): InPath<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let (id, referral) = parsed(&ids)?;
    let history = of_holder(&state, id, &asker).await?;
    referrals_of(history.consultation()).find(referral).ok_or(ApiError::NOT_FOUND)?;
    state.ambulances.withdraw(referral, state.clock.timestamp()).await?;
    state.identities.tell_revocations().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn parsed((id, referral): &(String, String)) -> Result<(ConsultationId, ReferralId), ApiError> {
    let parse = |text: &str| text.parse::<Uuid>().map_err(|_| ApiError::NOT_FOUND);
    Ok((ConsultationId(parse(id)?), ReferralId(parse(referral)?)))
}

/// The history, for the post and for the doctor who holds the consultation.
async fn of_holder(state: &HttpState, id: ConsultationId, asker: &Asker) -> Result<History, ApiError> {
    let history = history_of_member(state, id, asker).await?;
    if asker.who.role == Role::Kiosk || history.consultation().is_held_by(&asker.who.party) {
        return Ok(history);
    }
    Err(refuse(state, id, asker, None))
}

/// The bytes of the secret in an address.
const SECRET_BYTES: usize = 16;
