//! The publications in SQLite. The pure crate decides which facts make one; this file only writes it down.

use super::{
    SqliteStore,
    connection::{millis, timestamp},
};
use crate::store::{
    error::StoreError,
    names::{Named, from_name},
    traits::{HasPublications, PublicationCounts, PublicationDecision, Publications, StoredPublication},
};
use async_trait::async_trait;
use sqlx::{Row as _, Sqlite, Transaction, sqlite::SqliteRow};
use std::sync::Arc;
use teranga_clinic::{
    fact::{Fact, FactNumber, What},
    history::{FactRow, History},
    id::{ConsultationId, PartyId},
    publication::{PublicationState, PublicationTrouble, is_owed, key, may_make},
    time::Timestamp,
};
use uuid::Uuid;

/// The publications in a store that keeps other subjects, too.
#[derive(Clone, Debug)]
struct SqlitePublications(SqliteStore);

impl HasPublications for Arc<SqliteStore> {
    fn publications(&self) -> Arc<dyn Publications> {
        Arc::new(SqlitePublications(SqliteStore::clone(self)))
    }
}

#[async_trait]
impl Publications for SqlitePublications {
    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<StoredPublication>, StoreError> {
        let query = sqlx::query(
            "SELECT * FROM publication AS own WHERE state = 'waiting' AND next_at <= ? AND NOT EXISTS \
             (SELECT 1 FROM publication AS earlier WHERE earlier.consultation = own.consultation \
              AND earlier.fact < own.fact AND earlier.state = 'waiting') ORDER BY next_at LIMIT ?",
        );
        stored(&query.bind(millis(now)).bind(limit).fetch_all(&self.0.readers).await?)
    }

    async fn put_off(
        &self,
        key: Uuid,
        trouble: PublicationTrouble,
        next_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "UPDATE publication SET tries = tries + 1, trouble = ?, next_at = ?, changed_at = ? \
             WHERE key = ? AND state = 'waiting'",
        );
        let query = query.bind(trouble.name()).bind(millis(next_at)).bind(millis(now)).bind(key);
        query.execute(&self.0.writer).await?;
        Ok(())
    }

    async fn begin_send(&self, read: &StoredPublication, next_at: Timestamp) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "UPDATE publication SET sends = sends + 1, next_at = ? \
             WHERE key = ? AND state = 'waiting' AND sends = ?",
        );
        let query = query.bind(millis(next_at)).bind(read.key).bind(read.sends);
        Ok(query.execute(&self.0.writer).await?.rows_affected() == 1)
    }

    async fn settle(
        &self,
        key: Uuid,
        state: PublicationState,
        trouble: Option<PublicationTrouble>,
        remote: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE publication SET state = ?, trouble = ?, remote = COALESCE(?, remote), changed_at = ? \
             WHERE key = ? AND state = 'waiting'",
        )
        .bind(state.name())
        .bind(trouble.map(Named::name))
        .bind(remote)
        .bind(millis(now))
        .bind(key)
        .execute(&self.0.writer)
        .await?;
        Ok(())
    }

    async fn of_consultation(
        &self,
        consultation: ConsultationId,
    ) -> Result<Vec<StoredPublication>, StoreError> {
        let query = sqlx::query("SELECT * FROM publication WHERE consultation = ? ORDER BY fact");
        stored(&query.bind(consultation.0).fetch_all(&self.0.readers).await?)
    }

    async fn refused(&self, limit: u32) -> Result<Vec<StoredPublication>, StoreError> {
        let query =
            sqlx::query("SELECT * FROM publication WHERE state = 'refused' ORDER BY changed_at LIMIT ?");
        stored(&query.bind(limit).fetch_all(&self.0.readers).await?)
    }

    async fn counts(&self) -> Result<PublicationCounts, StoreError> {
        let row = sqlx::query(
            "SELECT (SELECT COUNT(*) FROM publication WHERE state = 'waiting') AS waiting, \
             (SELECT COUNT(*) FROM publication WHERE state = 'refused') AS refused, \
             (SELECT MIN(made_at) FROM publication WHERE state = 'waiting') AS since",
        )
        .fetch_one(&self.0.readers)
        .await?;
        let count = |column| Ok::<_, StoreError>(row.try_get::<i64, _>(column)?.unsigned_abs());
        let since: Option<i64> = row.try_get("since")?;
        Ok(PublicationCounts {
            waiting: count("waiting")?,
            refused: count("refused")?,
            waiting_since: since.map(timestamp),
        })
    }

    async fn decide(
        &self,
        key: Uuid,
        decision: PublicationDecision,
        by: &PartyId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let decided = match decision {
            PublicationDecision::Retry => sqlx::query(
                "UPDATE publication AS own SET decided_by = ?1, changed_at = ?2, next_at = ?2, tries = 0, \
                 state = IIF(later AND own.state = 'refused', 'dropped', 'waiting'), \
                 trouble = IIF(later AND own.state = 'refused', 'replaced', NULL) \
                 FROM (SELECT EXISTS (SELECT 1 FROM publication AS newer JOIN publication AS this \
                       ON newer.consultation = this.consultation AND newer.fact > this.fact \
                       WHERE this.key = ?3 AND newer.state IN ('waiting', 'sent', 'refused')) AS later) \
                 WHERE own.key = ?3 AND own.state IN ('waiting', 'refused')",
            ),
            PublicationDecision::Abandon => sqlx::query(
                "UPDATE publication SET decided_by = ?1, changed_at = ?2, state = 'abandoned' \
                 WHERE key = ?3 AND (state = 'refused' OR (state = 'waiting' AND sends = 0))",
            ),
        };
        let decided = decided.bind(&by.0).bind(millis(now)).bind(key);
        Ok(decided.execute(&self.0.writer).await?.rows_affected() == 1)
    }
}

