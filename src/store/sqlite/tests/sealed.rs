//! Records at rest: whoever copies the data folder or a backup can read no text of a patient or a person, also after a
//! migration, and cannot delete or change a row of the audit log unseen.

use super::{Folder, add, claimed, consultation, facts, identity, last_build::last_build, noted, place};
use crate::store::{
    Accounts, AuditLog, HasOutbox, Journal, NewAccount, NewNotice, ObjectBlobs, Outbox, Places, SealedFiles,
    SqliteStore, StoreError, audit_chain::AuditFlaw, sealing::KeyFile,
};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};
use teranga_clinic::{
    audit::{Circumstances, NetworkKind, OpeningWay, RecordOpening},
    clinical::Advise,
    fact::{Fact, What},
    id::{PartyId, StaffId},
    notice::NoticeChannel,
    people::{Identity, Role, Speciality},
    request::{Intake, Request, Urgency},
    structure::{Structure, StructureKind},
    time::Timestamp,
};

const NUMBER: &str = "DPP-4711-0815";
const REASON: &str = "saignement depuis hier soir";
const ADVICE: &str = "perfusion et transfert";
const PERSON: &str = "Dr Aminata Sarr";
const LOGIN: &str = "aminata.sarr";
const ORDER_NUMBER: &str = "SN-4711-08";
const PHONE: &str = "+221774711081";
const EMAIL: &str = "aminata@example.sn";
const NOTICE: &str = "Dr Aminata Sarr, de garde depuis 20:00";

/// A store that holds each of the planted texts.
async fn planted(folder: &Folder) -> SqliteStore {
    let store = folder.open().await;
    let structure = Structure::new(place(), StructureKind::Post);
    store.put_structure(&structure).await.unwrap();
    let doctor = Identity { name: PERSON.into(), ..identity("doctor", Role::Doctor) };
    let (login, password_hash, order_number) = (LOGIN.into(), "hash".into(), Some(ORDER_NUMBER.into()));
    let account = NewAccount { identity: doctor, login, password_hash, order_number };
    store.add_account(&account, Timestamp(0)).await.unwrap();
    plant_notice(&Arc::new(store.clone()).outbox()).await;
    let id = consultation(1);
    let intake = Intake { dpp: Some(NUMBER.into()), reason: REASON.into(), ..Intake::default() };
    let request = Request {
        request: id,
        speciality: Speciality::General,
        urgency: Urgency::Stat,
        intake,
        defer_to: None,
        patient: None,
        appointment_with: None,
    };
    let by =
        |party: &str, what| Fact { at: Timestamp(1), by: Some(PartyId(party.into())), staff: None, what };
    let advice = Advise { consultation: id, revision: 1, text: ADVICE.into(), replaces: None };
    let post = identity("post", Role::Kiosk);
    add(&store, id, &by("post", What::Requested { post, request })).await.unwrap();
    add(&store, id, &claimed(2)).await.unwrap();
    add(&store, id, &by("doctor", What::Advised { advice, order_number: Some(ORDER_NUMBER.into()) }))
        .await
        .unwrap();
    store
}

/// A telephone, an e-mail address and a notice to them.
async fn plant_notice(outbox: &Arc<dyn Outbox>) {
    outbox.set_phone(LOGIN, Some(PHONE)).await.unwrap();
    outbox.set_email(LOGIN, Some(EMAIL)).await.unwrap();
    let notice = NewNotice {
        key: "key".into(),
        subject: "absent",
        party: PartyId("doctor".into()),
        structure: None,
        channel: NoticeChannel::Sms,
        text: NOTICE.into(),
        made_at: Timestamp(0),
        expires_at: Timestamp(1),
    };
    assert!(outbox.put_notice(&notice, 0).await.unwrap());
}

/// All files of a folder, with their folders.
fn tree(folder: &Path) -> Vec<PathBuf> {
    let inside = fs::read_dir(folder).unwrap().flat_map(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() { tree(&path) } else { vec![path] }
    });
    inside.chain([folder.to_owned()]).collect()
}

/// Demands that no file of a folder holds one of the texts, and that nobody else may read one.
fn demand_sealed(folder: &Path, texts: &[&str]) {
    for path in tree(folder) {
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode & 0o077, 0, "{} may be read by others: {mode:o}", path.display());
        let content = if path.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
        for text in texts {
            let found = content.windows(text.len()).any(|part| part == text.as_bytes());
            assert!(!found, "{text:?} stands in {}", path.display());
        }
    }
}

