//! Sessions of the pages in SQLite.

use super::{
    SqliteStore,
    connection::{millis, timestamp},
    rows::{identity, place, select_identity},
    sealed,
};
use crate::store::{
    error::StoreError,
    names::from_name,
    sealing::RecordKeys,
    traits::{ExpectedParty, ListedSession, Session, Sessions, TokenHash},
};
use async_trait::async_trait;
use sqlx::{Row, Sqlite, Transaction, sqlite::SqliteRow};
use teranga_clinic::{id::PartyId, time::Timestamp};

#[async_trait]
impl Sessions for SqliteStore {
    async fn open_session(
        &self,
        token: &TokenHash,
        session: &Session,
        at_most: u32,
    ) -> Result<Vec<TokenHash>, StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query("DELETE FROM http_session WHERE expires_at <= ?")
            .bind(millis(session.opened_at))
            .execute(&mut *transaction)
            .await?;
        let ended = end_surplus(&mut transaction, &session.identity.party, at_most).await?;
        sqlx::query(
            "INSERT INTO http_session (token_hash, party, expires_at, opened_at, seen_at, browser) \
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(&token[..])
        .bind(&session.identity.party.0)
        .bind(millis(session.expires_at))
        .bind(millis(session.opened_at))
        .bind(millis(session.seen_at))
        .bind(&session.browser)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(ended)
    }

    async fn session(&self, token: &TokenHash, now: Timestamp) -> Result<Option<Session>, StoreError> {
        let row = sqlx::query(select_identity!(
            "expires_at, opened_at, seen_at, browser, sealed_order_number",
            "JOIN http_session ON http_session.party = party.id \
             WHERE token_hash = ? AND expires_at > ? AND revoked_at IS NULL"
        ))
        .bind(&token[..])
        .bind(millis(now))
        .fetch_optional(&self.readers)
        .await?;
        row.map(|row| session(&self.keys, &row)).transpose()
    }

    async fn sessions_of(&self, party: &PartyId, now: Timestamp) -> Result<Vec<ListedSession>, StoreError> {
        let rows = sqlx::query(
            "SELECT token_hash, opened_at, seen_at, browser FROM http_session \
             WHERE party = ? AND expires_at > ? ORDER BY seen_at DESC",
        )
        .bind(&party.0)
        .bind(millis(now))
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(listed).collect()
    }

    async fn extend_session(
        &self,
        token: &TokenHash,
        seen_at: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE http_session SET seen_at = ?, expires_at = ? WHERE token_hash = ?")
            .bind(millis(seen_at))
            .bind(millis(expires_at))
            .bind(&token[..])
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn note_seen(&self, seen: &[(PartyId, Timestamp)]) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        for (party, at) in seen {
            sqlx::query("UPDATE party SET connected_at = ? WHERE id = ?")
                .bind(millis(*at))
                .bind(&party.0)
                .execute(&mut *transaction)
                .await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn expected_parties(&self, limit: u32) -> Result<Vec<ExpectedParty>, StoreError> {
        let rows = sqlx::query(
            "SELECT party.id, role, connected_at, place.id AS place_id, place.name AS place_name, district, region, phone \
             FROM party JOIN place ON place.id = party.place LEFT JOIN device ON device.party = party.id \
             WHERE revoked_at IS NULL AND (role = 'doctor' OR role = 'kiosk' AND public_key IS NOT NULL) \
             ORDER BY role = 'kiosk' DESC, connected_at DESC NULLS LAST, party.id LIMIT ?",
        );
        rows.bind(limit).fetch_all(&self.readers).await?.iter().map(expected).collect()
    }

    async fn close_session(&self, token: &TokenHash) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM http_session WHERE token_hash = ?")
            .bind(&token[..])
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

/// Ends the sessions of a party that were used longest ago, so that it has less than `at_most`.
async fn end_surplus(
    transaction: &mut Transaction<'_, Sqlite>,
    party: &PartyId,
    at_most: u32,
) -> Result<Vec<TokenHash>, StoreError> {
    let ended: Vec<Vec<u8>> = sqlx::query_scalar(
        "DELETE FROM http_session WHERE token_hash IN \
         (SELECT token_hash FROM http_session WHERE party = ? ORDER BY seen_at DESC LIMIT -1 OFFSET ?) \
         RETURNING token_hash",
    )
    .bind(&party.0)
    .bind(at_most.saturating_sub(1))
    .fetch_all(&mut **transaction)
    .await?;
    ended.into_iter().map(token_hash).collect()
}

fn token_hash(bytes: Vec<u8>) -> Result<TokenHash, StoreError> {
    bytes.try_into().map_err(|_| StoreError::Corrupt("a session's token has another length".to_owned()))
}

fn session(keys: &RecordKeys, row: &SqliteRow) -> Result<Session, StoreError> {
    let identity = identity(keys, row)?;
    let sealed: Option<Vec<u8>> = row.try_get("sealed_order_number")?;
    let open = |number: Vec<u8>| sealed::open_order_number(keys, &identity.party.0, &number);
    Ok(Session {
        order_number: sealed.map(open).transpose()?,
        identity,
        opened_at: timestamp(row.try_get("opened_at")?),
        seen_at: timestamp(row.try_get("seen_at")?),
        expires_at: timestamp(row.try_get("expires_at")?),
        browser: row.try_get("browser")?,
    })
}

fn expected(row: &SqliteRow) -> Result<ExpectedParty, StoreError> {
    Ok(ExpectedParty {
        party: PartyId(row.try_get("id")?),
        role: from_name(row.try_get("role")?)?,
        place: place(row)?,
        seen_at: row.try_get::<Option<i64>, _>("connected_at")?.map(timestamp),
    })
}

fn listed(row: &SqliteRow) -> Result<ListedSession, StoreError> {
    Ok(ListedSession {
        token: token_hash(row.try_get("token_hash")?)?,
        opened_at: timestamp(row.try_get("opened_at")?),
        seen_at: timestamp(row.try_get("seen_at")?),
        browser: row.try_get("browser")?,
    })
}
