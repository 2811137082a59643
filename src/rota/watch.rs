//! The task that keeps the hub told who is on duty: at the start, at each boundary of a duty, after each change, and when an
//! account was added or revoked by a command in another process.

use super::{service::RotaService, snapshot::Snapshot};
use std::{sync::Arc, time::Duration};
use teranga_clinic::{
    rota::{Duty, DutyCalendar, Gap},
    time::Timestamp,
};
use teranga_signaling::contract::{Input, NEXT_HOURS_MS, Rota, Uncovered};
use tokio::sync::mpsc;

/// Period in which changes by another process are looked for.
const POLL: Duration = Duration::from_secs(5);

/// Tells the hub, until it is gone. A plan that cannot be read is told of as no plan, so that calls ring as they would without a rota,
/// and its doctors as not known, so that no case is taken from any of them.
pub async fn watch(rota: Arc<RotaService>, inputs: mpsc::Sender<Input>) {
    let mut told = None;
    let mut is_readable = true;
    loop {
        let now = rota.clock.timestamp();
        let mut wait = POLL;
        match rota.snapshot().await {
            Ok(snapshot) => {
                is_readable = true;
                let calendar = snapshot.calendar(rota.zone());
                if let Some(boundary) = calendar.next_boundary(now) {
                    wait = wait.min(Duration::from_millis(boundary.since_ms(now)));
                }
                let picture = (snapshot.stored.version, picture(&snapshot, &calendar, now));
                if told.as_ref() != Some(&picture) {
                    if inputs.send(Input::Rota(Box::new(picture.1.clone()))).await.is_err() {
                        return;
                    }
                    told = Some(picture);
                }
            }
            Err(error) if is_readable => {
                tracing::error!(%error, "the rota cannot be read: everybody of a speciality is rung");
                is_readable = false;
                if inputs.send(Input::Rota(Box::default())).await.is_err() {
                    return;
                }
                told = None;
            }
            Err(_) => {}
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = rota.changed.notified() => {}
        }
    }
}

/// What the hub is told of a moment. None of it changes with the time alone, except at a boundary.
fn picture(snapshot: &Snapshot, calendar: &DutyCalendar<'_>, now: Timestamp) -> Rota {
    let spoken = snapshot.stored.plan.languages.iter();
    Rota {
        duties: calendar.on_duty(now),
        next: next_duties(calendar, now),
        uncovered: uncovered(calendar, now),
        doctors: Some(snapshot.doctors.clone()),
        coordinators: snapshot.coordinators.clone(),
        kept: calendar.kept(),
        languages: spoken.map(|one| (one.doctor.clone(), one.languages.clone())).collect(),
    }
}

/// The first duty of each doctor that begins after a time.
fn next_duties(calendar: &DutyCalendar<'_>, now: Timestamp) -> Vec<Duty> {
    let mut next: Vec<Duty> = Vec::new();
    for duty in calendar.duties_between(now, now.plus_ms(NEXT_DUTY_MS)) {
        let is_known = next.iter().any(|known| known.doctor.party == duty.doctor.party);
        if duty.from > now && !is_known {
            next.push(duty);
        }
    }
    next
}

/// The times that nobody has taken in the next hours. One that began more than a day ago is not in it: the coordinators know of it.
fn uncovered(calendar: &DutyCalendar<'_>, now: Timestamp) -> Vec<Uncovered> {
    let since = Timestamp(now.0.saturating_sub(DAY_MS));
    let gaps = calendar.gaps(since, now.plus_ms(NEXT_HOURS_MS)).into_iter();
    gaps.filter(|gap| gap.span.from > since && gap.span.until > now)
        .map(|Gap { speciality, level, span, .. }| Uncovered { speciality, level, from: span.from })
        .collect()
}

const DAY_MS: u64 = 24 * 3_600_000;

/// The time for which the next duty of a doctor is looked for, in milliseconds.
const NEXT_DUTY_MS: u64 = 7 * DAY_MS;
