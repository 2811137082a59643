//! The data folder of the last build before facts had versions (`tests/fixtures/data-v1`): it is opened and migrated and
//! loses nothing. Each way of damaging one consultation sets exactly that one aside.

use super::{Folder, add, noted};
use crate::store::{
    AuditLog, FileKey, FileName, Journal, ObjectBlobs, Places, SealedFiles, SqliteStore, StoreError,
};
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use std::{collections::BTreeMap, fs, path::Path, sync::Arc};
use teranga_clinic::{
    consultation::Phase,
    fact::{FactNumber, stored::CODEC},
    history::{History, SetAsideReason},
    id::{ConsultationId, PhotoId},
    time::Timestamp,
};
use uuid::{Uuid, uuid};

/// Closed after a call with a guest, a note, advice, and a photo with a mark.
const CLOSED: Uuid = uuid!("447f6d98-b8a4-4dd7-afdf-c55310377a09");
/// Withdrawn by its post.
const CANCELLED: Uuid = uuid!("4fe00700-9805-4d82-9c5b-e94be7b5e61c");
/// Goes on, with a note and a photo.
const RUNNING: Uuid = uuid!("c0632850-edb9-4ea5-b383-5804b16c882e");
/// Waits; the clock has reached the last step.
const WAITING: Uuid = uuid!("78c94866-dda8-4746-be10-454f32868046");
const PHOTOS: [(Uuid, Uuid); 2] = [
    (CLOSED, uuid!("0d2f7a6a-557c-4732-b73d-3bbf5c346e84")),
    (RUNNING, uuid!("b6ff53c3-b48e-4882-8851-2262485d2015")),
];

/// A copy of the fixture, to be opened or damaged.
pub(crate) fn last_build() -> Folder {
    let folder = Folder::new();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/data-v1");
    fs::create_dir_all(folder.join("photos")).unwrap();
    for file in ["teranga.db", "photos.key"] {
        fs::copy(fixture.join(file), folder.join(file)).unwrap();
    }
    for photo in fs::read_dir(fixture.join("photos")).unwrap().map(Result::unwrap) {
        fs::copy(photo.path(), folder.join("photos").join(photo.file_name())).unwrap();
    }
    folder
}

/// The stored form of every fact as the last build left it in its file, by consultation.
async fn stored_forms(file: &Path) -> BTreeMap<Uuid, Vec<String>> {
    let mut file = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
    let rows: Vec<(Uuid, String)> =
        sqlx::query_as("SELECT consultation, what FROM fact ORDER BY consultation, number")
            .fetch_all(&mut file)
            .await
            .unwrap();
    file.close().await.unwrap();
    let mut forms = BTreeMap::<Uuid, Vec<String>>::new();
    for (consultation, what) in rows {
        forms.entry(consultation).or_default().push(what);
    }
    forms
}

async fn history(store: &SqliteStore, id: Uuid) -> History {
    store.read(ConsultationId(id)).await.unwrap().unwrap().unwrap()
}

