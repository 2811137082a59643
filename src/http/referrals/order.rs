//! The order of a referral by a doctor of the consultation.

use super::step::{LOOK_EVERY, LOOKS, SAY_EVERY, places, tell};
use crate::http::{
    bodies::{FailureCode, OrderReferral, OrderedReferral},
    error::ApiError,
    json_body::JsonBody,
    parameters::InPath,
    records::{asker::Asker, consultations::history_of_doctor},
    session::auth::CurrentSession,
    state::HttpState,
};
use axum::{Json, Router, extract::State, routing::post};
use std::collections::BTreeSet;
use teranga_clinic::{
    consultation::{Consultation, Phase, referrals::referrals_of},
    fact::What,
    id::{ConsultationId, ReferralId},
    people::Identity,
    pii::Pii,
    referral::{Need, OTHERS, REFERRALS, ReferralOrder, cleaned_letter, code_of, ids_of_code},
};
use teranga_signaling::contract::{Author, ReferralChange};

pub(super) fn router() -> Router<HttpState> {
    Router::new().route("/api/consultations/{id}/referrals", post(order))
}

/// Orders a referral. The answer waits for the disk.
async fn order(
    State(state): State<HttpState>,
    CurrentSession(session): CurrentSession,
    asker: Asker,
    InPath(id): InPath<String>,
    JsonBody(body): JsonBody<OrderReferral>,
) -> Result<Json<OrderedReferral>, ApiError> {
    let id = ConsultationId(id.parse().map_err(|_| ApiError::NOT_FOUND)?);
    let consultation = history_of_doctor(&state, id, &asker).await?.into_consultation();
    let who = asker.who;
    let referral = body.referral;
    if referrals_of(&consultation).find(referral).is_some() {
        return Ok(Json(OrderedReferral { stored: true }));
    }
    check_orderable(&state, &consultation, referral).await?;
    let order = prepared(&state, &consultation, (&who, session.order_number), body).await?;
    let (by, what) = (Box::new(who), Box::new(What::Referred { referral: Box::new(order) }));
    let author = Author::AtTheTablet;
    let change =
        ReferralChange { consultation: id, by: Some(by), author, what, known_steps: None, over: None };
    Ok(Json(OrderedReferral { stored: is_stored(&state, referral, &change).await? }))
}

/// Refuses an order before a doctor has come or after the end, one too many, an identifier that is not random (RFC 9562, version 4),
/// and one whose code is that of another referral.
async fn check_orderable(
    state: &HttpState,
    consultation: &Consultation,
    referral: ReferralId,
) -> Result<(), ApiError> {
    if !matches!(consultation.phase(), Phase::Running | Phase::Deferred | Phase::FollowUp) {
        return Err(FailureCode::ReferralStep.into());
    }
    if referrals_of(consultation).all().len() >= REFERRALS {
        return Err(FailureCode::ReferralsFull.into());
    }
    let (first, last) = ids_of_code(&code_of(referral)).ok_or(FailureCode::Internal)?;
    let is_random = referral.0.get_version_num() == 4;
    let is_free = state.referrals.between(first, last).await?.is_empty();
    (is_random && is_free).then_some(()).ok_or(FailureCode::Malformed.into())
}

/// The order as it becomes a fact.
async fn prepared(
    state: &HttpState,
    consultation: &Consultation,
    (who, order_number): (&Identity, Option<Pii<String>>),
    OrderReferral { referral, structure, others, needs, letter }: OrderReferral,
) -> Result<ReferralOrder, ApiError> {
    let ids: Vec<String> = std::iter::once(structure).chain(others).collect();
    let differ = ids.iter().collect::<BTreeSet<_>>().len() == ids.len();
    if ids.len() > OTHERS + 1 || !differ || needs.len() > Need::ALL.len() {
        return Err(FailureCode::Malformed.into());
    }
    let mut places = places(state, &consultation.post().place.id, ids).await?;
    let others = places.split_off(1);
    Ok(ReferralOrder {
        referral,
        consultation: consultation.id(),
        structure: places.remove(0),
        others,
        needs,
        urgency: consultation.request().urgency,
        letter: cleaned_letter(&letter)?,
        by: who.name.clone(),
        order_number,
        at: state.clock.timestamp(),
        code: code_of(referral).into(),
    })
}

/// Tells the hub, and waits until the order is on the disk, for as long as somebody looks at a page that waits.
async fn is_stored(
    state: &HttpState,
    referral: ReferralId,
    change: &ReferralChange,
) -> Result<bool, ApiError> {
    for look in 0..LOOKS {
        if look % SAY_EVERY == 0 {
            tell(state, change.clone()).await?;
        }
        if !state.referrals.between(referral, referral).await?.is_empty() {
            return Ok(true);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(false)
}
