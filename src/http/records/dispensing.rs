//! What was given of a prescription: a tablet of its post tells it here, a pharmacy at the verifier's address. Both are checked against what is on the
//! disk, and the answer waits for the disk.

use super::{asker::Asker, consultations::history, durable::tell};
use crate::http::{
    bodies::{DispenseAtPost, FailureCode},
    error::ApiError,
    json_body::JsonBody,
    parameters::InPath,
    session::at_tablet::Said,
    state::HttpState,
};
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, State},
    http::HeaderMap,
    routing::post,
};
use std::time::Duration;
use teranga_clinic::{
    dispensing::Dispensed,
    history::History,
    id::{ActId, ConsultationId, PrescriptionId},
    people::{Identity, Role},
    prescription::{Prescription, Undispensed},
};
use teranga_signaling::contract::{AtEnd, Author, Input, Over};
use uuid::Uuid;

/// The address at which a post tells it.
pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/api/consultations/{id}/prescriptions/{prescription}/dispensings", post(at_post))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
}

/// Something that was given, and who says so.
#[derive(Clone, Debug)]
pub(in crate::http) struct Given {
    /// The consultation.
    pub(in crate::http) consultation: ConsultationId,
    /// The prescription.
    pub(in crate::http) prescription: PrescriptionId,
    /// The tablet of its post; none for a pharmacy.
    pub(in crate::http) by: Option<Identity>,
    /// Who of its staff.
    pub(in crate::http) author: Author,
    /// What was given.
    pub(in crate::http) dispensed: Dispensed,
}

/// Takes what a post has given, maybe hours ago and without a network. The answer is the prescription with it.
async fn at_post(
    State(state): State<HttpState>,
    asker: Asker,
    headers: HeaderMap,
    InPath((id, prescription)): InPath<(String, String)>,
    JsonBody(DispenseAtPost { act, lines, at }): JsonBody<DispenseAtPost>,
) -> Result<Json<Prescription>, ApiError> {
    if asker.who.role != Role::Kiosk {
        return Err(ApiError::WRONG_ROLE);
    }
    let parse = |text: &str| text.parse::<Uuid>().map_err(|_| ApiError::NOT_FOUND);
    let (consultation, prescription) = (ConsultationId(parse(&id)?), PrescriptionId(parse(&prescription)?));
    let author = Said::author(Said::of(&asker.who, &headers).as_ref(), &state).await?;
    let history = history(&state, consultation, &asker).await?;
    let signed = history.consultation().prescriptions().find(prescription).ok_or(ApiError::NOT_FOUND)?;
    // A tablet without a network knows the time only roughly: nothing is given before the signature or in the future.
    let at = at.min(state.clock.timestamp()).max(signed.signed.at);
    let dispensed = Dispensed { act, lines, pharmacy: None, at };
    let given = Given { consultation, prescription, by: Some(asker.who), author, dispensed };
    Ok(Json(record(&state, &given).await?))
}

/// Records what was given, unless it is there. Of two who give the last of a line at the same time the second one reads what the first
/// one has given, and is refused.
///
/// # Errors
/// The reason for which it cannot be given, or `storage` if the disk does not answer.
pub(in crate::http) async fn record(state: &HttpState, given: &Given) -> Result<Prescription, ApiError> {
    for _ in 0..TRIES {
        let history = read(state, given.consultation).await?;
        let known = history.consultation().prescriptions();
        let before = known.find(given.prescription).ok_or(ApiError::NOT_FOUND)?;
        if has(before, given.dispensed.act) {
            return Ok(before.clone());
        }
        known.may_dispense(given.prescription, &given.dispensed)?;
        tell(state, input(given, &history, before)).await?;
        if let Some(after) = recorded(state, given).await? {
            return Ok(after);
        }
    }
    Err(FailureCode::Storage.into())
}

/// Waits until it is on the disk; none if it is not there soon, because something else came first.
async fn recorded(state: &HttpState, given: &Given) -> Result<Option<Prescription>, ApiError> {
    for _ in 0..LOOKS {
        tokio::time::sleep(LOOK_EVERY).await;
        let history = read(state, given.consultation).await?;
        let after = history.consultation().prescriptions().find(given.prescription).cloned();
        if let Some(after) = after.filter(|after| has(after, given.dispensed.act)) {
            return Ok(Some(after));
        }
    }
    Ok(None)
}

async fn read(state: &HttpState, id: ConsultationId) -> Result<History, ApiError> {
    let history = state.journal.read(id).await?.ok_or(ApiError::NOT_FOUND)?;
    history.map_err(|_| FailureCode::SetAside.into())
}

fn has(prescription: &Prescription, act: ActId) -> bool {
    prescription.dispensed.iter().any(|known| known.act == act)
}

/// What the hub is told. `before` is the prescription without it.
fn input(given: &Given, history: &History, before: &Prescription) -> Input {
    let Given { consultation, prescription, by, author, dispensed } = given.clone();
    let known = history.consultation();
    let is_new = |by: &Identity| known.is_of_post(by) && !known.tablets().contains(&by.party);
    let at_end = AtEnd {
        facts: u32::try_from(history.facts().len()).unwrap_or(u32::MAX),
        is_new_tablet: by.as_ref().is_some_and(is_new),
    };
    let mut after = before.clone();
    after.dispensed.push(dispensed.clone());
    let place = known.post().place.id.clone();
    let over = known.ended_at().map(|_| Box::new(Over { at_end, place, prescription: after }));
    let (by, dispensed) = (by.map(Box::new), Box::new(dispensed));
    Input::Dispensed { consultation, by, author, prescription, dispensed, over }
}

impl From<Undispensed> for ApiError {
    fn from(why: Undispensed) -> Self {
        match why {
            Undispensed::Unknown => return Self::NOT_FOUND,
            Undispensed::Cancelled => FailureCode::PrescriptionCancelled,
            Undispensed::Replaced => FailureCode::PrescriptionReplaced,
            Undispensed::Expired => FailureCode::PrescriptionExpired,
            Undispensed::Exceeds | Undispensed::Full => FailureCode::DispensedAlready,
            Undispensed::Lines => FailureCode::Malformed,
        }
        .into()
    }
}

/// The longest body that is read: ten lines have less than 1 kB.
const BODY_BYTES: usize = 4 * 1024;
/// The times that it is tried, each for half a second: whatever came first is read before the next one.
const TRIES: u32 = 4;
const LOOKS: u32 = 10;
const LOOK_EVERY: Duration = Duration::from_millis(50);
