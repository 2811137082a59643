//! Who has seen the record of a consultation, for its members, and above all for the patient: as a page shows it and as it is printed, and as FHIR for
//! other systems. Asking it shows nothing of the record, and is not recorded.

use super::{
    asker::Asker,
    consultations::{history, refuse},
};
use crate::http::{
    bodies::{ReadersView, ReadingLine},
    error::ApiError,
    parameters::InPath,
    state::HttpState,
};
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderName, header},
    response::IntoResponse,
    routing::get,
};
use std::collections::HashMap;
use teranga_clinic::{
    consultation::{Consultation, referrals::referrals_of},
    id::{ConsultationId, StaffId},
    people::{Identity, Role},
    pii::Pii,
    readers::{RecordReading, readings},
    referral::{ReferralEvent, code_holder},
};
use teranga_exchange::audit_event::{NamedReading, bundle};
use uuid::Uuid;

/// The addresses below a consultation.
pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/api/consultations/{id}/readers", get(list))
        .route("/api/consultations/{id}/readers.json", get(export))
}

/// The list in words for people.
async fn list(
    State(state): State<HttpState>,
    asker: Asker,
    InPath(id): InPath<Uuid>,
) -> Result<impl IntoResponse, ApiError> {
    let (named, left_out) = named_readings(&state, &asker, ConsultationId(id)).await?;
    let readings = named.into_iter().map(line).collect();
    let head = state.audit.audit_head().await?.to_string();
    Ok((NO_STORE, Json(ReadersView { readings, left_out, head })))
}

/// The same as a FHIR R4 Bundle of `AuditEvents`.
async fn export(
    State(state): State<HttpState>,
    asker: Asker,
    InPath(id): InPath<Uuid>,
) -> Result<impl IntoResponse, ApiError> {
    let id = ConsultationId(id);
    let (named, _) = named_readings(&state, &asker, id).await?;
    let host = state.names.first().map_or("localhost", String::as_str);
    let bundle = bundle(host, id, state.clock.timestamp(), &named);
    Ok((NO_STORE, [(header::CONTENT_TYPE, "application/fhir+json")], Json(bundle)))
}

/// The newest readings of a consultation with the names of everybody, and the number of earlier ones that are left out.
async fn named_readings(
    state: &HttpState,
    asker: &Asker,
    id: ConsultationId,
) -> Result<(Vec<NamedReading>, u32), ApiError> {
    let history = history(state, id, asker).await?;
    if !history.consultation().is_member(&asker.who) {
        return Err(refuse(state, id, asker, None));
    }
    let openings = state.journal.openings(id).await?;
    let mut readings = readings(history.facts(), &openings);
    let left_out = readings.len().saturating_sub(SHOWN);
    readings.drain(..left_out);
    let staff = staff_of(state, &history.consultation().post().place.id).await?;
    for reading in readings.iter_mut().filter(|reading| reading.who.is_none()) {
        reading.who = with_code(history.consultation(), reading);
    }
    let named = name_all(state, readings, &staff).await?;
    Ok((named, u32::try_from(left_out).unwrap_or(u32::MAX)))
}

/// The names of a post's staff, also of those who work there no more.
async fn staff_of(state: &HttpState, place: &str) -> Result<HashMap<StaffId, Pii<String>>, ApiError> {
    let members = state.identities.staff.members(place).await?;
    let named = members.into_iter().map(|member| {
        let name = format!("{}, {}", member.name.reveal(), member.title.reveal());
        (member.id, Pii::new(name))
    });
    Ok(named.collect())
}

/// The structure that was asked when somebody opened a letter with its code; none for everybody else. Nobody knows the person.
fn with_code(consultation: &Consultation, reading: &RecordReading) -> Option<Identity> {
    let all = referrals_of(consultation).all();
    let referral = all.iter().find(|one| reading.party == code_holder(one.order.referral))?;
    let mut asked =
        referral.steps.iter().filter(|step| step.at <= reading.at).filter_map(|step| match &step.event {
            ReferralEvent::AskedNext { structure, .. } => Some(structure),
            _ => None,
        });
    let place = asked.next_back().unwrap_or(&referral.order.structure).clone();
    Some(Identity {
        party: reading.party.clone(),
        role: Role::Guest,
        name: Pii::default(),
        place,
        specialities: Vec::new(),
    })
}

/// Puts a name to each reading. Those whom no fact introduces are looked up, each of them once.
async fn name_all(
    state: &HttpState,
    readings: Vec<RecordReading>,
    staff: &HashMap<StaffId, Pii<String>>,
) -> Result<Vec<NamedReading>, ApiError> {
    let mut strangers = HashMap::new();
    let mut named = Vec::with_capacity(readings.len());
    for mut reading in readings {
        if reading.who.is_none() {
            if !strangers.contains_key(&reading.party) {
                let known = state.people.identity(&reading.party).await?;
                strangers.insert(reading.party.clone(), known);
            }
            reading.who = strangers.get(&reading.party).cloned().flatten();
        }
        let staff = reading.staff.as_ref().and_then(|id| staff.get(id)).cloned();
        named.push(NamedReading { reading, staff });
    }
    Ok(named)
}

fn line(NamedReading { reading, staff }: NamedReading) -> ReadingLine {
    let RecordReading { at, who, occasion, refused, network, .. } = reading;
    let role = who.as_ref().map(|who| who.role);
    let (name, place) = who.map(|who| (who.name, who.place.name)).unzip();
    let name = if role == Some(Role::Kiosk) { staff } else { name.filter(|name| !name.reveal().is_empty()) };
    ReadingLine { at, occasion, refused, name, place, role, network }
}

/// The readings that are shown: a record that is opened each day for a year has fewer.
const SHOWN: usize = 500;

/// Neither the browser nor a proxy keeps it (RFC 9111 section 5.2.2.5).
const NO_STORE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];