#[tokio::test]
async fn it_opens_and_migrates_and_no_fact_is_lost_or_changed() {
    let folder = last_build();
    let before = stored_forms(&folder.file()).await;
    assert_eq!(before.values().map(Vec::len).sum::<usize>(), 21);
    let store = folder.open().await;
    for (id, forms) in &before {
        let read = history(&store, *id).await;
        let written: Vec<_> = read.facts().iter().map(|fact| CODEC.encode(&fact.what, None).json).collect();
        let upgraded: Vec<_> = forms.iter().map(|form| format!(r#"{{"what":{form}}}"#)).collect();
        assert_eq!(written, upgraded, "{id}");
    }
    assert!(store.set_asides().list().is_empty());
    assert_eq!(store.openings(ConsultationId(CLOSED)).await.unwrap().len(), 2);
    assert_eq!(store.structures().await.unwrap().len(), 16);
    assert_eq!(store.verify_audit(None).await.unwrap().unwrap().rows, 23);
}

#[tokio::test]
async fn what_went_on_goes_on_and_can_be_written_to() {
    let folder = last_build();
    let store = folder.open().await;
    let phases = [
        (CLOSED, Phase::Closed),
        (CANCELLED, Phase::Closed),
        (RUNNING, Phase::Running),
        (WAITING, Phase::Waiting),
    ];
    for (id, phase) in phases {
        assert_eq!(history(&store, id).await.consultation().phase(), phase);
    }
    let current = store.current(Timestamp(u64::MAX)).await.unwrap();
    let open: Vec<_> = current.into_iter().map(|one| one.unwrap().consultation().id().0).collect();
    assert_eq!(open, [RUNNING, WAITING], "oldest first");
    let running = ConsultationId(RUNNING);
    assert_eq!(add(&store, running, &noted(running, 9)).await.unwrap(), FactNumber(6));
}

#[tokio::test]
async fn its_photos_can_be_read() {
    let folder = last_build();
    let blobs = Arc::new(ObjectBlobs::in_folder(&folder.join("photos")).unwrap());
    let store = folder.open().await;
    let photos = SealedFiles::open(&folder, blobs, store.record_keys()).await.unwrap();
    for (id, photo) in PHOTOS {
        let (consultation, photo) = (ConsultationId(id), PhotoId(photo));
        let said = history(&store, id).await.consultation().photo(photo).unwrap().file.clone().unwrap();
        let stored =
            photos.stored(FileKey { consultation, file: FileName::Photo(photo) }).await.unwrap().unwrap();
        let bytes = stored.read(0..usize::MAX).await.unwrap();
        assert_eq!(bytes.len(), said.bytes as usize);
        assert_eq!(URL_SAFE_NO_PAD.encode(digest(&SHA256, &bytes)), said.sha256);
    }
}

/// Damages the running consultation of a copy by this SQL, in which `?` is its identifier, before the copy is migrated;
/// tells why that consultation, and no other, is set aside, and at which fact.
async fn damaged(sql: &'static str) -> (SetAsideReason, u32) {
    let folder = last_build();
    execute(&folder, sql).await;
    set_aside(&folder).await
}

/// The same, on a copy that was migrated and sealed.
async fn damaged_later(sql: &'static str) -> (SetAsideReason, u32) {
    let folder = last_build();
    folder.open().await.close().await;
    execute(&folder, sql).await;
    set_aside(&folder).await
}

async fn execute(folder: &Folder, sql: &'static str) {
    let mut file = SqliteConnectOptions::new().filename(folder.file()).connect().await.unwrap();
    for statement in sql.split(';') {
        let has_id = statement.contains('?');
        let statement = sqlx::query(AssertSqlSafe(statement));
        let statement = if has_id { statement.bind(RUNNING) } else { statement };
        statement.execute(&mut file).await.unwrap();
    }
    file.close().await.unwrap();
}

async fn set_aside(folder: &Folder) -> (SetAsideReason, u32) {
    let store = folder.open().await;
    let rows = store.rows(ConsultationId(RUNNING)).await.unwrap();
    let current = store.current(Timestamp(0)).await.unwrap();
    let (read, aside): (Vec<_>, Vec<_>) = current.into_iter().partition(Result::is_ok);
    let read: Vec<_> = read.into_iter().map(|one| one.unwrap().consultation().id().0).collect();
    assert_eq!(read, [CLOSED, CANCELLED, WAITING], "the others run");
    let [Err(aside)] = aside[..] else { panic!("{aside:?}") };
    assert_eq!((aside.consultation.0, store.set_asides().list()), (RUNNING, vec![aside]));
    let running = ConsultationId(RUNNING);
    let refused = add(&store, running, &noted(running, 9)).await;
    assert!(matches!(refused, Err(StoreError::SetAside)), "{refused:?}");
    assert_eq!(store.rows(running).await.unwrap(), rows, "its rows were touched");
    (aside.reason, aside.number)
}

#[tokio::test]
async fn a_row_that_is_cut_sets_its_consultation_aside() {
    let cut =
        "UPDATE fact SET what = substr(what, 1, length(what) / 2) WHERE consultation = ? AND number = 3";
    assert_eq!(damaged(cut).await, (SetAsideReason::CutShort, 3));
    let empty = "UPDATE fact SET what = '' WHERE consultation = ? AND number = 5";
    assert_eq!(damaged(empty).await, (SetAsideReason::CutShort, 5));
}

#[tokio::test]
async fn what_this_program_does_not_know_sets_its_consultation_aside() {
    let kind = "UPDATE fact SET what = '{\"kind\":\"prescribed\"}' WHERE consultation = ? AND number = 4";
    assert_eq!(damaged(kind).await, (SetAsideReason::UnknownKind, 4));
    let field = "UPDATE fact SET what = json_insert(what, '$.request.intake.allergy', 'x') \
                 WHERE consultation = ? AND number = 1";
    assert_eq!(damaged(field).await, (SetAsideReason::UnknownField, 1));
    let value = "UPDATE fact SET what = json_set(what, '$.doctor.role', 'nurse') \
                 WHERE consultation = ? AND number = 2";
    assert_eq!(damaged(value).await, (SetAsideReason::UnknownValue, 2));
}

#[tokio::test]
async fn rubbish_sets_its_consultation_aside() {
    let rubbish = "UPDATE fact SET what = 'rubbish' WHERE consultation = ? AND number = 2";
    assert_eq!(damaged(rubbish).await, (SetAsideReason::Damaged, 2));
}

#[tokio::test]
async fn facts_out_of_order_set_their_consultation_aside() {
    let swapped = "UPDATE fact SET number = 20 WHERE consultation = ? AND number = 4;\
                   UPDATE fact SET number = 4 WHERE consultation = ? AND number = 5;\
                   UPDATE fact SET number = 5 WHERE consultation = ? AND number = 20";
    assert_eq!(damaged(swapped).await, (SetAsideReason::OutOfOrder, 4));
}

#[tokio::test]
async fn a_gap_in_the_numbers_sets_their_consultation_aside() {
    let middle = "DELETE FROM fact WHERE consultation = ? AND number = 3";
    assert_eq!(damaged(middle).await, (SetAsideReason::Gap, 3));
    let first = "DELETE FROM fact WHERE consultation = ? AND number = 1";
    assert_eq!(damaged(first).await, (SetAsideReason::Gap, 1));
    let all = "DELETE FROM fact WHERE consultation = ?";
    assert_eq!(damaged(all).await, (SetAsideReason::Gap, 1));
}

/// The table's own key forbids it, so the damage takes the key away first.
#[tokio::test]
async fn two_facts_with_one_number_set_their_consultation_aside() {
    let twice = "CREATE TABLE loose AS SELECT * FROM fact;\
                 DROP TABLE fact;\
                 ALTER TABLE loose RENAME TO fact;\
                 INSERT INTO fact SELECT * FROM fact WHERE consultation = ? AND number = 3";
    assert_eq!(damaged_later(twice).await, (SetAsideReason::SameNumber, 4));
}

/// Somebody who has the file and not the keys can only damage.
#[tokio::test]
async fn whatever_is_changed_in_a_sealed_row_sets_its_consultation_aside() {
    let changes = [
        ("UPDATE fact SET version = 2 WHERE consultation = ? AND number = 5", 5),
        ("UPDATE fact SET at = at + 1 WHERE consultation = ? AND number = 3", 3),
        ("UPDATE fact SET by = 'person-0' WHERE consultation = ? AND number = 2", 2),
        ("UPDATE fact SET what = x'' WHERE consultation = ? AND number = 4", 4),
        (
            "UPDATE fact SET what = CAST('{\"kind\":\"left\"}' AS BLOB) WHERE consultation = ? AND number = 4",
            4,
        ),
        (
            "UPDATE fact SET what = (SELECT what FROM fact AS other WHERE other.consultation <> fact.consultation \
             AND other.number = 1) WHERE consultation = ? AND number = 1",
            1,
        ),
    ];
    for (change, number) in changes {
        assert_eq!(damaged_later(change).await, (SetAsideReason::Damaged, number), "{change}");
    }
}
