//! The accounts of doctors as a list from elsewhere sees them.

use super::{Folder, identity, place};
use crate::store::{
    Accounts, DoctorCorrection, Doctors, HasDoctors, HasOutbox, KnownDoctor, NewAccount, NewDoctor, Places,
    SqliteStore, StoreError,
};
use std::sync::Arc;
use teranga_clinic::{
    contact::Contact,
    id::PartyId,
    people::{Place, Role, Speciality},
    structure::{Structure, StructureKind},
    time::Timestamp,
};

const T: Timestamp = Timestamp(1_000);

/// A store with two structures and the account of a doctor.
async fn store(folder: &Folder) -> (Arc<SqliteStore>, Arc<dyn Doctors>) {
    let store = Arc::new(folder.open().await);
    let hospital = Place { id: "hospital".into(), ..place() };
    let all =
        [Structure::new(place(), StructureKind::Post), Structure::new(hospital, StructureKind::Hospital)];
    store.put_structures(&all).await.unwrap();
    store.add_account(&account("awa", "SN-1"), T).await.unwrap();
    let doctors = store.doctors();
    (store, doctors)
}

fn account(party: &str, number: &str) -> NewAccount {
    NewAccount {
        identity: identity(party, Role::Doctor),
        login: party.into(),
        password_hash: "hash".into(),
        order_number: Some(number.into()),
    }
}

fn phone(number: &str) -> Contact {
    Contact { phone: Some(number.into()), email: None }
}

fn corrected() -> DoctorCorrection {
    DoctorCorrection {
        party: PartyId("awa".into()),
        place: "hospital".into(),
        specialities: vec![Speciality::General],
        contact: phone("+221771234567"),
    }
}

#[tokio::test]
async fn doctors_are_added_and_corrected_and_keep_what_is_not_told() {
    let folder = Folder::new();
    let (store, doctors) = store(&folder).await;
    store.outbox().set_email("awa", Some("awa@example.sn")).await.unwrap();
    let ba = NewDoctor { account: account("ba", "SN-2"), contact: phone("+221770000000") };
    doctors.put(&[ba], &[corrected()], T).await.unwrap();
    let [awa, ba] = &doctors.all().await.unwrap()[..] else { panic!("two doctors") };
    let expected = KnownDoctor {
        party: PartyId("awa".into()),
        order_number: Some("SN-1".into()),
        place: "hospital".into(),
        specialities: vec![Speciality::General],
        contact: Contact { email: Some("awa@example.sn".into()), ..phone("+221771234567") },
        is_revoked: false,
    };
    assert_eq!(awa, &expected);
    assert_eq!((&ba.order_number, &ba.contact), (&Some("SN-2".into()), &phone("+221770000000")));
    assert!(store.account("ba", "hash").await.unwrap().is_some());
}

#[tokio::test]
async fn all_of_a_list_is_stored_or_nothing() {
    let folder = Folder::new();
    let (_, doctors) = store(&folder).await;
    let before = doctors.all().await.unwrap();
    let new = |party: &str| NewDoctor { account: account(party, "SN-9"), contact: Contact::default() };
    let taken = doctors.put(&[new("ba"), new("awa")], &[corrected()], T).await.unwrap_err();
    assert!(matches!(taken, StoreError::Exists(_)), "{taken:?}");
    let nowhere = DoctorCorrection { place: "nowhere".into(), ..corrected() };
    let missing = doctors.put(&[new("ba")], &[nowhere], T).await.unwrap_err();
    assert!(matches!(missing, StoreError::Missing), "{missing:?}");
    assert_eq!(doctors.all().await.unwrap(), before);
}
