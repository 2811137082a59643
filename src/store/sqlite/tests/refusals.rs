//! A full disk, a damaged file, a newer program's file: a clear error, and nothing lost.

use super::{Folder, add, consultation, noted, requested};
use crate::store::{Journal, SqliteStore, StoreError};
use sqlx::AssertSqlSafe;
use std::fs;
use teranga_clinic::fact::FactNumber;

/// A store with a few pages of facts, closed.
async fn filled() -> Folder {
    let folder = Folder::new();
    let (store, id) = (folder.open().await, consultation(1));
    add(&store, id, &requested(id, 1)).await.unwrap();
    for revision in 1..200 {
        add(&store, id, &noted(id, revision)).await.unwrap();
    }
    store.close().await;
    folder
}

/// Damages the file, and demands that opening it says so and leaves it as it is.
async fn refuses(damage: impl FnOnce(&mut Vec<u8>)) {
    let folder = filled().await;
    let mut bytes = fs::read(folder.file()).unwrap();
    damage(&mut bytes);
    fs::write(folder.file(), &bytes).unwrap();
    let error = folder.try_open().await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt(_)), "{error:?}");
    assert!(fs::read(folder.file()).unwrap() == bytes, "the damaged file was changed");
}

#[tokio::test]
async fn an_empty_file_is_no_new_store() {
    refuses(Vec::clear).await;
}

#[tokio::test]
async fn a_truncated_file_is_refused() {
    refuses(|bytes| bytes.truncate(bytes.len() / 2)).await;
}

#[tokio::test]
async fn a_file_of_something_else_is_refused() {
    refuses(|bytes| bytes[..100].fill(b'x')).await;
}

#[tokio::test]
async fn a_page_of_rubbish_is_refused() {
    refuses(|bytes| {
        let end = bytes.len();
        bytes[end - 4_096..].fill(0xff);
    })
    .await;
}

#[tokio::test]
async fn a_leftover_of_a_cut_birth_is_no_hindrance() {
    let folder = Folder::new();
    fs::create_dir_all(&*folder).unwrap();
    fs::write(folder.join("teranga.db.new"), "half").unwrap();
    folder.open().await.close().await;
    assert!(!folder.join("teranga.db.new").exists());
}

#[tokio::test]
async fn a_full_store_says_so_and_goes_on_when_there_is_room() {
    let folder = Folder::new();
    let (store, id) = (folder.open().await, consultation(1));
    add(&store, id, &requested(id, 1)).await.unwrap();
    let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&store.writer).await.unwrap();
    limit(&store, pages + 2).await;
    let mut acknowledged = FactNumber(1);
    let error = loop {
        match add(&store, id, &noted(id, acknowledged.0)).await {
            Ok(number) => acknowledged = number,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, StoreError::Full), "{error:?}");
    assert_eq!(store.rows(id).await.unwrap().len(), acknowledged.0 as usize, "half a write was kept");
    limit(&store, pages + 100).await;
    assert_eq!(add(&store, id, &noted(id, 7)).await.unwrap(), acknowledged.next());
}

/// SQLite's own bound on the file, by which it says FULL as it does for a disk.
async fn limit(store: &SqliteStore, pages: i64) {
    let pragma = AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
    sqlx::query(pragma).fetch_one(&store.writer).await.unwrap();
}