#[tokio::test]
async fn neither_the_data_folder_nor_a_backup_tells_a_text() {
    let (folder, copies) = (Folder::new(), Folder::new());
    let store = planted(&folder).await;
    fs::create_dir_all(&*copies).unwrap();
    fs::set_permissions(&*copies, fs::Permissions::from_mode(0o700)).unwrap();
    store.backup(&copies.file()).await.unwrap();
    let texts = [NUMBER, REASON, ADVICE, PERSON, LOGIN, ORDER_NUMBER, PHONE, EMAIL, NOTICE];
    assert!(folder.join("teranga.db-wal").exists(), "the log of the database is looked at too");
    demand_sealed(&folder, &texts);
    demand_sealed(&copies, &texts);
    store.close().await;
    demand_sealed(&folder, &texts);
    let restored = SqliteStore::open(&copies, &folder.key_file()).await.unwrap();
    assert_eq!(facts(&restored, consultation(1)).await.len(), 3);
    let account = restored.account(LOGIN, "hash").await.unwrap().unwrap();
    assert_eq!(account.name, PERSON.into());
    let outbox = Arc::new(restored).outbox();
    let contact = outbox.contact(&account.party).await.unwrap();
    assert_eq!((contact.phone, contact.email), (Some(PHONE.into()), Some(EMAIL.into())));
    assert_eq!(outbox.waiting_notices().await.unwrap()[0].text, Some(NOTICE.into()));
}

#[tokio::test]
async fn the_last_build_s_folder_is_sealed_and_rewritten_at_its_first_start() {
    let folder = last_build();
    let texts = texts_of(&folder).await;
    assert!(texts.len() > 20, "{texts:?}");
    let store = folder.open().await;
    let blobs = Arc::new(ObjectBlobs::in_folder(&folder.join("photos")).unwrap());
    let key = fs::read(folder.join("photos.key")).unwrap();
    drop(SealedFiles::open(&folder, blobs, store.record_keys()).await.unwrap());
    let sealed_key = fs::read(folder.join("photos.key")).unwrap();
    assert!(!sealed_key.windows(key.len()).any(|part| part == key), "the photos' key is sealed");
    let texts: Vec<_> = texts.iter().map(String::as_str).collect();
    demand_sealed(&folder, &texts);
    store.close().await;
    demand_sealed(&folder, &texts);
}

/// The texts in the facts and the names of parties that the last build left in its file.
async fn texts_of(folder: &Folder) -> Vec<String> {
    let mut file = SqliteConnectOptions::new().filename(folder.file()).connect().await.unwrap();
    let texts = sqlx::query_scalar(
        "SELECT DISTINCT atom FROM fact, json_tree(what) WHERE type = 'text' AND length(atom) > 3 \
         AND key IN ('reason', 'dpp', 'text') UNION SELECT name FROM party UNION \
         SELECT login FROM account UNION SELECT what FROM fact",
    );
    let texts: Vec<String> = texts.fetch_all(&mut file).await.unwrap();
    file.close().await.unwrap();
    // A post is named as its place, which is public.
    let public = |text: &String| {
        text.starts_with("Poste") || text.eq_ignore_ascii_case("exploitation") || text.len() < 6
    };
    texts.into_iter().filter(|text| !public(text) && text != "webp" && text != "jpeg").collect()
}

/// A crash may come between sealing and rewriting: the next start rewrites.
#[tokio::test]
async fn a_file_that_was_sealed_and_not_rewritten_is_rewritten_at_the_next_start() {
    let folder = last_build();
    let store = folder.open().await;
    sqlx::query("CREATE TABLE junk (text TEXT)").execute(&store.writer).await.unwrap();
    sqlx::query("UPDATE sealing SET state = 1").execute(&store.writer).await.unwrap();
    store.close().await;
    let store = folder.open().await;
    let state: i64 = sqlx::query_scalar("SELECT state FROM sealing").fetch_one(&store.writer).await.unwrap();
    assert_eq!(state, 2);
    let wal = fs::metadata(folder.join("teranga.db-wal")).unwrap().len();
    assert!(wal < 20_000, "the log was emptied: {wal} bytes");
}

#[tokio::test]
async fn a_missing_or_a_foreign_key_file_is_told_and_changes_nothing() {
    let folder = Folder::new();
    planted(&folder).await.close().await;
    let before = fs::read(folder.file()).unwrap();
    let key_file = folder.key_file();
    let aside = key_file.with_extension("aside");
    fs::rename(&key_file, &aside).unwrap();
    let missing = folder.try_open().await.unwrap_err();
    assert!(matches!(&missing, StoreError::KeyMissing(path) if *path == key_file), "{missing:?}");
    assert!(!key_file.exists(), "no new key was made");
    KeyFile::at(&key_file).create().unwrap();
    let wrong = folder.try_open().await.unwrap_err();
    assert!(matches!(wrong, StoreError::WrongKey { .. }), "{wrong:?}");
    fs::rename(&aside, &key_file).unwrap();
    assert_eq!(facts(&folder.open().await, consultation(1)).await.len(), 3);
    assert_eq!(fs::read(folder.file()).unwrap(), before);
}

#[tokio::test]
async fn a_new_key_seals_new_rows_and_the_old_rows_stay_readable() {
    let folder = Folder::new();
    let (store, id) = (planted(&folder).await, consultation(1));
    store.close().await;
    let added = KeyFile::at(&folder.key_file()).add_key().unwrap();
    let store = folder.open().await;
    add(&store, id, &noted(id, 4)).await.unwrap();
    assert_eq!(facts(&store, id).await.len(), 4);
    assert!(store.account(LOGIN, "hash").await.unwrap().is_some());
    assert!(store.verify_audit(None).await.unwrap().is_ok());
    let newest: Vec<u8> =
        sqlx::query_scalar("SELECT what FROM fact WHERE number = 4").fetch_one(&store.readers).await.unwrap();
    assert_eq!(newest[1..5], added.0);
}

