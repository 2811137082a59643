//! What the post and the doctors of a consultation do with its referrals. A kiosk sends from its outbox, perhaps days after the end.

use super::step::{Mover, step};
use crate::http::{
    bodies::MoveReferral,
    error::ApiError,
    json_body::JsonBody,
    parameters::InPath,
    records::{
        asker::Asker,
        consultations::{history, refuse},
    },
    session::{at_tablet::Said, auth::SignedIn},
    state::HttpState,
};
use axum::{
    Json, Router,
    extract::State,
    http::HeaderMap,
    routing::{get, post},
};
use teranga_clinic::{
    consultation::referrals::referrals_of,
    id::{ConsultationId, ReferralId},
    people::Role,
    referral::{Referral, ReferralActor},
    time::Timestamp,
};
use uuid::Uuid;

pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/api/referrals/own", get(own))
        .route("/api/consultations/{id}/referrals/{referral}/events", post(events))
}

/// The referrals of the asker's consultations to which something happened lately, as the socket tells them: a page that was not open then
/// learns of it when it comes back.
async fn own(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
) -> Result<Json<Vec<Referral>>, ApiError> {
    if who.role != Role::Doctor {
        return Err(ApiError::WRONG_ROLE);
    }
    let since = Timestamp(state.clock.timestamp().0.saturating_sub(OWN_MS));
    let mut own = Vec::new();
    for row in state.referrals.of_doctor(&who.party, since, OWN).await? {
        let Some(Ok(history)) = state.journal.read(row.consultation).await? else { continue };
        let consultation = history.consultation();
        let found = referrals_of(consultation).find(row.referral).filter(|_| consultation.is_member(&who));
        own.extend(found.cloned());
    }
    Ok(Json(own))
}

async fn events(
    State(state): State<HttpState>,
    asker: Asker,
    headers: HeaderMap,
    InPath((id, referral)): InPath<(String, String)>,
    JsonBody(MoveReferral { act, event }): JsonBody<MoveReferral>,
) -> Result<Json<Referral>, ApiError> {
    let parse = |text: &str| text.parse::<Uuid>().map_err(|_| ApiError::NOT_FOUND);
    let (id, referral) = (ConsultationId(parse(&id)?), ReferralId(parse(&referral)?));
    let actor = match asker.who.role {
        Role::Kiosk => ReferralActor::Post,
        Role::Doctor => ReferralActor::Doctor,
        _ => return Err(ApiError::WRONG_ROLE),
    };
    if !history(&state, id, &asker).await?.consultation().is_member(&asker.who) {
        return Err(refuse(&state, id, &asker, None));
    }
    // A tablet sends what was done without a network when somebody else may be at it.
    let author = Said::author(Said::of(&asker.who, &headers).as_ref(), &state).await?;
    let mover = Mover { author, ..Mover::signed_in(actor, asker.who) };
    Ok(Json(step(&state, (id, referral), &mover, (act, event)).await?))
}

/// The most referrals that are told at once, and the time since something happened to them, in milliseconds: two weeks, so that whoever was away
/// for one hears of them.
const OWN: u32 = 100;
const OWN_MS: u64 = 14 * 24 * 3_600_000;
