//! A post says later who a patient is in the national record (DPP), and undoes it. The server asks the record itself, so that number and name
//! are what it says; while it does not answer, they are as somebody typed them, and are told as such.

use super::book::{Book, book, decision, place, turn_to_decide};
use crate::{
    dpp::{DppTrouble, Wanted},
    http::{
        bodies::{FailureCode, IdentifyPatient},
        error::ApiError,
        json_body::JsonBody,
        parameters::InPath,
        records::asker::Asker,
        state::HttpState,
    },
    identity::throttle::Budget,
    store::StoreError,
};
use axum::{
    Extension, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use std::sync::Arc;
use teranga_clinic::{
    audit::{OpeningWay, RecordOpening},
    id::{PartyId, PatientId},
    patient::{Identification, NationalIdentity, Patient, figures},
    pii::Pii,
};
use teranga_exchange::dpp::Lookup;
use uuid::Uuid;

/// The questions that each tablet may cause.
type Lookups = Arc<Budget<PartyId>>;

/// What decides and undoes.
pub(super) fn router() -> Router<HttpState> {
    let lookups: Lookups = Arc::new(Budget::new(LOOKUPS, LOOKUP_EVERY_MS));
    Router::new()
        .route("/api/patients/{id}/identifications/{decision}", post(identify))
        .route("/api/patients/identifications/{id}/undo", post(undo))
        .layer(Extension(lookups))
}

/// Decides who a patient is. A decision that came before changes nothing when it comes again, also if it was undone meanwhile.
async fn identify(
    State(state): State<HttpState>,
    asker: Asker,
    Extension(lookups): Extension<Lookups>,
    headers: HeaderMap,
    InPath((id, decided)): InPath<(PatientId, Uuid)>,
    JsonBody(body): JsonBody<IdentifyPatient>,
) -> Result<StatusCode, ApiError> {
    let place = place(&asker.who)?;
    let wanted = typed(body).ok_or(FailureCode::Malformed)?;
    if find(&book(&state, place).await?, id, decided)?.is_none() {
        return Ok(StatusCode::NO_CONTENT);
    }
    let identity = ask(&state, &asker.who.party, &lookups, wanted).await?;
    let _turn = turn_to_decide().await?;
    // The directory is read again, because the record may have taken seconds.
    let book = book(&state, place).await?;
    let Some(patient) = find(&book, id, decided)? else { return Ok(StatusCode::NO_CONTENT) };
    if patient.has_other_number(identity.number.reveal()) {
        return Err(FailureCode::PatientOtherNumber.into());
    }
    if is_told(&book, patient, &identity) {
        return Ok(StatusCode::NO_CONTENT);
    }
    let made = decision(&state, &asker.who, &headers).await?;
    let noted = noted(&state, &asker, patient, OpeningWay::Identified);
    let new = Identification { id: decided, patient: patient.id, identity, made, undone: None };
    match state.patients.add_identification(place, &new, &noted).await {
        Ok(true) => Ok(StatusCode::NO_CONTENT),
        // Another post has a decision of this name.
        Ok(false) => Err(FailureCode::Malformed.into()),
        Err(StoreError::TooLarge) => Err(FailureCode::TooLarge.into()),
        Err(error) => Err(error.into()),
    }
}

/// Undoes a decision of this post. What is undone already stays so.
async fn undo(
    State(state): State<HttpState>,
    asker: Asker,
    headers: HeaderMap,
    InPath(id): InPath<Uuid>,
) -> Result<StatusCode, ApiError> {
    let place = place(&asker.who)?;
    let _turn = turn_to_decide().await?;
    let Book { directory, identifications, .. } = book(&state, place).await?;
    let known = identifications.iter().find(|one| one.id == id).ok_or(ApiError::NOT_FOUND)?;
    let patient = directory.find(known.patient);
    let noted =
        patient.map(|patient| noted(&state, &asker, patient, OpeningWay::Unidentified)).unwrap_or_default();
    let undone = decision(&state, &asker.who, &headers).await?;
    state.patients.undo_identification(place, id, &undone, &noted).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The patient; none if the decision was made before.
fn find(book: &Book, id: PatientId, decided: Uuid) -> Result<Option<&Patient>, ApiError> {
    let patient = book.directory.find(id).ok_or(ApiError::NOT_FOUND)?;
    let is_made = book.identifications.iter().any(|one| one.id == decided);
    Ok((!is_made).then_some(patient))
}

/// True if somebody has decided the same about the patient, and the record says no more of it now.
fn is_told(book: &Book, patient: &Patient, identity: &NationalIdentity) -> bool {
    let mut live = book.identifications.iter().filter(|one| one.undone.is_none());
    live.any(|one| {
        let same = figures(one.identity.number.reveal()) == figures(identity.number.reveal());
        same && (one.identity.confirmed || !identity.confirmed)
            && book.directory.find(one.patient) == Some(patient)
    })
}

/// Number and name without spaces around them; none if one is too long, or the number too short to be one.
fn typed(IdentifyPatient { number, name }: IdentifyPatient) -> Option<NationalIdentity> {
    let trimmed = |text: Pii<String>| text.into_inner().trim().to_owned();
    let is_short = |text: &String| text.chars().count() <= TEXT_CHARS;
    let number =
        Some(trimmed(number)).filter(is_short).filter(|number| figures(number).len() >= NUMBER_CHARS)?;
    let name = name.map(trimmed).filter(|name| !name.is_empty());
    let fits = name.as_ref().is_none_or(is_short);
    fits.then(|| NationalIdentity { number: number.into(), name: name.map(Pii::new), confirmed: false })
}

/// What the record says of the number; what was typed if the record says nothing.
async fn ask(
    state: &HttpState,
    by: &PartyId,
    lookups: &Budget<PartyId>,
    typed: NationalIdentity,
) -> Result<NationalIdentity, ApiError> {
    let now = state.clock.timestamp();
    if state.dpp.is_on() {
        lookups.take(by, now).map_err(ApiError::TooManyAttempts)?;
    }
    let number = typed.number.reveal().clone();
    match state.dpp.look_up(&Wanted::Number(number.clone()), now).await {
        Ok(Lookup::Certain(one)) => Ok(NationalIdentity {
            number: one.number.unwrap_or(number).into(),
            name: Some(one.name.into()),
            confirmed: true,
        }),
        Ok(_) | Err(DppTrouble::NotFound) => Err(FailureCode::PatientNumberUnknown.into()),
        Err(DppTrouble::NotInUse) => Err(FailureCode::PatientNumberRetired.into()),
        Err(DppTrouble::Off | DppTrouble::Unreachable | DppTrouble::Unusable(_)) => Ok(typed),
    }
}

/// The rows of the audit log about the newest consultations of the patient.
fn noted(state: &HttpState, asker: &Asker, patient: &Patient, way: OpeningWay) -> Vec<RecordOpening> {
    let visits = patient.visits.iter().take(NOTED);
    visits.map(|(consultation, _)| asker.opening(state, *consultation, None, way)).collect()
}

/// The longest number or name, in characters.
const TEXT_CHARS: usize = 100;
/// The fewest letters and figures of a number, in bytes.
const NUMBER_CHARS: usize = 3;
/// The consultations of a patient whose audit log tells the decision: more than anybody has at one post in a year.
const NOTED: usize = 100;
/// The decisions that a tablet may ask the record about at once, and the time after which it may ask about one more.
const LOOKUPS: u32 = 30;
const LOOKUP_EVERY_MS: u64 = 20_000;
