//! The directory of a post's patients, made anew for each question from the post's newest requests, and the reading of earlier consultations,
//! which is recorded like every reading of a record.

use crate::http::{
    bodies::{FailureCode, PatientLine},
    error::ApiError,
    records::asker::Asker,
    session::at_tablet::Said,
    state::HttpState,
};
use axum::http::HeaderMap;
use teranga_clinic::{
    audit::OpeningWay,
    consultation::Consultation,
    history::History,
    id::ConsultationId,
    patient::{Decision, Directory, Identification, Merge, Patient, figures},
    people::{Identity, Role},
    publication::number_of,
};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    task::spawn_blocking,
};

/// The directory of a post, and the decisions of which it is made.
pub(super) struct Book {
    pub(super) directory: Directory,
    pub(super) merges: Vec<Merge>,
    pub(super) identifications: Vec<Identification>,
}

/// Reads the directory of a post.
pub(super) async fn book(state: &HttpState, place: &str) -> Result<Book, ApiError> {
    // One directory is made at a time, so that no account can take every core from the calls.
    let _turn = TURN.acquire().await.map_err(|_| FailureCode::Internal)?;
    let visits = state.patients.visits(place, VISITS).await?;
    let merges = state.patients.merges(place).await?;
    let identifications = state.patients.identifications(place).await?;
    let made = spawn_blocking(move || {
        let directory = Directory::of(visits, &merges).identified(&identifications);
        Book { directory, merges, identifications }
    });
    made.await.map_err(|_| FailureCode::Internal.into())
}

/// The decisions about who the patient of a consultation is in the national record, also with the number that the consultation has.
pub(in crate::http::records) async fn identifications_of(
    state: &HttpState,
    consultation: &Consultation,
) -> Result<Vec<Identification>, ApiError> {
    let Book { directory, identifications, .. } = book(state, &consultation.post().place.id).await?;
    let patient = directory.of_consultation(consultation.id());
    let number = number_of(consultation).map(|number| figures(&number)).filter(|number| !number.is_empty());
    let is_about = |one: &Identification| {
        patient.is_some() && directory.find(one.patient) == patient
            || number.as_ref().is_some_and(|number| figures(one.identity.number.reveal()) == *number)
    };
    Ok(identifications.into_iter().filter(is_about).collect())
}

/// The turn to decide about patients. Whoever holds it reads the directory and writes the decision before anybody else decides, so that two
/// tablets do not give one patient two numbers.
pub(super) async fn turn_to_decide() -> Result<SemaphorePermit<'static>, ApiError> {
    DECISION.acquire().await.map_err(|_| FailureCode::Internal.into())
}

/// Who decides, now.
pub(super) async fn decision(
    state: &HttpState,
    who: &Identity,
    headers: &HeaderMap,
) -> Result<Decision, ApiError> {
    let staff = Said::staff(Said::of(who, headers).as_ref(), state).await?;
    Ok(Decision { by: who.party.clone(), staff, at: state.clock.timestamp() })
}

/// The post of a tablet; nobody else has patients of their own.
pub(super) fn place(who: &Identity) -> Result<&str, ApiError> {
    if who.role == Role::Kiosk { Ok(&who.place.id) } else { Err(ApiError::WRONG_ROLE) }
}

/// The histories of these consultations for whoever asks. Each opening is durable before anything is shown. Consultations that cannot be read are
/// left out.
pub(super) async fn opened(
    state: &HttpState,
    asker: &Asker,
    consultations: Vec<ConsultationId>,
) -> Result<Vec<History>, ApiError> {
    let mut histories = Vec::new();
    for consultation in consultations {
        let Some(Ok(history)) = state.journal.read(consultation).await? else { continue };
        state.journal.note_opening(&asker.opening(state, consultation, None, OpeningWay::Read)).await?;
        histories.push(history);
    }
    Ok(histories)
}

/// A patient as a page shows it.
pub(super) fn line(patient: &Patient) -> PatientLine {
    PatientLine {
        id: patient.id,
        name: patient.name.clone(),
        dpp: patient.dpp.clone(),
        birth_year: patient.birth_year,
        sex: patient.sex,
        language: patient.language,
        last_at: patient.last_at(),
        visits: u32::try_from(patient.visits.len()).unwrap_or(u32::MAX),
    }
}

/// The turn to make a directory.
static TURN: Semaphore = Semaphore::const_new(1);

/// The turn to decide something.
static DECISION: Semaphore = Semaphore::const_new(1);

/// The newest requests of a post of which its directory is made: more than a year of a busy one.
const VISITS: u32 = 5_000;

/// Earlier consultations that are shown with a patient.
pub(super) const SHOWN: usize = 10;
