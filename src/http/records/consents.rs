//! A patient's consent: the post writes down what was answered, at any time, also after the end of the consultation.

use super::{
    asker::Asker,
    consultations::{history, refuse},
    durable::{is_durable, tell},
};
use crate::http::{
    bodies::{ConsentStored, FailureCode, SayConsent},
    error::ApiError,
    json_body::JsonBody,
    parameters::InPath,
    session::at_tablet::Said,
    state::HttpState,
};
use axum::{Json, Router, extract::State, http::HeaderMap, routing::post};
use teranga_clinic::{
    consent::ConsentAct,
    consultation::consents::consents,
    fact::What,
    history::History,
    id::{ActId, ConsultationId},
    people::{Identity, Role},
};
use teranga_signaling::contract::{AtEnd, Input};
use uuid::Uuid;

/// The address of an answer, whose identifier its page makes.
pub(super) fn router() -> Router<HttpState> {
    Router::new().route("/api/consultations/{id}/consents/{act}", post(say))
}

/// Writes an answer down. The same one again is harmless.
async fn say(
    State(state): State<HttpState>,
    asker: Asker,
    InPath((id, act)): InPath<(Uuid, Uuid)>,
    headers: HeaderMap,
    JsonBody(SayConsent { given, language, giver }): JsonBody<SayConsent>,
) -> Result<Json<ConsentStored>, ApiError> {
    let (id, act) = (ConsultationId(id), ActId(act));
    let history = history(&state, id, &asker).await?;
    check(&state, &history, &asker, given, act)?;
    if consents(history.consultation()).has(act) {
        return Ok(Json(ConsentStored { stored: true }));
    }
    let said = ConsentAct { act, language, giver };
    let what = if given { What::Consented { said } } else { What::ConsentWithdrawn { said } };
    let author = Said::author(Said::of(&asker.who, &headers).as_ref(), &state).await?;
    let at_end = at_end(&history, &asker.who);
    let (by, what) = (Box::new(asker.who), Box::new(what));
    tell(&state, Input::Consent { consultation: id, by, author, what, at_end }).await?;
    let stored = is_durable(&state, id, |found| consents(found).has(act)).await?;
    Ok(Json(ConsentStored { stored }))
}

/// Refuses everybody but the post, an answer too many, an identifier that is not random (RFC 9562, version 4), and a no under the name of a yes, which
/// would be taken for stored.
fn check(
    state: &HttpState,
    history: &History,
    asker: &Asker,
    given: bool,
    act: ActId,
) -> Result<(), ApiError> {
    let consultation = history.consultation();
    if !consultation.is_member(&asker.who) {
        return Err(refuse(state, consultation.id(), asker, None));
    }
    if asker.who.role != Role::Kiosk {
        return Err(ApiError::WRONG_ROLE);
    }
    let known = consents(consultation);
    let fits = match known.was_given(act) {
        Some(was_given) => was_given == given,
        None if given => known.may_give(),
        None => known.may_withdraw(),
    };
    (fits && act.0.get_version_num() == 4).then_some(()).ok_or(FailureCode::Malformed.into())
}

/// The consultation as it is on the disk if it is over; none while it goes on.
fn at_end(history: &History, by: &Identity) -> Option<AtEnd> {
    let consultation = history.consultation();
    consultation.ended_at()?;
    let facts = u32::try_from(history.facts().len()).unwrap_or(u32::MAX);
    Some(AtEnd { facts, is_new_tablet: !consultation.tablets().contains(&by.party) })
}
