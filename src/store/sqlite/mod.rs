//! Everything in one SQLite file of the data folder: `teranga.db`, in WAL mode, where a commit waits for
//! the disk (`synchronous=FULL`).
//!
//! One connection writes, so that writers queue here, in order, instead of meeting in the file; a few
//! read beside it. The commands of `teranga` open the same file while the server runs.

mod backup;
mod begin;
mod directory;
mod errors;
mod records;
#[cfg(test)]
pub(super) mod tests;

use super::StoreError;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{
    Connection, Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{path::Path, time::Duration};
use teranga_clinic::time::Timestamp;

/// How long to wait for another process's write, and for a connection. A commit takes milliseconds;
/// longer than this and the page had better be told.
const PATIENCE: Duration = Duration::from_secs(5);

/// Connections that read. Reading is from memory, nearly always: more would only wait for a core.
const READERS: u32 = 4;

/// The store in a data folder.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl SqliteStore {
    /// Opens the store of a data folder, and makes it if there is none. A file that is damaged or was
    /// written by a newer program is refused, and left as it is.
    pub async fn open(folder: &Path) -> Result<Self, StoreError> {
        let file = begin::prepare(folder).await?;
        let writer = writer_pool().connect_with(options(&file)).await?;
        begin::check(&writer, &file).await?;
        begin::migrate(&writer).await?;
        let readers = pool(READERS).connect_with(options(&file).pragma("query_only", "on")).await?;
        Ok(Self { writer, readers })
    }

    /// Waits for what is under way, and folds the log into the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// A transaction that holds the file from its first statement, so that it cannot fail half-way
    /// because another process was faster.
    async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }
}

fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

/// One connection, which is replaced when a transaction failed on it. On a full disk SQLite rolls back by
/// itself; the driver's own rollback then fails, and it would take every later transaction for a nested one.
fn writer_pool() -> SqlitePoolOptions {
    pool(1).after_release(|connection, _| {
        let clean = !connection.is_in_transaction();
        Box::pin(async move { Ok(clean) })
    })
}

/// SQLite's integers are signed; a time beyond them is the end of time.
fn millis(at: Timestamp) -> i64 {
    i64::try_from(at.0).unwrap_or(i64::MAX)
}

fn timestamp(millis: i64) -> Timestamp {
    Timestamp(millis.try_into().unwrap_or_default())
}

fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("what is stored is plain JSON")
}

/// Reads what [`to_json`] wrote. The error tells where it is broken, and not what stands there.
fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| {
        let (column, kind) = (error.column(), error.classify());
        StoreError::Corrupt(format!("JSON of a {}, {kind:?} error at {column}", std::any::type_name::<T>()))
    })
}

/// An enum of the wire as it stands in a column: its name, without JSON's quotes.
fn to_name(value: &impl Serialize) -> String {
    to_json(value).trim_matches('"').to_owned()
}

fn from_name<T: DeserializeOwned>(name: &str) -> Result<T, StoreError> {
    from_json(&format!("\"{name}\""))
}
