//! Sessions of the pages in SQLite.

use super::{
    SqliteStore,
    connection::{millis, timestamp},
    rows::{identity, select_identity},
};
use crate::store::{
    error::StoreError,
    traits::{Session, Sessions},
};
use async_trait::async_trait;
use sqlx::{Row, sqlite::SqliteRow};
use teranga_clinic::time::Timestamp;

#[async_trait]
impl Sessions for SqliteStore {
    async fn open_session(
        &self,
        token: &[u8; 32],
        session: &Session,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query("DELETE FROM http_session WHERE expires_at <= ?")
            .bind(millis(now))
            .execute(&mut *transaction)
            .await?;
        sqlx::query("INSERT INTO http_session (token_hash, party, expires_at) VALUES (?, ?, ?)")
            .bind(&token[..])
            .bind(&session.identity.party.0)
            .bind(millis(session.expires_at))
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    async fn session(&self, token: &[u8; 32], now: Timestamp) -> Result<Option<Session>, StoreError> {
        let row = sqlx::query(select_identity!(
            "expires_at",
            "JOIN http_session ON http_session.party = party.id \
             WHERE token_hash = ? AND expires_at > ? AND revoked_at IS NULL"
        ))
        .bind(&token[..])
        .bind(millis(now))
        .fetch_optional(&self.readers)
        .await?;
        row.as_ref().map(session).transpose()
    }

    async fn extend_session(&self, token: &[u8; 32], expires_at: Timestamp) -> Result<(), StoreError> {
        sqlx::query("UPDATE http_session SET expires_at = ? WHERE token_hash = ?")
            .bind(millis(expires_at))
            .bind(&token[..])
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn close_session(&self, token: &[u8; 32]) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM http_session WHERE token_hash = ?")
            .bind(&token[..])
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

fn session(row: &SqliteRow) -> Result<Session, StoreError> {
    Ok(Session { identity: identity(row)?, expires_at: timestamp(row.try_get("expires_at")?) })
}
