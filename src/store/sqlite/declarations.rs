//! What specialists declared about being available, in SQLite.

use super::{
    SqliteStore,
    connection::{millis, timestamp},
};
use crate::store::{
    error::StoreError,
    traits::{Declarations, HasDeclarations},
};
use async_trait::async_trait;
use sqlx::{Row, sqlite::SqliteRow};
use std::sync::Arc;
use teranga_clinic::{
    id::PartyId,
    people::{Availability, Declaration},
};

/// The declarations in a store that keeps other subjects, too.
#[derive(Clone, Debug)]
struct SqliteDeclarations(SqliteStore);

impl HasDeclarations for Arc<SqliteStore> {
    fn declared(&self) -> Arc<dyn Declarations> {
        Arc::new(SqliteDeclarations(SqliteStore::clone(self)))
    }
}

#[async_trait]
impl Declarations for SqliteDeclarations {
    async fn put_declaration(
        &self,
        party: &PartyId,
        declaration: Option<Declaration>,
    ) -> Result<(), StoreError> {
        let Some(Declaration { state, until, open_since }) = declaration else {
            sqlx::query("DELETE FROM declaration WHERE party = ?")
                .bind(&party.0)
                .execute(&self.0.writer)
                .await?;
            return Ok(());
        };
        sqlx::query(
            "INSERT INTO declaration (party, state, until, open_since) VALUES (?, ?, ?, ?) ON CONFLICT (party) DO UPDATE \
             SET state = excluded.state, until = excluded.until, open_since = excluded.open_since",
        )
        .bind(&party.0)
        .bind(code(state))
        .bind(until.map(millis))
        .bind(open_since.map(millis))
        .execute(&self.0.writer)
        .await?;
        Ok(())
    }

    async fn declarations(&self) -> Result<Vec<(PartyId, Declaration)>, StoreError> {
        let rows = sqlx::query("SELECT party, state, until, open_since FROM declaration")
            .fetch_all(&self.0.readers)
            .await?;
        rows.iter().map(declaration).collect()
    }
}

fn declaration(row: &SqliteRow) -> Result<(PartyId, Declaration), StoreError> {
    let state = from_code(row.try_get("state")?);
    let state = state.ok_or_else(|| StoreError::Corrupt("a declaration is of no known state".into()))?;
    let until: Option<i64> = row.try_get("until")?;
    let open_since: Option<i64> = row.try_get("open_since")?;
    let (until, open_since) = (until.map(timestamp), open_since.map(timestamp));
    Ok((PartyId(row.try_get("party")?), Declaration { state, until, open_since }))
}

const fn code(state: Availability) -> &'static str {
    match state {
        Availability::Available => "available",
        Availability::Busy => "busy",
        Availability::Away => "away",
    }
}

fn from_code(stored: &str) -> Option<Availability> {
    [Availability::Available, Availability::Busy, Availability::Away]
        .into_iter()
        .find(|state| code(*state) == stored)
}
