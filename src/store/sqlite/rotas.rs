//! The rota of specialists in SQLite.

use super::{
    SqliteStore,
    connection::{millis, timestamp},
    rows::{identity, select_identity},
    sealed,
};
use crate::store::{
    error::StoreError,
    names::{Named, from_name},
    traits::{Feed, HasRotas, PlanChange, Rotas, StoredChange, StoredPlan, TokenHash},
};
use async_trait::async_trait;
use sqlx::{Row, sqlite::SqliteRow};
use std::sync::Arc;
use teranga_clinic::{
    id::PartyId,
    people::{Identity, Role},
    pii::Pii,
    rota::Replaced,
};

/// The rota in a store that keeps other subjects, too.
#[derive(Clone, Debug)]
pub(super) struct SqliteRotas(SqliteStore);

impl HasRotas for Arc<SqliteStore> {
    fn rotas(&self) -> Arc<dyn Rotas> {
        Arc::new(SqliteRotas(SqliteStore::clone(self)))
    }
}

#[async_trait]
impl Rotas for SqliteRotas {
    async fn duty_plan(&self) -> Result<StoredPlan, StoreError> {
        let row: Option<(u32, String, String)> = sqlx::query_as(
            "SELECT rota.version, plan, by FROM rota JOIN rota_change ON rota_change.version = rota.version",
        )
        .fetch_optional(&self.0.readers)
        .await?;
        let Some((version, plan, by)) = row else { return Ok(StoredPlan::default()) };
        let plan = serde_json::from_str(&plan)
            .map_err(|error| StoreError::Corrupt(format!("the plan of the rota: {error}")))?;
        Ok(StoredPlan { version, plan, changed_by: Some(PartyId(by)) })
    }

    async fn put_duty_plan(&self, new: PlanChange<'_>) -> Result<bool, StoreError> {
        let plan = serde_json::to_string(new.plan).expect("the plan is plain JSON");
        let change = serde_json::to_string(new.change).expect("a change is plain JSON");
        let replaced = serde_json::to_string(new.replaced).expect("entries of the plan are plain JSON");
        let mut transaction = self.0.write().await?;
        let stored: Option<u32> =
            sqlx::query_scalar("SELECT version FROM rota").fetch_optional(&mut *transaction).await?;
        if stored.unwrap_or(0) != new.based_on {
            return Ok(false);
        }
        let version = new.based_on + 1;
        sqlx::query("INSERT INTO rota_change (version, at, by, change, replaced, sealed_reason) VALUES (?, ?, ?, ?, ?, ?)")
            .bind(version)
            .bind(millis(new.at))
            .bind(&new.by.0)
            .bind(change)
            .bind(replaced)
            .bind(sealed::rota_reason(&self.0.keys, version, new.reason))
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO rota (only_row, version, plan) VALUES (1, ?, ?) ON CONFLICT (only_row) DO UPDATE \
             SET version = excluded.version, plan = excluded.plan",
        )
        .bind(version)
        .bind(plan)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn plan_changes(&self, before: Option<u32>, limit: u32) -> Result<Vec<StoredChange>, StoreError> {
        let rows = sqlx::query(select_identity!(
            "rota_change.version, rota_change.at, change, replaced, sealed_reason",
            "JOIN rota_change ON rota_change.by = party.id WHERE rota_change.version < ? \
             ORDER BY rota_change.version DESC LIMIT ?"
        ));
        let before = before.map_or(i64::MAX, i64::from);
        let rows = rows.bind(before).bind(limit).fetch_all(&self.0.readers).await?;
        rows.iter().map(|row| self.stored_change(row)).collect()
    }

    async fn changes_of_absences(&self, after: u32, limit: u32) -> Result<Vec<StoredChange>, StoreError> {
        let rows = sqlx::query(select_identity!(
            "rota_change.version, rota_change.at, change, replaced, sealed_reason",
            "JOIN rota_change ON rota_change.by = party.id WHERE rota_change.version > ? \
             AND change ->> 'kind' IN ('ask_leave', 'decide_leave', 'withdraw_leave', 'answer_swap', 'withdraw_swap') \
             ORDER BY rota_change.version DESC LIMIT ?"
        ));
        let rows = rows.bind(after).bind(limit).fetch_all(&self.0.readers).await?;
        rows.iter().map(|row| self.stored_change(row)).collect()
    }

    async fn seen_version(&self, party: &PartyId) -> Result<u32, StoreError> {
        let seen = sqlx::query_scalar("SELECT version FROM rota_seen WHERE party = ?").bind(&party.0);
        Ok(seen.fetch_optional(&self.0.readers).await?.unwrap_or(0))
    }

    async fn put_seen_version(&self, party: &PartyId, version: u32) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO rota_seen (party, version) VALUES (?, ?) \
             ON CONFLICT (party) DO UPDATE SET version = max(version, excluded.version)",
        )
        .bind(&party.0)
        .bind(version)
        .execute(&self.0.writer)
        .await?;
        Ok(())
    }

    async fn people(&self, role: Role) -> Result<Vec<Identity>, StoreError> {
        let rows = sqlx::query(select_identity!(
            "party.id",
            "WHERE role = ? AND revoked_at IS NULL ORDER BY party.id"
        ))
        .bind(role.name())
        .fetch_all(&self.0.readers)
        .await?;
        rows.iter().map(|row| identity(&self.0.keys, row)).collect()
    }

    async fn put_feed(&self, feed: &Feed, token: &TokenHash) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO rota_feed (token_hash, owner, speciality) VALUES (?, ?, ?) \
             ON CONFLICT (owner, speciality) DO UPDATE SET token_hash = excluded.token_hash",
        )
        .bind(&token[..])
        .bind(&feed.owner.0)
        .bind(feed.speciality.map_or("", Named::name))
        .execute(&self.0.writer)
        .await?;
        Ok(())
    }

    async fn feed(&self, token: &TokenHash) -> Result<Option<Feed>, StoreError> {
        let row: Option<(String, String)> = sqlx::query_as(
            "SELECT owner, speciality FROM rota_feed JOIN party ON party.id = owner \
             WHERE token_hash = ? AND revoked_at IS NULL",
        )
        .bind(&token[..])
        .fetch_optional(&self.0.readers)
        .await?;
        let Some((owner, speciality)) = row else { return Ok(None) };
        let speciality = if speciality.is_empty() { None } else { Some(from_name(&speciality)?) };
        Ok(Some(Feed { owner: PartyId(owner), speciality }))
    }
}

impl SqliteRotas {
    fn stored_change(&self, row: &SqliteRow) -> Result<StoredChange, StoreError> {
        let (version, at): (u32, i64) = (row.try_get("version")?, row.try_get("at")?);
        let (change, replaced): (&str, Option<&str>) = (row.try_get("change")?, row.try_get("replaced")?);
        let replaced = replaced.map_or_else(|| Ok(Replaced::default()), serde_json::from_str);
        let sealed: Option<&[u8]> = row.try_get("sealed_reason")?;
        let reason =
            sealed.map(|sealed| sealed::open_rota_reason(&self.0.keys, version, sealed)).transpose()?;
        Ok(StoredChange {
            version,
            at: timestamp(at),
            by: identity(&self.0.keys, row)?,
            change: serde_json::from_str(change).ok().zip(replaced.ok()),
            reason: Pii::new(reason.unwrap_or_default()),
        })
    }
}
