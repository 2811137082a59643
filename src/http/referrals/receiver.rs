//! What the structure that is asked sees of its referrals with an account: the list without letters, the letter, and what it does.

use super::{
    found::{Found, for_receiver, listed},
    step::{Mover, step},
};
use crate::{
    http::{
        bodies::{MoveReferral, ReceivedReferral, ReceivedReferrals},
        error::ApiError,
        json_body::JsonBody,
        parameters::InPath,
        records::{asker::Asker, consultations::refuse},
        session::auth::SignedIn,
        state::HttpState,
    },
    store::IndexedReferral,
};
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderName, header},
    response::IntoResponse,
    routing::{get, post},
};
use teranga_clinic::{
    audit::OpeningWay,
    id::{ActId, ReferralId},
    people::{Identity, Role},
    referral::{Letter, Referral, ReferralActor, ReferralEvent},
    time::Timestamp,
};
use uuid::Uuid;

pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/api/referrals", get(list))
        .route("/api/referrals/{id}", get(open))
        .route("/api/referrals/{id}/events", post(events))
}

/// The referrals to the structure of the asker. Looking at the list marks nothing.
async fn list(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
) -> Result<impl IntoResponse, ApiError> {
    must_receive(&who)?;
    let at = state.clock.timestamp();
    let over_since = Timestamp(at.0.saturating_sub(SHOWN_MS));
    let rows = state.referrals.of_structure(&who.place.id, over_since, LISTED).await?;
    Ok((NO_STORE, Json(ReceivedReferrals { at, referrals: listed(&state, &rows).await? })))
}

/// Opens the letter: the opening is written down, and the referral is received from now on.
async fn open(
    State(state): State<HttpState>,
    asker: Asker,
    InPath(id): InPath<String>,
) -> Result<impl IntoResponse, ApiError> {
    let row = indexed(&state, &asker, &id).await?;
    if row.structure != asker.who.place.id {
        return Err(refuse(&state, row.consultation, &asker, None));
    }
    let found = Found::read(&state, row.consultation, row.referral).await?;
    let opening = asker.opening(&state, row.consultation, None, OpeningWay::Read);
    state.journal.note_opening(&opening).await?;
    let received = opened(&state, found, &Mover::signed_in(ReferralActor::Receiver, asker.who)).await?;
    Ok((NO_STORE, Json(received)))
}

async fn events(
    State(state): State<HttpState>,
    asker: Asker,
    InPath(id): InPath<String>,
    JsonBody(MoveReferral { act, event }): JsonBody<MoveReferral>,
) -> Result<Json<Referral>, ApiError> {
    let row = indexed(&state, &asker, &id).await?;
    if row.structure != asker.who.place.id {
        return said_before(&state, &asker, &row, act).await.map(Json);
    }
    let mover = Mover::signed_in(ReferralActor::Receiver, asker.who);
    Ok(Json(for_receiver(step(&state, (row.consultation, row.referral), &mover, (act, event)).await?)))
}

/// The answer to a structure that says again what it said while it was asked: a rejection whose answer was lost, after which the server
/// has asked the next structure. It reads the referral as it was then, without the letter.
async fn said_before(
    state: &HttpState,
    asker: &Asker,
    row: &IndexedReferral,
    act: ActId,
) -> Result<Referral, ApiError> {
    let found = Found::read(state, row.consultation, row.referral).await?;
    let then = found.referral().as_left_by(act).filter(|then| then.structure.id == asker.who.place.id);
    let unlettered = |mut then: Referral| {
        then.order.letter = Letter::default();
        then
    };
    then.map(unlettered).ok_or_else(|| refuse(state, row.consultation, asker, None))
}

/// The letter, for somebody who may see it and whose opening is written down. One that cannot be noted as received now is shown all the
/// same.
pub(super) async fn opened(
    state: &HttpState,
    found: Found,
    receiver: &Mover,
) -> Result<ReceivedReferral, ApiError> {
    if !found.referral().is_unopened() {
        return Ok(found.received());
    }
    let ids = (found.history.consultation().id(), found.referral().order.referral);
    let act = (ActId(Uuid::new_v4()), ReferralEvent::Received);
    if let Err(error) = step(state, ids, receiver, act).await {
        tracing::warn!(%error, code = "referral_not_received", "a letter was opened, and that is not stored");
    }
    Ok(Found::read(state, ids.0, ids.1).await?.received())
}

fn must_receive(who: &Identity) -> Result<(), ApiError> {
    if matches!(who.role, Role::Doctor | Role::Guest) { Ok(()) } else { Err(ApiError::WRONG_ROLE) }
}

/// The referral in an address, for somebody who may receive some. Those of other structures are told that there is none, and that is written
/// down: whoever calls this sees to it.
async fn indexed(state: &HttpState, asker: &Asker, id: &str) -> Result<IndexedReferral, ApiError> {
    must_receive(&asker.who)?;
    let id = ReferralId(id.parse::<Uuid>().map_err(|_| ApiError::NOT_FOUND)?);
    state.referrals.between(id, id).await?.pop().ok_or(ApiError::NOT_FOUND)
}

/// The most referrals of a list.
const LISTED: u32 = 100;

/// The time after its end for which a referral stays on the list, and for which its code opens it, in milliseconds: 30 days.
pub(super) const SHOWN_MS: u64 = 30 * 24 * 3_600_000;

/// Neither the browser nor a proxy keeps a letter (RFC 9111 section 5.2.2.5).
pub(super) const NO_STORE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];
