//! The connections to the file, and the form of times in it.

use sqlx::{
    Connection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{path::Path, time::Duration};
use teranga_clinic::time::Timestamp;

/// The longest wait for another process's write, and for a connection. A commit takes milliseconds; after a longer
/// time the page had better be told.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// A file of the journal: WAL mode, and a commit waits for the disk.
pub(super) fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // What is deleted or replaced is overwritten with zeros.
        .pragma("secure_delete", "on")
        .busy_timeout(PATIENCE)
}

/// A pool of so many connections, which are kept for ever.
pub(super) fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

/// One connection, which is replaced when a transaction failed on it. SQLite rolls back by itself when the disk is full; the
/// driver's own rollback then fails, and it would take every later transaction for a nested one.
pub(super) fn writer_pool() -> SqlitePoolOptions {
    pool(1).after_release(|connection, _| {
        let clean = !connection.is_in_transaction();
        Box::pin(async move { Ok(clean) })
    })
}

/// A time as it stands in a column. SQLite's integers are signed; a time beyond them is the end of time.
pub(super) fn millis(at: Timestamp) -> i64 {
    i64::try_from(at.0).unwrap_or(i64::MAX)
}

/// The time in a column.
pub(super) fn timestamp(millis: i64) -> Timestamp {
    Timestamp(millis.try_into().unwrap_or_default())
}
