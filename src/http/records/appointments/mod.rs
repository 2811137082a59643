//! Making, moving, cancelling and listing appointments.

mod list;
mod times;

use super::{
    asker::Asker,
    consultations::history,
    durable::{is_durable, tell},
};
use crate::http::{
    bodies::{CancelAppointment, FailureCode, MakeAppointment, MoveAppointment, StoredAppointment},
    error::ApiError,
    json_body::JsonBody,
    parameters::InPath,
    state::HttpState,
};
use axum::{
    Extension, Json, Router,
    extract::{DefaultBodyLimit, State},
    routing::{get, post},
};
use std::sync::Arc;
use teranga_clinic::{
    appointment::{
        APPOINTMENT_CHARS, APPOINTMENT_MS, APPOINTMENTS, Appointment, AppointmentWay, DateFlaw, LocalTime,
        NewAppointment, instant_of,
    },
    consultation::{Consultation, appointments::appointments},
    contact,
    fact::What,
    history::History,
    id::{AppointmentId, ConsultationId, PartyId},
    people::{Identity, Role},
    pii::Pii,
    prescribing::may_prescribe,
    text::clean,
    time::Timestamp,
};
use teranga_signaling::contract::{AppointmentParties, AtEnd, Input};
use times::{Claim, ClaimedTimes};
use uuid::Uuid;

/// The addresses of appointments.
pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/api/appointments", get(list::list))
        .route("/api/consultations/{id}/appointments", get(list::of_consultation).post(make))
        .route("/api/consultations/{id}/appointments/{appointment}/move", post(move_to))
        .route("/api/consultations/{id}/appointments/{appointment}/cancel", post(cancel))
        .layer(Extension(Arc::<ClaimedTimes>::default()))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
}

/// Makes an appointment. The answer waits for the disk.
async fn make(
    State(state): State<HttpState>,
    Extension(times): Extension<Arc<ClaimedTimes>>,
    asker: Asker,
    InPath(id): InPath<String>,
    JsonBody(body): JsonBody<MakeAppointment>,
) -> Result<Json<StoredAppointment>, ApiError> {
    let id = ConsultationId(id.parse().map_err(|_| ApiError::NOT_FOUND)?);
    must_be_doctor(&asker.who)?;
    let history = history(&state, id, &asker).await?;
    let (consultation, who) = (history.consultation(), asker.who);
    let appointment = body.appointment;
    if appointments(consultation).find(appointment).is_some() {
        return Ok(Json(StoredAppointment { stored: true }));
    }
    if !may_prescribe(consultation, &who) {
        return Err(FailureCode::NotPrescriber.into());
    }
    if appointments(consultation).all().len() >= APPOINTMENTS || appointment.0.get_version_num() != 4 {
        return Err(FailureCode::Malformed.into());
    }
    let (way, reason) = (way(body.way)?, line(&body.reason)?);
    let phone = body.phone.as_ref().map(telephone).transpose()?;
    let claim = free_time(&state, &times, (&who.party, appointment), &body.local).await?;
    let place = consultation.post().place.id.clone();
    let made = NewAppointment { appointment, at: claim.at(), way, reason, phone, place };
    let (what, doctor) = (What::Appointed { appointment: Box::new(made) }, who.party.clone());
    let is_there = |found: &Consultation| appointments(found).find(appointment).is_some();
    store(&state, input(&history, who, what, doctor), Some(claim), is_there).await
}

/// Moves an appointment, also after the end of its consultation.
async fn move_to(
    State(state): State<HttpState>,
    Extension(times): Extension<Arc<ClaimedTimes>>,
    asker: Asker,
    InPath((id, appointment)): InPath<(String, String)>,
    JsonBody(MoveAppointment { local }): JsonBody<MoveAppointment>,
) -> Result<Json<StoredAppointment>, ApiError> {
    let (history, known) = standing(&state, &asker, &id, &appointment).await?;
    let (appointment, doctor) = (known.appointed.appointment, known.doctor.party);
    let claim = free_time(&state, &times, (&doctor, appointment), &local).await?;
    let at = claim.at();
    if at == known.appointed.at {
        return Ok(Json(StoredAppointment { stored: true }));
    }
    let what = What::AppointmentMoved { appointment, at };
    let is_at = |known: &Appointment| known.appointed.at == at;
    let is_there = |found: &Consultation| appointments(found).find(appointment).is_some_and(is_at);
    store(&state, input(&history, asker.who, what, doctor), Some(claim), is_there).await
}

/// Cancels an appointment, also after the end of its consultation.
async fn cancel(
    State(state): State<HttpState>,
    asker: Asker,
    InPath((id, appointment)): InPath<(String, String)>,
    JsonBody(CancelAppointment { why }): JsonBody<CancelAppointment>,
) -> Result<Json<StoredAppointment>, ApiError> {
    let (history, known) = standing(&state, &asker, &id, &appointment).await?;
    let (appointment, doctor) = (known.appointed.appointment, known.doctor.party);
    let what = What::AppointmentCancelled { appointment, why: line(&why)? };
    let is_there = |found: &Consultation| !appointments(found).stands(appointment);
    store(&state, input(&history, asker.who, what, doctor), None, is_there).await
}