/// Does this SQL to a store whose log has 3 facts and 3 openings, and gives what the verification finds.
async fn tampered(sql: &str) -> AuditFlaw {
    let folder = Folder::new();
    let store = planted(&folder).await;
    for at in 1..=3 {
        store.note_opening(&opening(at)).await.unwrap();
    }
    assert_eq!(store.verify_audit(None).await.unwrap().unwrap().rows, 6);
    for statement in sql.split(';') {
        sqlx::query(AssertSqlSafe(statement.to_owned())).execute(&store.writer).await.unwrap();
    }
    let found = store.verify_audit(None).await.unwrap();
    store.close().await;
    assert_eq!(folder.open().await.verify_audit(None).await.unwrap(), found, "after a restart");
    found.expect_err(sql)
}

fn opening(at: u64) -> RecordOpening {
    let (by, way) = (PartyId("doctor".into()), OpeningWay::Read);
    let circumstances =
        Circumstances { network: Some(NetworkKind::Public), staff: Some(StaffId("awa".into())) };
    RecordOpening { consultation: consultation(1), by, at: Timestamp(at), file: None, way, circumstances }
}

#[tokio::test]
async fn whatever_is_done_to_the_audit_log_is_found() {
    let cases = [
        ("DELETE FROM audit WHERE number = 5", AuditFlaw::Missing),
        ("DELETE FROM audit WHERE number = 1", AuditFlaw::Missing),
        ("DELETE FROM audit WHERE number = 6", AuditFlaw::CutOff),
        ("DELETE FROM audit", AuditFlaw::CutOff),
        (
            "DELETE FROM audit WHERE number = 5; UPDATE audit SET number = 5 WHERE number = 6",
            AuditFlaw::Changed,
        ),
        ("UPDATE audit SET party = 'somebody' WHERE number = 4", AuditFlaw::Changed),
        ("UPDATE audit SET at = at + 1 WHERE number = 4", AuditFlaw::Changed),
        ("UPDATE audit SET network = 'private' WHERE number = 4", AuditFlaw::Changed),
        ("UPDATE audit SET staff = NULL WHERE number = 4", AuditFlaw::Changed),
        ("UPDATE audit SET network = NULL, staff = NULL, digest = NULL WHERE number = 4", AuditFlaw::Changed),
        ("UPDATE audit SET did = 'refused' WHERE number = 6", AuditFlaw::Changed),
        ("UPDATE audit SET photo = consultation WHERE number = 6", AuditFlaw::Changed),
        ("UPDATE audit SET hash = zeroblob(32) WHERE number = 6", AuditFlaw::Changed),
        (
            "UPDATE audit SET number = 99 WHERE number = 4; UPDATE audit SET number = 4 WHERE number = 5; \
             UPDATE audit SET number = 5 WHERE number = 99",
            AuditFlaw::Changed,
        ),
        // Cut off together with the head: the head has no valid code then.
        (
            "DELETE FROM audit WHERE number = 6; \
             UPDATE audit_head SET rows = 5, hash = (SELECT hash FROM audit WHERE number = 5)",
            AuditFlaw::Head,
        ),
        ("DELETE FROM fact WHERE number = 3", AuditFlaw::Fact),
        ("UPDATE fact SET what = x'01' WHERE number = 3", AuditFlaw::Fact),
        ("UPDATE fact SET by = 'somebody' WHERE number = 3", AuditFlaw::Fact),
        ("UPDATE fact SET by = NULL WHERE number = 3", AuditFlaw::Fact),
        ("UPDATE fact SET at = at + 1 WHERE number = 3", AuditFlaw::Fact),
        ("UPDATE fact SET version = version + 1 WHERE number = 3", AuditFlaw::Fact),
        (
            "INSERT INTO fact SELECT consultation, 4, version, epoch, at, by, what FROM fact WHERE number = 3",
            AuditFlaw::Fact,
        ),
    ];
    for (sql, flaw) in cases {
        assert_eq!(tampered(sql).await, flaw, "{sql}");
    }
}

/// An old copy of the whole file is consistent in itself; only a head that was kept elsewhere tells.
#[tokio::test]
async fn an_older_copy_of_the_file_is_found_by_a_head_that_was_kept_elsewhere() {
    let (folder, older) = (Folder::new(), Folder::new());
    let store = planted(&folder).await;
    fs::create_dir_all(&*older).unwrap();
    store.backup(&older.file()).await.unwrap();
    store.note_opening(&opening(1)).await.unwrap();
    let kept = store.audit_head().await.unwrap();
    store.note_opening(&opening(2)).await.unwrap();
    assert_eq!(store.verify_audit(Some(kept)).await.unwrap().unwrap().rows, 5, "the log went on");
    let older = SqliteStore::open(&older, &folder.key_file()).await.unwrap();
    assert!(older.verify_audit(None).await.unwrap().is_ok());
    assert_eq!(older.verify_audit(Some(kept)).await.unwrap(), Err(AuditFlaw::OtherLog));
}
