//! The sealing of what an older program left unsealed. Sealing is one transaction; afterwards the
//! file is rewritten, because SQLite would keep the old texts in free pages and in its log. A crash in between is made
//! good at the next start.

use super::{SqliteStore, audit_rows, sealed};
use crate::store::{error::StoreError, sealing::RecordKeys};
use sqlx::{Row as _, Sqlite, SqlitePool, Transaction};
use teranga_clinic::id::ConsultationId;
use uuid::Uuid;

impl SqliteStore {
    /// Seals what is not sealed, and rewrites the file if that was not done since.
    pub(super) async fn seal_rows(&self) -> Result<(), StoreError> {
        if sealing_state(&self.writer).await? == UNSEALED {
            self.seal_all().await?;
        }
        if sealing_state(&self.writer).await? == SEALED {
            self.rewrite().await?;
        }
        Ok(())
    }

    async fn seal_all(&self) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        // Another process may have been faster.
        let state: i64 = sqlx::query_scalar("SELECT state FROM sealing").fetch_one(&mut *transaction).await?;
        if state != UNSEALED {
            return Ok(());
        }
        let consultations: Vec<Uuid> =
            sqlx::query_scalar("SELECT DISTINCT consultation FROM fact").fetch_all(&mut *transaction).await?;
        let parties = seal_parties(&mut transaction, &self.keys).await?;
        for id in &consultations {
            seal_facts(&mut transaction, &self.keys, ConsultationId(*id)).await?;
        }
        audit_rows::begin(&mut transaction, &self.keys).await?;
        let is_new = consultations.is_empty() && parties == 0;
        sqlx::query("UPDATE sealing SET state = ?")
            .bind(if is_new { REWRITTEN } else { SEALED })
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Rewrites the whole file, so that no page, free or not, holds what was there before, and empties the log.
    async fn rewrite(&self) -> Result<(), StoreError> {
        sqlx::query("VACUUM").execute(&self.writer).await?;
        let emptied = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&self.writer).await?;
        if emptied.try_get::<i64, _>(0)? != 0 {
            return Err(StoreError::Busy);
        }
        sqlx::query("UPDATE sealing SET state = ?").bind(REWRITTEN).execute(&self.writer).await?;
        Ok(())
    }
}

async fn sealing_state(writer: &SqlitePool) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("SELECT state FROM sealing").fetch_one(writer).await?)
}

/// Seals the names of parties and hides the sign-in names. Gives the number of parties.
async fn seal_parties(
    transaction: &mut Transaction<'_, Sqlite>,
    keys: &RecordKeys,
) -> Result<usize, StoreError> {
    let parties: Vec<(String, String)> =
        sqlx::query_as("SELECT id, name FROM party").fetch_all(&mut **transaction).await?;
    for (id, name) in &parties {
        sqlx::query("UPDATE party SET name = '', sealed_name = ? WHERE id = ?")
            .bind(sealed::name(keys, id, name))
            .bind(id)
            .execute(&mut **transaction)
            .await?;
    }
    let accounts: Vec<(String, String)> =
        sqlx::query_as("SELECT party, login FROM account").fetch_all(&mut **transaction).await?;
    for (party, login) in &accounts {
        sqlx::query("UPDATE account SET login = ? WHERE party = ?")
            .bind(sealed::login(keys, login))
            .bind(party)
            .execute(&mut **transaction)
            .await?;
    }
    Ok(parties.len())
}

async fn seal_facts(
    transaction: &mut Transaction<'_, Sqlite>,
    keys: &RecordKeys,
    id: ConsultationId,
) -> Result<(), StoreError> {
    let rows = sqlx::query("SELECT number, version, at, by, what FROM fact WHERE consultation = ?")
        .bind(id.0)
        .fetch_all(&mut **transaction)
        .await?;
    for row in rows {
        let what: Vec<u8> = row.try_get("what")?;
        sqlx::query("UPDATE fact SET what = ? WHERE consultation = ? AND number = ?")
            .bind(sealed::FactSeal::of(id, &row)?.seal(keys, &what))
            .bind(id.0)
            .bind(row.try_get::<i64, _>("number")?)
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}

/// The states of the table `sealing`.
const UNSEALED: i64 = 0;
const SEALED: i64 = 1;
const REWRITTEN: i64 = 2;