fn must_be_doctor(who: &Identity) -> Result<(), ApiError> {
    if who.role == Role::Doctor { Ok(()) } else { Err(ApiError::WRONG_ROLE) }
}

/// An appointment that stands, in a consultation in which this doctor has a part.
async fn standing(
    state: &HttpState,
    asker: &Asker,
    id: &str,
    appointment: &str,
) -> Result<(History, Appointment), ApiError> {
    must_be_doctor(&asker.who)?;
    let parse = |text: &str| text.parse::<Uuid>().map_err(|_| ApiError::NOT_FOUND);
    let (id, appointment) = (ConsultationId(parse(id)?), AppointmentId(parse(appointment)?));
    let history = history(state, id, asker).await?;
    let consultation = history.consultation();
    let known = appointments(consultation).find(appointment).filter(|_| consultation.is_member(&asker.who));
    let known = known.cloned().ok_or(ApiError::NOT_FOUND)?;
    if known.stands() { Ok((history, known)) } else { Err(FailureCode::AppointmentOver.into()) }
}

/// Claims a date and time for an appointment of a doctor who has no other one then. The claim is there before the index is asked, and goes
/// only when the index has the appointment, so that of two requests for the same time one is refused.
async fn free_time<'a>(
    state: &HttpState,
    times: &'a ClaimedTimes,
    (doctor, appointment): (&PartyId, AppointmentId),
    local: &LocalTime,
) -> Result<Claim<'a>, ApiError> {
    let at = instant_of(local, state.rota.zone(), state.clock.timestamp())?;
    let claim = times.claim((doctor, appointment), at, state.clock.now());
    let claim = claim.ok_or(FailureCode::AppointmentTaken)?;
    let span = Timestamp(at.0.saturating_sub(APPOINTMENT_MS - 1))..at.plus_ms(APPOINTMENT_MS);
    let others = state.appointments.of_doctor(doctor, span).await?;
    let is_taken = others.iter().any(|other| other.appointment != appointment);
    if is_taken { Err(FailureCode::AppointmentTaken.into()) } else { Ok(claim) }
}

impl From<DateFlaw> for ApiError {
    fn from(flaw: DateFlaw) -> Self {
        match flaw {
            DateFlaw::Unreal => FailureCode::AppointmentDate,
            DateFlaw::Past => FailureCode::AppointmentPast,
            DateFlaw::Far => FailureCode::AppointmentFar,
        }
        .into()
    }
}

fn way(way: AppointmentWay) -> Result<AppointmentWay, ApiError> {
    match way {
        AppointmentWay::Call => Ok(way),
        AppointmentWay::Place(place) => line(&place).map(AppointmentWay::Place),
    }
}

/// A text in one line.
fn line(text: &Pii<String>) -> Result<Pii<String>, ApiError> {
    let line = clean(text.reveal()).split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() {
        return Err(FailureCode::Malformed.into());
    }
    if line.chars().count() > APPOINTMENT_CHARS { Err(FailureCode::TooLarge.into()) } else { Ok(line.into()) }
}

fn telephone(typed: &Pii<String>) -> Result<Pii<String>, ApiError> {
    contact::phone(typed.reveal()).map(Pii::new).map_err(|_| FailureCode::AppointmentPhone.into())
}

/// What the hub is handed: the fact, and those who are told of it.
fn input(history: &History, by: Identity, what: What, doctor: PartyId) -> (ConsultationId, Input) {
    let consultation = history.consultation();
    let facts = u32::try_from(history.facts().len()).unwrap_or(u32::MAX);
    let at_end = consultation.ended_at().map(|_| AtEnd { facts, is_new_tablet: false });
    let parties = AppointmentParties { place: consultation.post().place.id.clone(), doctor, at_end };
    let (consultation, by, what) = (consultation.id(), Box::new(by), Box::new(what));
    (consultation, Input::Appointment { consultation, by, what, parties: Box::new(parties) })
}

/// Hands an input to the hub, and waits until the facts on the disk say that it was done, for as long as somebody looks at a page that
/// waits.
async fn store(
    state: &HttpState,
    (id, input): (ConsultationId, Input),
    mut claim: Option<Claim<'_>>,
    is_there: impl Fn(&Consultation) -> bool,
) -> Result<Json<StoredAppointment>, ApiError> {
    claim.as_mut().map(Claim::hold);
    tell(state, input).await?;
    let stored = is_durable(state, id, is_there).await?;
    if stored {
        claim.as_mut().map(Claim::settle);
    }
    Ok(Json(StoredAppointment { stored }))
}

/// The longest body that is read.
const BODY_BYTES: usize = 8 * 1024;
