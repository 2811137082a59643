//! The rates that links carried last time, in SQLite.

use super::{SqliteStore, connection::millis};
use crate::store::{
    error::StoreError,
    traits::{LinkRates, Links},
};
use async_trait::async_trait;
use sqlx::{Row, sqlite::SqliteRow};
use teranga_clinic::{id::PartyId, time::Timestamp};

#[async_trait]
impl Links for SqliteStore {
    async fn put_link(&self, party: &PartyId, link: LinkRates, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO link (party, up_bps, down_bps, at) VALUES (?, ?, ?, ?) ON CONFLICT (party) DO UPDATE \
             SET up_bps = excluded.up_bps, down_bps = excluded.down_bps, at = excluded.at",
        )
        .bind(&party.0)
        .bind(link.up_bps)
        .bind(link.down_bps)
        .bind(millis(now))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    async fn links(&self) -> Result<Vec<(PartyId, LinkRates)>, StoreError> {
        let rows = sqlx::query("SELECT party, up_bps, down_bps FROM link").fetch_all(&self.readers).await?;
        let link = |row: &SqliteRow| {
            let rates = LinkRates { up_bps: row.try_get("up_bps")?, down_bps: row.try_get("down_bps")? };
            Ok((PartyId(row.try_get("party")?), rates))
        };
        rows.iter().map(link).collect()
    }
}
