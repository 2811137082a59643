//! Everything in one SQLite file of the data folder: `teranga.db`, in WAL mode, where a commit waits for the disk
//! (`synchronous=FULL`).
//!
//! One connection writes, so that writers queue here, in order, instead of meeting in the file; a few read beside it.
//! The commands of `teranga` open the same file while the server runs.

mod accounts;
mod ambulances;
mod appointments;
mod audit_rows;
mod backup;
mod connection;
mod declarations;
mod devices;
mod doctors;
mod errors;
mod journal;
mod key_register;
mod links;
mod outbox;
mod outcomes;
mod patients;
mod people;
mod places;
mod prescriptions;
mod proposals;
mod publications;
mod referrals;
mod revocations;
mod rotas;
mod rows;
mod schema;
mod seal_rows;
mod sealed;
mod sessions;
mod signer_keys;
mod spoken;
mod staff;
mod stock;
#[cfg(test)]
pub(super) mod tests;

use super::{
    error::StoreError,
    sealing::{KeyFile, RecordKeys},
    set_asides::SetAsides,
};
use connection::{options, pool, writer_pool};
use sqlx::{Row as _, Sqlite, SqlitePool, Transaction};
use std::{
    path::Path,
    sync::{Arc, atomic::AtomicU64},
};
use teranga_clinic::{
    fact::{
        Fact,
        stored::{CODEC, Codec},
    },
    id::ConsultationId,
    index::IndexChange,
};

/// Connections that read. Reading is from memory, nearly always: more would only wait for a core.
const READERS: u32 = 4;

/// The store in a data folder.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    writer: SqlitePool,
    readers: SqlitePool,
    codec: Codec,
    keys: RecordKeys,
    set_asides: Arc<SetAsides>,
    member_changes: Arc<AtomicU64>,
}

impl SqliteStore {
    /// Opens the store of a data folder with the keys of a key file, and makes both if there are none. A file that is
    /// damaged, that a newer program has made unusable for this one, or of which a key is missing, is refused and left as
    /// it is. What an older program left unsealed is sealed.
    pub async fn open(folder: &Path, key_file: &Path) -> Result<Self, StoreError> {
        Self::open_with(folder, key_file, CODEC).await
    }

    /// The keys with which the records are sealed.
    pub const fn record_keys(&self) -> &RecordKeys {
        &self.keys
    }

    /// Opens the store as a program does that knows these versions of the stored form.
    async fn open_with(folder: &Path, key_file: &Path, codec: Codec) -> Result<Self, StoreError> {
        let file = schema::prepare(folder).await?;
        let writer = writer_pool().connect_with(options(&file)).await?;
        schema::check(&writer, &file).await?;
        schema::migrate(&writer).await?;
        let keys = key_register::keys(&writer, &KeyFile::at(key_file)).await?;
        let readers = pool(READERS).connect_with(options(&file).pragma("query_only", "on")).await?;
        let store =
            Self { writer, readers, codec, keys, set_asides: Arc::default(), member_changes: Arc::default() };
        store.seal_rows().await?;
        count_earlier_outcomes(&store).await?;
        Ok(store)
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

/// Counts what was told before outcomes were counted, once. The fact that tells an outcome has the time of the end.
async fn count_earlier_outcomes(store: &SqliteStore) -> Result<(), StoreError> {
    let is_done = "SELECT done FROM outcome_counting";
    if sqlx::query_scalar(is_done).fetch_one(&store.readers).await? {
        return Ok(());
    }
    let mut transaction = store.write().await?;
    // Another process may have been faster.
    if sqlx::query_scalar(is_done).fetch_one(&mut *transaction).await? {
        return Ok(());
    }
    let last = "SELECT id, number, version, fact.at, by, what FROM consultation \
                JOIN fact ON fact.consultation = consultation.id AND fact.at = ended_at";
    for row in sqlx::query(last).fetch_all(&mut *transaction).await? {
        let stored = store.row(ConsultationId(row.try_get("id")?), &row)?;
        let what = stored.what.and_then(|what| {
            let version = u32::try_from(stored.version).ok()?;
            store.codec.decode(version, what.reveal()).ok()
        });
        let Some(body) = what else { continue };
        let fact = Fact { at: stored.at, by: stored.by, staff: body.staff, what: body.what };
        if let Some(outcome) = IndexChange::of(&fact).outcome {
            outcomes::add(&mut transaction, fact.at, outcome).await?;
        }
    }
    sqlx::query("UPDATE outcome_counting SET done = 1").execute(&mut *transaction).await?;
    Ok(transaction.commit().await?)
}