fn stored(rows: &[SqliteRow]) -> Result<Vec<StoredPublication>, StoreError> {
    let one = |row: &SqliteRow| {
        let trouble: Option<String> = row.try_get("trouble")?;
        Ok(StoredPublication {
            key: row.try_get("key")?,
            consultation: ConsultationId(row.try_get("consultation")?),
            fact: row.try_get("fact")?,
            made_at: timestamp(row.try_get("made_at")?),
            state: from_name(row.try_get("state")?)?,
            trouble: trouble.as_deref().map(from_name).transpose()?,
            changed_at: timestamp(row.try_get("changed_at")?),
            tries: row.try_get("tries")?,
            sends: row.try_get("sends")?,
            remote: row.try_get("remote")?,
        })
    };
    rows.iter().map(one).collect()
}

/// Writes down what a fact that was just added means for publishing, in its transaction: a version that is owed, or that the patient
/// does not agree any more. An earlier version that was never sent is not needed beside a newer one.
pub(super) async fn update(
    store: &SqliteStore,
    transaction: &mut Transaction<'_, Sqlite>,
    (consultation, number): (ConsultationId, FactNumber),
    fact: &Fact,
) -> Result<(), StoreError> {
    if matches!(fact.what, What::ConsentWithdrawn { .. }) {
        withdraw(transaction, consultation, fact.at).await?;
    }
    if !may_make(&fact.what, true) {
        return Ok(());
    }
    let rows =
        sqlx::query("SELECT number, version, at, by, what FROM fact WHERE consultation = ? ORDER BY number");
    let rows = rows.bind(consultation.0).fetch_all(&mut **transaction).await?;
    let rows = rows.iter().map(|row| store.row(consultation, row)).collect::<Result<Vec<FactRow>, _>>()?;
    // A consultation that cannot be read is set aside by whoever reads it next, and is not published.
    let Ok(history) = History::read(consultation, &rows, &store.codec) else { return Ok(()) };
    if is_owed(history.consultation(), &fact.what) {
        drop_unsent(transaction, consultation, PublicationTrouble::Replaced, fact.at).await?;
        put(transaction, (consultation, number), fact.at).await?;
    }
    Ok(())
}

/// Drops what was never sent. What may be stored already is looked for at once, and never sent again.
async fn withdraw(
    transaction: &mut Transaction<'_, Sqlite>,
    consultation: ConsultationId,
    at: Timestamp,
) -> Result<(), StoreError> {
    drop_unsent(transaction, consultation, PublicationTrouble::Withdrawn, at).await?;
    let soon = sqlx::query("UPDATE publication SET next_at = ? WHERE consultation = ? AND state = 'waiting'");
    soon.bind(millis(at)).bind(consultation.0).execute(&mut **transaction).await?;
    Ok(())
}

async fn drop_unsent(
    transaction: &mut Transaction<'_, Sqlite>,
    consultation: ConsultationId,
    why: PublicationTrouble,
    at: Timestamp,
) -> Result<(), StoreError> {
    let drop = sqlx::query(
        "UPDATE publication SET state = 'dropped', trouble = ?, changed_at = ? \
         WHERE consultation = ? AND state IN ('waiting', 'refused') AND sends = 0",
    );
    let drop = drop.bind(why.name()).bind(millis(at)).bind(consultation.0);
    drop.execute(&mut **transaction).await?;
    Ok(())
}

async fn put(
    transaction: &mut Transaction<'_, Sqlite>,
    (consultation, number): (ConsultationId, FactNumber),
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO publication (key, consultation, fact, made_at, state, changed_at, tries, sends, next_at) \
         VALUES (?1, ?2, ?3, ?4, 'waiting', ?4, 0, 0, ?4)",
    )
    .bind(key(consultation, number.0))
    .bind(consultation.0)
    .bind(number.0)
    .bind(millis(at))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
