//! The index of referrals in SQLite.

use super::{
    SqliteStore,
    connection::{millis, timestamp},
};
use crate::store::{
    error::StoreError,
    names::{Named, from_name},
    traits::{HasReferrals, IndexedReferral, Referrals},
};
use async_trait::async_trait;
use sqlx::{Row, Sqlite, Transaction, sqlite::SqliteRow};
use std::sync::Arc;
use teranga_clinic::{
    consultation::referrals::referrals_of,
    history::{FactRow, History},
    id::{ConsultationId, PartyId, ReferralId},
    referral::{Due, Referral, waits},
    time::Timestamp,
};

/// The index in a store that keeps other subjects, too.
#[derive(Clone, Debug)]
struct SqliteReferrals(SqliteStore);

impl HasReferrals for Arc<SqliteStore> {
    fn referrals(&self) -> Arc<dyn Referrals> {
        Arc::new(SqliteReferrals(SqliteStore::clone(self)))
    }
}

#[async_trait]
impl Referrals for SqliteReferrals {
    async fn between(&self, first: ReferralId, last: ReferralId) -> Result<Vec<IndexedReferral>, StoreError> {
        let query = sqlx::query("SELECT * FROM referral WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 2");
        indexed(&query.bind(first.0).bind(last.0).fetch_all(&self.0.readers).await?)
    }

    async fn of_structure(
        &self,
        structure: &str,
        over_since: Timestamp,
        limit: u32,
    ) -> Result<Vec<IndexedReferral>, StoreError> {
        let query = sqlx::query(
            "SELECT * FROM referral WHERE structure = ? \
             AND (over_at IS NULL OR over_at >= ?) ORDER BY over_at IS NOT NULL, ordered_at DESC LIMIT ?",
        );
        let query = query.bind(structure).bind(millis(over_since));
        indexed(&query.bind(limit).fetch_all(&self.0.readers).await?)
    }

    async fn of_doctor(
        &self,
        doctor: &PartyId,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<IndexedReferral>, StoreError> {
        let query = sqlx::query(
            "SELECT referral.* FROM referral CROSS JOIN consultation ON consultation.id = referral.consultation \
             CROSS JOIN member ON member.party = ? AND member.requested_at = consultation.requested_at \
             AND member.consultation = consultation.id \
             WHERE moved_at >= ? ORDER BY moved_at DESC LIMIT ?",
        );
        let query = query.bind(&doctor.0).bind(millis(since)).bind(limit);
        indexed(&query.fetch_all(&self.0.readers).await?)
    }

    async fn of_closed(&self, since: Timestamp, limit: u32) -> Result<Vec<IndexedReferral>, StoreError> {
        // The closed structures are few, and each one's referrals that go on stand together in an index.
        let query = sqlx::query(
            "SELECT referral.* FROM place CROSS JOIN referral ON referral.structure = place.id \
             AND (referral.over_at IS NOT NULL) = 0 WHERE place.closed = 1 AND moved_at >= ? \
             AND state IN ('requested', 'received', 'accepted', 'en_route') ORDER BY asked_at DESC LIMIT ?",
        );
        indexed(&query.bind(millis(since)).bind(limit).fetch_all(&self.0.readers).await?)
    }

    async fn asked(&self, limit: u32) -> Result<Vec<IndexedReferral>, StoreError> {
        let query = sqlx::query(
            "SELECT * FROM referral \
             WHERE state IN ('requested', 'received', 'accepted', 'en_route') AND state IN ('requested', 'en_route') \
             ORDER BY asked_at DESC LIMIT ?",
        );
        indexed(&query.bind(limit).fetch_all(&self.0.readers).await?)
    }

    async fn rung(&self, since: Timestamp, limit: u32) -> Result<Vec<IndexedReferral>, StoreError> {
        let query = sqlx::query(
            "SELECT * FROM referral WHERE due IS NULL AND state IN ('en_route', 'arrived', 'in_care') \
             AND moved_at >= ? ORDER BY moved_at DESC LIMIT ?",
        );
        indexed(&query.bind(millis(since)).bind(limit).fetch_all(&self.0.readers).await?)
    }

    async fn due(&self, due: Due, from: Timestamp, limit: u32) -> Result<Vec<IndexedReferral>, StoreError> {
        let query = sqlx::query(
            "SELECT * FROM referral WHERE due = ? AND due_from <= ? \
             ORDER BY due_from LIMIT ?",
        );
        indexed(&query.bind(due.name()).bind(millis(from)).bind(limit).fetch_all(&self.0.readers).await?)
    }
}

fn indexed(rows: &[SqliteRow]) -> Result<Vec<IndexedReferral>, StoreError> {
    let one = |row: &SqliteRow| {
        Ok(IndexedReferral {
            referral: ReferralId(row.try_get("id")?),
            consultation: ConsultationId(row.try_get("consultation")?),
            structure: row.try_get("structure")?,
            asked_at: timestamp(row.try_get("asked_at")?),
            state: from_name(row.try_get("state")?)?,
            moved_at: timestamp(row.try_get("moved_at")?),
        })
    };
    rows.iter().map(one).collect()
}

/// Brings the index in step with a fact that was just added, in its transaction: the referral is folded anew from the facts.
pub(super) async fn update(
    store: &SqliteStore,
    transaction: &mut Transaction<'_, Sqlite>,
    id: ReferralId,
    consultation: ConsultationId,
) -> Result<(), StoreError> {
    let rows =
        sqlx::query("SELECT number, version, at, by, what FROM fact WHERE consultation = ? ORDER BY number");
    let rows = rows.bind(consultation.0).fetch_all(&mut **transaction).await?;
    let rows = rows.iter().map(|row| store.row(consultation, row)).collect::<Result<Vec<FactRow>, _>>()?;
    let history = History::read(consultation, &rows, &store.codec).map_err(|_| StoreError::SetAside)?;
    let referral = referrals_of(history.consultation()).find(id);
    put(transaction, referral.ok_or(StoreError::SetAside)?).await
}

async fn put(transaction: &mut Transaction<'_, Sqlite>, referral: &Referral) -> Result<(), StoreError> {
    let clock = waits(referral);
    let put = sqlx::query(
        "INSERT INTO referral (id, consultation, structure, ordered_at, asked_at, state, over_at, due, due_from, moved_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET structure = excluded.structure, \
         asked_at = excluded.asked_at, state = excluded.state, over_at = excluded.over_at, due = excluded.due, due_from = excluded.due_from, \
         moved_at = excluded.moved_at \
         WHERE consultation = excluded.consultation",
    )
    .bind(referral.order.referral.0)
    .bind(referral.order.consultation.0)
    .bind(&referral.structure.id)
    .bind(millis(referral.order.at))
    .bind(millis(referral.asked_at))
    .bind(referral.state.name())
    .bind(referral.over_at.map(millis))
    .bind(clock.map(|(_, due)| due.name()))
    .bind(clock.map(|(from, _)| millis(from)))
    .bind(millis(referral.moved_at()))
    .execute(&mut **transaction)
    .await?;
    if put.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Missing) }
}
