//! What is seen of the rota: all of it by coordinators and doctors, and who is on duty now by everybody who is signed in.

use super::bodies::{DutyView, LocalSpan, OnDutyNow, RotaDays, RotaDoctor, RotaNow, RotaView};
use crate::{
    http::{
        bodies::FailureCode, error::ApiError, parameters::InQuery, session::auth::SignedIn, state::HttpState,
    },
    rota::{RotaService, Snapshot},
    store::StoreError,
};
use axum::{Json, extract::State};
use jiff::civil::Date;
use teranga_clinic::{
    people::{Identity, Role},
    pii::Pii,
    rota::{Duty, DutyCalendar, DutyPlan, Span, Zone},
    time::Timestamp,
};

/// The days of one answer if none are named, and at most.
const DAYS: u8 = 7;
const MAX_DAYS: u8 = 42;

/// The time ahead for which gaps are told, milliseconds: two weeks.
const GAPS_AHEAD_MS: u64 = 14 * 24 * 60 * 60_000;

/// Who is on duty now, for everybody who is signed in: a post sees whom it would reach.
pub(super) async fn now(
    State(state): State<HttpState>,
    SignedIn(_): SignedIn,
) -> Result<Json<RotaNow>, ApiError> {
    let (snapshot, now) = (state.rota.snapshot().await?, state.clock.timestamp());
    let calendar = snapshot.calendar(state.rota.zone());
    let shown = calendar.on_duty(now).into_iter().map(|duty| OnDutyNow {
        speciality: duty.speciality,
        level: duty.level,
        ends_in_ms: duty.until.since_ms(now),
        until: duty.until,
        then: after(&calendar, &duty),
        name: duty.doctor.name,
    });
    let answers = state.edge.case_times.into();
    Ok(Json(RotaNow { duties: shown.collect(), kept: calendar.kept(), answers }))
}

/// The names of the doctors who follow at the end of a duty.
fn after(calendar: &DutyCalendar<'_>, duty: &Duty) -> Vec<Pii<String>> {
    let next = calendar.on_duty(duty.until).into_iter();
    next.filter(|next| next.speciality == duty.speciality && next.level == duty.level)
        .map(|next| next.doctor.name)
        .collect()
}

pub(super) async fn view(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    InQuery(days): InQuery<RotaDays>,
) -> Result<Json<RotaView>, ApiError> {
    reader(&who)?;
    let midnights = midnights(&days, state.rota.zone(), state.clock.timestamp())?;
    Ok(Json(view_of(&state.rota, &who, midnights, state.clock.timestamp()).await?))
}

/// Refuses whoever may not see the whole rota.
pub(super) fn reader(who: &Identity) -> Result<(), ApiError> {
    if matches!(who.role, Role::Coordinator | Role::Doctor) { Ok(()) } else { Err(ApiError::WRONG_ROLE) }
}

/// The midnights of the days that were asked for.
pub(super) fn midnights(days: &RotaDays, zone: &Zone, now: Timestamp) -> Result<Vec<Timestamp>, FailureCode> {
    let first: Date = match &days.from {
        Some(text) => text.parse().map_err(|_| FailureCode::Malformed)?,
        None => zone.local(now).date(),
    };
    let count = usize::from(days.days.unwrap_or(DAYS).clamp(1, MAX_DAYS)) + 1;
    let dates = std::iter::successors(Some(first), |date| date.tomorrow().ok()).take(count);
    let midnights: Vec<_> = dates.map(|date| zone.instant_of(date.at(0, 0, 0, 0))).collect();
    if midnights.len() == count { Ok(midnights) } else { Err(FailureCode::RotaSpan) }
}

pub(super) async fn view_of(
    rota: &RotaService,
    who: &Identity,
    midnights: Vec<Timestamp>,
    now: Timestamp,
) -> Result<RotaView, StoreError> {
    let snapshot = rota.snapshot().await?;
    let calendar = snapshot.calendar(rota.zone());
    let (from, until) = (midnights.first().copied(), midnights.last().copied());
    let shown = calendar.duties_between(from.unwrap_or(now), until.unwrap_or(now));
    Ok(RotaView {
        version: snapshot.stored.version,
        now,
        zone: rota.zone_name().to_owned(),
        midnights,
        doctors: snapshot.doctors.iter().map(rota_doctor).collect(),
        duties: shown.iter().map(DutyView::from).collect(),
        on_duty: calendar.on_duty(now).iter().map(DutyView::from).collect(),
        gaps: calendar.gaps(now, now.plus_ms(GAPS_AHEAD_MS)),
        kept: calendar.kept(),
        plan: plan_for(&snapshot, who),
    })
}

fn rota_doctor(doctor: &Identity) -> RotaDoctor {
    RotaDoctor {
        party: doctor.party.clone(),
        name: doctor.name.clone(),
        place: doctor.place.name.clone(),
        specialities: doctor.specialities.clone(),
    }
}

/// The plan as somebody may see it: why a colleague is away concerns the coordinator only.
fn plan_for(snapshot: &Snapshot, who: &Identity) -> DutyPlan {
    let mut plan = snapshot.stored.plan.clone();
    if who.role != Role::Coordinator {
        plan.leaves.retain(|leave| leave.doctor == who.party);
        plan.swaps.retain(|swap| swap.from == who.party || swap.to == who.party);
    }
    plan
}

/// A span of local time as instants; none if it is not written as a time.
pub(super) fn instants(when: &LocalSpan, zone: &Zone) -> Option<Span> {
    let instant = |text: &str| text.parse().ok().map(|local| zone.instant_of(local));
    Some(Span { from: instant(&when.from)?, until: instant(&when.until)? })
}
