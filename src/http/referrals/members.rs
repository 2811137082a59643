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
    session::at_tablet::Said,
    state::HttpState,
};
use axum::{Json, Router, extract::State, http::HeaderMap, routing::post};
use teranga_clinic::{
    id::{ConsultationId, ReferralId},
    people::Role,
    referral::{Referral, ReferralActor},
};
use uuid::Uuid;

pub(super) fn router() -> Router<HttpState> {
    Router::new().route("/api/consultations/{id}/referrals/{referral}/events", post(events))
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
