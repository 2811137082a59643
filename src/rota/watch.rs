//! The task that keeps the hub told who is on duty: at the start, at each boundary of a duty, after each change, and when an
//! account was added or revoked by a command in another process.

use super::{service::RotaService, snapshot::Snapshot};
use std::{sync::Arc, time::Duration};
use teranga_signaling::contract::Input;
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
                let picture = (snapshot.clone(), calendar.on_duty(now));
                if told.as_ref() != Some(&picture) {
                    if inputs.send(input(&snapshot, &rota, picture.1.clone())).await.is_err() {
                        return;
                    }
                    told = Some(picture);
                }
            }
            Err(error) if is_readable => {
                tracing::error!(%error, "the rota cannot be read: everybody of a speciality is rung");
                is_readable = false;
                let none = Input::Rota { duties: vec![], doctors: None, kept: vec![], languages: vec![] };
                if inputs.send(none).await.is_err() {
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

fn input(snapshot: &Snapshot, rota: &RotaService, duties: Vec<teranga_clinic::rota::Duty>) -> Input {
    let spoken = snapshot.stored.plan.languages.iter();
    Input::Rota {
        duties,
        doctors: Some(snapshot.doctors.clone()),
        kept: snapshot.calendar(rota.zone()).kept(),
        languages: spoken.map(|one| (one.doctor.clone(), one.languages.clone())).collect(),
    }
}
