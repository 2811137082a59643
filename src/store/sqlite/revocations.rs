//! The log of revocations in SQLite.

use super::{
    SqliteStore,
    connection::millis,
    rows::{end_sessions, void_codes},
};
use crate::store::{error::StoreError, traits::Revocations};
use async_trait::async_trait;
use teranga_clinic::{id::PartyId, time::Timestamp};

#[async_trait]
impl Revocations for SqliteStore {
    async fn revoke(&self, party: &PartyId, now: Timestamp) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let revoked = sqlx::query("UPDATE party SET revoked_at = COALESCE(revoked_at, ?) WHERE id = ?")
            .bind(millis(now))
            .bind(&party.0)
            .execute(&mut *transaction)
            .await?;
        if revoked.rows_affected() == 0 {
            return Ok(false);
        }
        void_codes(&mut transaction, party).await?;
        end_sessions(&mut transaction, party, now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn last_revocation(&self) -> Result<i64, StoreError> {
        let last = sqlx::query_scalar("SELECT COALESCE(MAX(number), 0) FROM revocation");
        Ok(last.fetch_one(&self.readers).await?)
    }

    async fn revocations_after(&self, number: i64) -> Result<Vec<(i64, PartyId)>, StoreError> {
        let rows: Vec<(i64, String)> =
            sqlx::query_as("SELECT number, party FROM revocation WHERE number > ? ORDER BY number")
                .bind(number)
                .fetch_all(&self.readers)
                .await?;
        Ok(rows.into_iter().map(|(number, party)| (number, PartyId(party))).collect())
    }
}
