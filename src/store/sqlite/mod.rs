//! Everything in one SQLite file of the data folder: `teranga.db`, in WAL mode, where a commit waits for the disk
//! (`synchronous=FULL`).
//!
//! One connection writes, so that writers queue here, in order, instead of meeting in the file; a few read beside it.
//! The commands of `teranga` open the same file while the server runs.

mod accounts;
mod backup;
mod connection;
mod devices;
mod errors;
mod journal;
mod links;
mod places;
mod revocations;
mod rows;
mod schema;
mod sessions;
#[cfg(test)]
pub(super) mod tests;

use super::{error::StoreError, set_asides::SetAsides};
use connection::{options, pool, writer_pool};
use sqlx::{Sqlite, SqlitePool, Transaction};
use std::{path::Path, sync::Arc};
use teranga_clinic::fact::stored::{CODEC, Codec};

/// Connections that read. Reading is from memory, nearly always: more would only wait for a core.
const READERS: u32 = 4;

/// The store in a data folder.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    writer: SqlitePool,
    readers: SqlitePool,
    codec: Codec,
    set_asides: Arc<SetAsides>,
}

impl SqliteStore {
    /// Opens the store of a data folder, and makes it if there is none. A file that is damaged, or that a newer program
    /// has made unusable for this one, is refused and left as it is.
    pub async fn open(folder: &Path) -> Result<Self, StoreError> {
        Self::open_with(folder, CODEC).await
    }

    /// Opens the store as a program does that knows these versions of the stored form.
    async fn open_with(folder: &Path, codec: Codec) -> Result<Self, StoreError> {
        let file = schema::prepare(folder).await?;
        let writer = writer_pool().connect_with(options(&file)).await?;
        schema::check(&writer, &file).await?;
        schema::migrate(&writer).await?;
        let readers = pool(READERS).connect_with(options(&file).pragma("query_only", "on")).await?;
        Ok(Self { writer, readers, codec, set_asides: Arc::default() })
    }

    /// Waits for what is under way, and folds the log into the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// A transaction that holds the file from its first statement, so that it cannot fail half-way because another
    /// process was faster.
    async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }
}
