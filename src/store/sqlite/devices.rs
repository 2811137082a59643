//! Tablets of posts and their enrolment codes in SQLite.

use super::{
    SqliteStore,
    connection::{millis, timestamp},
    rows::{add_party, end_sessions, exactly, identity, select_identity, select_nearest, void_codes},
};
use crate::store::{
    error::StoreError,
    sealing::RecordKeys,
    traits::{Device, Devices},
};
use async_trait::async_trait;
use sqlx::{Row, Sqlite, Transaction, sqlite::SqliteRow};
use teranga_clinic::{id::PartyId, people::Identity, time::Timestamp};

#[async_trait]
impl Devices for SqliteStore {
    async fn add_device(&self, identity: &Identity, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        add_party(&mut transaction, &self.keys, identity, now).await?;
        sqlx::query("INSERT INTO device (party) VALUES (?)")
            .bind(&identity.party.0)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    async fn device_key(&self, party: &PartyId) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(row) = self.nearest_device(party).await? else { return Ok(None) };
        Ok(exactly::<Option<Vec<u8>>>(&row, &party.0, "public_key")?.flatten())
    }

    async fn device(&self, party: &PartyId) -> Result<Option<Device>, StoreError> {
        let row = sqlx::query(select_identity!(
            "public_key, revoked_at",
            "JOIN device ON device.party = party.id WHERE party.id = ?"
        ))
        .bind(&party.0)
        .fetch_optional(&self.readers)
        .await?;
        row.map(|row| device(&self.keys, &row)).transpose()
    }

    async fn devices(&self) -> Result<Vec<Device>, StoreError> {
        let rows = sqlx::query(select_identity!(
            "public_key, revoked_at",
            "JOIN device ON device.party = party.id ORDER BY party.id"
        ))
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(|row| device(&self.keys, row)).collect()
    }

    async fn put_code(
        &self,
        code: &[u8; 32],
        party: &PartyId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        void_codes(&mut transaction, party).await?;
        sqlx::query("INSERT INTO enrolment (code_hash, party, expires_at) VALUES (?, ?, ?)")
            .bind(&code[..])
            .bind(&party.0)
            .bind(millis(expires_at))
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    async fn enroll(
        &self,
        code: &[u8; 32],
        public_key: &[u8],
        now: Timestamp,
    ) -> Result<Option<PartyId>, StoreError> {
        if !self.has_code(code, now).await? {
            return Ok(None);
        }
        let mut transaction = self.write().await?;
        let Some(party) = use_code(&mut transaction, code, now).await? else { return Ok(None) };
        end_sessions(&mut transaction, &party, now).await?;
        sqlx::query("UPDATE device SET public_key = ?, enrolled_at = ? WHERE party = ?")
            .bind(public_key)
            .bind(millis(now))
            .bind(&party.0)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("UPDATE party SET revoked_at = NULL WHERE id = ?")
            .bind(&party.0)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(Some(party))
    }
}

impl SqliteStore {
    /// The row of a device, or another one; none only if there is no device at all.
    pub(super) async fn nearest_device(&self, party: &PartyId) -> Result<Option<SqliteRow>, StoreError> {
        let query = sqlx::query(select_nearest!("party", "public_key", "device"));
        Ok(query.bind(&party.0).fetch_optional(&self.readers).await?)
    }

    /// True if a code is valid. Wrong codes end here, so that a flood of them takes the writer from nobody.
    async fn has_code(&self, code: &[u8; 32], now: Timestamp) -> Result<bool, StoreError> {
        let found =
            sqlx::query_scalar::<_, i64>("SELECT 1 FROM enrolment WHERE code_hash = ? AND expires_at > ?")
                .bind(&code[..])
                .bind(millis(now))
                .fetch_optional(&self.readers)
                .await?;
        Ok(found.is_some())
    }
}

/// Uses a code up, if it is valid: of two that come at once, one is served.
async fn use_code(
    transaction: &mut Transaction<'_, Sqlite>,
    code: &[u8; 32],
    now: Timestamp,
) -> Result<Option<PartyId>, StoreError> {
    let party =
        sqlx::query_scalar("DELETE FROM enrolment WHERE code_hash = ? AND expires_at > ? RETURNING party")
            .bind(&code[..])
            .bind(millis(now))
            .fetch_optional(&mut **transaction)
            .await?;
    Ok(party.map(PartyId))
}

fn device(keys: &RecordKeys, row: &SqliteRow) -> Result<Device, StoreError> {
    let revoked_at: Option<i64> = row.try_get("revoked_at")?;
    Ok(Device {
        identity: identity(keys, row)?,
        public_key: row.try_get("public_key")?,
        revoked_at: revoked_at.map(timestamp),
    })
}
