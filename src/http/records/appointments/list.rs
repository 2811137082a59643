//! Reading appointments: those of a post or a doctor from today on, and all of one consultation.

use crate::{
    http::{
        bodies::{AppointmentList, AppointmentRow},
        error::ApiError,
        parameters::InPath,
        records::{asker::Asker, consultations::history},
        session::auth::SignedIn,
        state::HttpState,
    },
    store::IndexedAppointment,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderName, header},
    response::IntoResponse,
};
use std::collections::BTreeMap;
use teranga_clinic::{
    appointment::{Appointment, NewAppointment, day_of},
    consultation::{Consultation, appointments::appointments},
    history::History,
    id::ConsultationId,
    people::Role,
    pii::Pii,
    request::Intake,
    time::Timestamp,
};

/// The appointments of the asker from today on: a tablet reads those of its post, and which of them were cancelled, a doctor their own.
pub(super) async fn list(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
) -> Result<impl IntoResponse, ApiError> {
    let at = state.clock.timestamp();
    let span = day_of(at, state.rota.zone()).0..Timestamp(i64::MAX.unsigned_abs());
    let index = &state.appointments;
    let (found, cancelled) = match who.role {
        Role::Kiosk => (
            index.of_place(&who.place.id, span.clone()).await?,
            index.cancelled_of_place(&who.place.id, span).await?,
        ),
        Role::Doctor => (index.of_doctor(&who.party, span).await?, Vec::new()),
        _ => return Err(ApiError::WRONG_ROLE),
    };
    let (appointments, cancelled) = (rows(&state, &found).await?, rows(&state, &cancelled).await?);
    Ok((NO_STORE, Json(AppointmentList { at, reminds: state.edge.sms, appointments, cancelled })))
}

/// All appointments of one consultation, also those that are over or cancelled.
pub(super) async fn of_consultation(
    State(state): State<HttpState>,
    asker: Asker,
    InPath(id): InPath<String>,
) -> Result<impl IntoResponse, ApiError> {
    let id = ConsultationId(id.parse().map_err(|_| ApiError::NOT_FOUND)?);
    let history = history(&state, id, &asker).await?;
    let consultation = history.consultation();
    let all = appointments(consultation).all().iter();
    let appointments = all.map(|known| row(consultation, known)).collect();
    let (at, reminds) = (state.clock.timestamp(), state.edge.sms);
    Ok((NO_STORE, Json(AppointmentList { at, reminds, appointments, cancelled: Vec::new() })))
}

/// The rows of indexed appointments. Those of consultations that are set aside are left out: nothing can be said of them.
async fn rows(state: &HttpState, found: &[IndexedAppointment]) -> Result<Vec<AppointmentRow>, ApiError> {
    let mut read: BTreeMap<ConsultationId, Option<History>> = BTreeMap::new();
    let mut rows = Vec::new();
    for IndexedAppointment { appointment, consultation, .. } in found {
        if !read.contains_key(consultation) {
            let history = state.journal.read(*consultation).await?.and_then(Result::ok);
            read.insert(*consultation, history);
        }
        let Some(Some(history)) = read.get(consultation) else { continue };
        let consultation = history.consultation();
        rows.extend(appointments(consultation).find(*appointment).map(|known| row(consultation, known)));
    }
    Ok(rows)
}

fn row(consultation: &Consultation, known: &Appointment) -> AppointmentRow {
    let NewAppointment { appointment, at, way, reason, .. } = &known.appointed;
    let speciality = consultation.asked_speciality();
    AppointmentRow {
        appointment: *appointment,
        consultation: consultation.id(),
        at: *at,
        way: way.clone(),
        reason: reason.clone(),
        post: consultation.post().place.name.clone(),
        doctor: known.doctor.party.clone(),
        doctor_name: known.doctor.name.clone(),
        speciality,
        moved_from: known.moved_from.last().copied(),
        cancelled: known.cancelled.clone(),
        intake: intake(consultation.intake(), reason),
    }
}

/// The form with which a post calls at the time: who the patient is, and for what. What was measured then is not measured now.
fn intake(before: &Intake, reason: &Pii<String>) -> Intake {
    let Intake { dpp, age_years, language, name, sex, age_months, age_days, .. } = before.clone();
    Intake {
        dpp,
        age_years,
        language,
        name,
        sex,
        age_months,
        age_days,
        reason: reason.clone(),
        ..Intake::default()
    }
}

/// Neither the browser nor a proxy keeps a record (RFC 9111 section 5.2.2.5).
const NO_STORE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];
