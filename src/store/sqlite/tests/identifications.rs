//! Decisions about who a patient is: sealed, of one post, and left out if another hand changed them.

use super::{Folder, consultation};
use crate::store::{HasPatients, StoreError};
use sqlx::{ConnectOptions, Executor, sqlite::SqliteConnectOptions};
use std::{fs, sync::Arc};
use teranga_clinic::{
    id::{PartyId, PatientId, StaffId},
    patient::{CheckWay, CheckedIdentity, Decision, Identification, IdentityCheck, NationalIdentity},
    time::Timestamp,
};
use uuid::Uuid;

fn decision(at: u64) -> Decision {
    Decision { by: PartyId("post".into()), staff: Some(StaffId("awa".into())), at: Timestamp(at) }
}

fn identification(number: u128) -> Identification {
    let identity =
        NationalIdentity { number: "SN-4711".into(), name: Some("Aïssata Sow".into()), confirmed: true };
    Identification {
        id: Uuid::from_u128(number),
        patient: PatientId(consultation(number).0),
        identity,
        made: decision(1),
        undone: None,
    }
}

#[tokio::test]
async fn a_decision_is_kept_once_undone_once_and_is_of_one_post() -> Result<(), StoreError> {
    let folder = Folder::new();
    let patients = Arc::new(folder.open().await).patients();
    let one = identification(1);
    assert!(patients.add_identification("poste", &one, &[]).await?);
    assert!(!patients.add_identification("poste", &one, &[]).await?);
    assert_eq!(patients.identifications("poste").await?, std::slice::from_ref(&one));
    assert_eq!(patients.identifications("autre").await?, []);
    assert!(!patients.undo_identification("autre", one.id, &decision(2), &[]).await?);
    assert!(patients.undo_identification("poste", one.id, &decision(2), &[]).await?);
    assert!(!patients.undo_identification("poste", one.id, &decision(3), &[]).await?);
    assert_eq!(patients.identifications("poste").await?[0].undone, Some(decision(2)));
    Ok(())
}

#[tokio::test]
async fn number_and_name_are_sealed_and_a_changed_row_is_left_out() {
    let folder = Folder::new();
    let store = Arc::new(folder.open().await);
    let patients = store.patients();
    for number in [1, 2] {
        patients.add_identification("poste", &identification(number), &[]).await.unwrap();
    }
    for file in ["teranga.db", "teranga.db-wal"] {
        let bytes = fs::read(folder.join(file)).unwrap_or_default();
        for text in ["SN-4711", "Aïssata"] {
            assert!(!bytes.windows(text.len()).any(|part| part == text.as_bytes()), "{text} in {file}");
        }
    }
    let mut file = SqliteConnectOptions::new().filename(folder.join("teranga.db")).connect().await.unwrap();
    file.execute(
        "UPDATE patient_identification SET confirmed = 0 WHERE id = x'00000000000000000000000000000001'",
    )
    .await
    .unwrap();
    assert_eq!(patients.identifications("poste").await.unwrap(), [identification(2)]);
}

fn check(at: u64, way: CheckWay) -> IdentityCheck {
    let who = CheckedIdentity {
        number: "SN-4711".into(),
        name: "Aïssata Sow".into(),
        born: Some("1994-05".into()),
        gender: None,
    };
    IdentityCheck { who, way, at: Timestamp(at) }
}

#[tokio::test]
async fn a_check_is_sealed_and_of_one_post_and_a_changed_row_is_left_out() {
    let folder = Folder::new();
    let patients = Arc::new(folder.open().await).patients();
    let all = [check(5, CheckWay::Number), check(7, CheckWay::Questions), check(9, CheckWay::Match)];
    for one in &all {
        patients.add_check("poste", one).await.unwrap();
    }
    let between =
        async |place, from, to| patients.checks(place, Timestamp(from), Timestamp(to)).await.unwrap();
    assert_eq!(between("poste", 0, 99).await, all);
    assert_eq!(between("poste", 6, 7).await, all[1..2]);
    assert_eq!(between("autre", 0, 99).await, []);
    for file in ["teranga.db", "teranga.db-wal"] {
        let bytes = fs::read(folder.join(file)).unwrap_or_default();
        for text in ["SN-4711", "Aïssata", "1994-05"] {
            assert!(!bytes.windows(text.len()).any(|part| part == text.as_bytes()), "{text} in {file}");
        }
    }
    let mut file = SqliteConnectOptions::new().filename(folder.join("teranga.db")).connect().await.unwrap();
    file.execute("UPDATE identity_check SET way = 'questions' WHERE at = 5").await.unwrap();
    file.execute("UPDATE identity_check SET place = 'autre' WHERE at = 9").await.unwrap();
    assert_eq!(between("poste", 0, 99).await, all[1..2]);
    assert_eq!(between("autre", 0, 99).await, []);
}
