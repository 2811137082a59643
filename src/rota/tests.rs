//! Tests of the rota service: what the hub is told, and when.

use super::{ChangeError, ChangeRequest, RotaService, watch};
use crate::{
    clock::Clock,
    store::{
        Accounts, HasRotas, NewAccount, Places, Revocations, SqliteStore,
        testing::{Folder, identity, place},
    },
};
use std::{sync::Arc, time::Duration};
use teranga_clinic::{
    id::PartyId,
    people::{Role, Speciality},
    rota::{Change, DutyLevel, Exception, Span},
    structure::{Structure, StructureKind},
};
use teranga_signaling::contract::Input;
use tokio::{sync::mpsc, time::timeout};

struct World {
    store: Arc<SqliteStore>,
    rota: Arc<RotaService>,
    told: mpsc::Receiver<Input>,
    clock: Clock,
    _folder: Folder,
}

/// A country with the doctor `awa` and a coordinator, and the task that tells the hub.
async fn world() -> World {
    let (folder, clock) = (Folder::new(), Clock::start());
    let store = Arc::new(folder.open().await);
    let structure = Structure::new(place(), StructureKind::Post);
    store.put_structure(&structure).await.unwrap();
    for (party, role) in [("awa", Role::Doctor), ("mina", Role::Coordinator)] {
        let account = NewAccount {
            identity: identity(party, role),
            login: party.into(),
            password_hash: "hash".into(),
            order_number: None,
        };
        store.add_account(&account, clock.timestamp()).await.unwrap();
    }
    let rota = Arc::new(RotaService::new(store.rotas(), None, clock));
    let (to_hub, told) = mpsc::channel(8);
    tokio::spawn(watch(rota.clone(), to_hub));
    World { store, rota, told, clock, _folder: folder }
}

impl World {
    /// The number of duties and doctors that the hub is told next, within a time.
    async fn next(&mut self, within: Duration) -> (usize, usize) {
        match timeout(within, self.told.recv()).await.unwrap().unwrap() {
            Input::Rota(rota) => (rota.duties.len(), rota.doctors.expect("the doctors are known").len()),
            other => panic!("{other:?}"),
        }
    }

    /// Puts `awa` on duty from now on, for a time.
    async fn put_on_duty(&self, version: u32, delay_ms: u64, length_ms: u64) {
        let from = self.clock.timestamp().plus_ms(delay_ms);
        let exception = Exception {
            id: 0,
            speciality: Speciality::Obstetrics,
            level: DutyLevel::First,
            span: Span { from, until: from.plus_ms(length_ms) },
            doctor: Some(PartyId("awa".into())),
        };
        let (by, change) =
            (identity("mina", Role::Coordinator), Change::PutExceptions { exceptions: vec![exception] });
        let request =
            ChangeRequest { by: &by, based_on: version, change: &change, reason: "", confirmed: false };
        self.rota.change(request).await.unwrap();
    }
}

const SOON: Duration = Duration::from_millis(1_500);

#[tokio::test]
async fn the_hub_is_told_at_the_start_after_a_change_and_at_each_boundary() {
    let mut world = world().await;
    assert_eq!(world.next(SOON).await, (0, 1));
    world.put_on_duty(0, 700, 700).await;
    assert_eq!(world.next(SOON).await, (0, 1), "the rota is kept now, and nobody is on duty yet");
    assert_eq!(world.next(SOON).await, (1, 1));
    assert_eq!(world.next(SOON).await, (0, 1));
}

#[tokio::test]
async fn a_revocation_in_another_process_is_told() {
    let mut world = world().await;
    assert_eq!(world.next(SOON).await, (0, 1));
    world.put_on_duty(0, 0, 3_600_000).await;
    assert_eq!(world.next(SOON).await, (1, 1));
    world.store.revoke(&PartyId("awa".into()), world.clock.timestamp()).await.unwrap();
    assert_eq!(world.next(Duration::from_secs(8)).await, (0, 0));
}

#[tokio::test]
async fn of_two_changes_at_once_exactly_one_is_made() {
    let world = world().await;
    let by = identity("mina", Role::Coordinator);
    let change = Change::SetLanguages { doctor: PartyId("awa".into()), languages: vec![] };
    for version in 0..8 {
        let request =
            ChangeRequest { by: &by, based_on: version, change: &change, reason: "", confirmed: false };
        let made = tokio::join!(world.rota.change(request), world.rota.change(request));
        assert!(
            matches!(made, (Ok(()), Err(ChangeError::Conflict)) | (Err(ChangeError::Conflict), Ok(()))),
            "{made:?}"
        );
    }
    assert_eq!(world.rota.snapshot().await.unwrap().stored.version, 8);
}
