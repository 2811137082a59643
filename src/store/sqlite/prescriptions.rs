//! The index of prescriptions in SQLite.

use super::SqliteStore;
use crate::store::{
    error::StoreError,
    traits::{HasPrescriptions, Prescriptions},
};
use async_trait::async_trait;
use sqlx::{Sqlite, Transaction};
use std::sync::Arc;
use teranga_clinic::id::{ConsultationId, PrescriptionId};
use uuid::Uuid;

/// The index in a store that keeps other subjects, too.
#[derive(Clone, Debug)]
struct SqlitePrescriptions(SqliteStore);

impl HasPrescriptions for Arc<SqliteStore> {
    fn prescriptions(&self) -> Arc<dyn Prescriptions> {
        Arc::new(SqlitePrescriptions(SqliteStore::clone(self)))
    }
}

#[async_trait]
impl Prescriptions for SqlitePrescriptions {
    async fn between(
        &self,
        first: PrescriptionId,
        last: PrescriptionId,
    ) -> Result<Vec<(PrescriptionId, ConsultationId)>, StoreError> {
        let rows: Vec<(Uuid, Uuid)> = sqlx::query_as(
            "SELECT id, consultation FROM prescription WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 2",
        )
        .bind(first.0)
        .bind(last.0)
        .fetch_all(&self.0.readers)
        .await?;
        let found = |(id, consultation)| (PrescriptionId(id), ConsultationId(consultation));
        Ok(rows.into_iter().map(found).collect())
    }
}

/// Adds one, in the transaction of its fact.
pub(super) async fn add(
    transaction: &mut Transaction<'_, Sqlite>,
    prescription: PrescriptionId,
    consultation: ConsultationId,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO prescription (id, consultation) VALUES (?, ?)")
        .bind(prescription.0)
        .bind(consultation.0)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}
