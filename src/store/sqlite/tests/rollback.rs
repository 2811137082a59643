//! A program is rolled back by one version over the same database: what the newer one wrote is kept as it is and not
//! guessed at, and the newer one finds all of it again.

use super::{Folder, add, claimed, consultation, facts, noted, requested};
use crate::store::{Journal, SqliteStore, StoreError};
use serde_json::Value;
use sqlx::Executor;
use std::slice::from_ref;
use teranga_clinic::{
    fact::{
        What,
        stored::{Body, CODEC, Codec, Unreadable, Version},
    },
    history::SetAsideReason,
    id::StaffId,
    time::Timestamp,
};

/// The stored form of a program of tomorrow: notes have one field more (a signature) and one less (the consultation,
/// which the row names anyway; here it is always the first).
const TOMORROW: Codec = Codec::new(&[TODAY, NEXT]);
const TODAY: Version = Version {
    number: 3,
    encode: |what, staff| CODEC.encode(what, staff).json,
    decode: |json| CODEC.decode(3, json),
};
const NEXT: Version = Version { number: 4, encode: encode_next, decode: decode_next };

fn encode_next(what: &What, staff: Option<&StaffId>) -> String {
    let mut form: Value = serde_json::from_str(&CODEC.encode(what, staff).json).unwrap();
    if let Some(note) = form["what"].get_mut("note").and_then(Value::as_object_mut) {
        note.insert("signature".into(), "ed25519".into());
        note.remove("consultation");
    }
    form.to_string()
}

fn decode_next(json: &str) -> Result<Body, Unreadable> {
    let mut form: Value = serde_json::from_str(json).map_err(|_| Unreadable::Damaged)?;
    if let Some(note) = form["what"].get_mut("note").and_then(Value::as_object_mut) {
        note.remove("signature");
        note.insert("consultation".into(), consultation(1).to_string().into());
    }
    CODEC.decode(3, &form.to_string())
}

#[tokio::test]
async fn the_version_before_sets_aside_what_the_newer_one_wrote_and_loses_nothing() {
    let (folder, newer, older) = (Folder::new(), consultation(1), consultation(2));
    let old = folder.open().await;
    for fact in [requested(newer, 1), claimed(2), noted(newer, 3)] {
        add(&old, newer, &fact).await.unwrap();
    }
    add(&old, older, &requested(older, 1)).await.unwrap();
    old.close().await;

    let upgraded = SqliteStore::open_with(&folder, &folder.key_file(), TOMORROW).await.unwrap();
    add(&upgraded, newer, &noted(newer, 4)).await.unwrap();
    let written = facts(&upgraded, newer).await;
    let rows = upgraded.rows(newer).await.unwrap();
    assert_eq!((rows[2].version, rows[3].version), (3, 4));
    upgraded.close().await;

    let back = folder.open().await;
    let current = back.current(Timestamp(0)).await.unwrap();
    let read: Vec<_> = current.iter().flatten().map(|history| history.consultation().id()).collect();
    assert_eq!(read, [older], "the rest runs");
    let aside = current.into_iter().find_map(Result::err).unwrap();
    assert_eq!((aside.consultation, aside.number), (newer, 4));
    assert_eq!(aside.reason, SetAsideReason::UnknownVersion);
    assert_eq!(back.set_asides().list(), from_ref(&aside));
    let refused = add(&back, newer, &noted(newer, 5)).await;
    assert!(matches!(refused, Err(StoreError::SetAside)), "{refused:?}");
    assert_eq!(back.rows(newer).await.unwrap(), rows, "the rows are kept as they are");
    back.close().await;

    let again = SqliteStore::open_with(&folder, &folder.key_file(), TOMORROW).await.unwrap();
    assert_eq!(facts(&again, newer).await, written);
    assert!(again.set_asides().list().is_empty());
    add(&again, newer, &noted(newer, 5)).await.unwrap();
}

/// The newest schema that this program knows.
fn newest() -> i64 {
    sqlx::migrate!("src/store/migrations/sqlite").iter().map(|one| one.version).max().unwrap_or_default()
}

/// A store whose file was migrated by a newer program to schema 9999; `needs` is the oldest schema that may use it.
async fn migrated(needs: Option<i64>) -> Folder {
    let folder = Folder::new();
    let store = folder.open().await;
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 VALUES (9999, 'of tomorrow', 1, x'00', 0); ALTER TABLE fact ADD COLUMN colour TEXT;";
    store.writer.execute(newer).await.unwrap();
    if let Some(needs) = needs {
        let says = sqlx::query("INSERT INTO schema_needs VALUES (9999, ?)").bind(needs);
        says.execute(&store.writer).await.unwrap();
    }
    store.close().await;
    folder
}

#[tokio::test]
async fn a_schema_that_was_only_added_to_is_used() {
    let (folder, id) = (migrated(Some(newest())).await, consultation(1));
    let store = folder.open().await;
    add(&store, id, &requested(id, 1)).await.unwrap();
    assert_eq!(facts(&store, id).await, [requested(id, 1)]);
}

#[tokio::test]
async fn a_schema_that_needs_a_newer_program_is_refused() {
    for needs in [Some(9999), Some(9998), None] {
        let error = migrated(needs).await.try_open().await.unwrap_err();
        let StoreError::Newer { needed, .. } = error else { panic!("{error:?}") };
        assert_eq!(needed, needs.unwrap_or(9999));
    }
}
