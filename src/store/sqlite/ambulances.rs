//! The links of ambulances in SQLite.

use super::{
    SqliteStore,
    connection::{millis, timestamp},
    rows::{add_party, end_sessions},
};
use crate::store::{
    error::StoreError,
    traits::{AmbulanceLink, Ambulances, HasAmbulances, NewAmbulanceLink, TokenHash},
};
use async_trait::async_trait;
use sqlx::{Row, Sqlite, Transaction, sqlite::SqliteRow};
use std::sync::Arc;
use teranga_clinic::{
    id::{ConsultationId, PartyId, ReferralId},
    people::Identity,
    time::Timestamp,
};

/// The links in a store that keeps other subjects, too.
#[derive(Clone, Debug)]
struct SqliteAmbulances(SqliteStore);

impl HasAmbulances for Arc<SqliteStore> {
    fn ambulances(&self) -> Arc<dyn Ambulances> {
        Arc::new(SqliteAmbulances(SqliteStore::clone(self)))
    }
}

#[async_trait]
impl Ambulances for SqliteAmbulances {
    async fn put(&self, new: &NewAmbulanceLink, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.0.write().await?;
        withdraw(&mut transaction, new.link.referral, now).await?;
        sqlx::query(
            "INSERT INTO ambulance_link (referral, consultation, party, secret_hash, code_hash, expires_at) \
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(new.link.referral.0)
        .bind(new.link.consultation.0)
        .bind(&new.link.party.0)
        .bind(&new.secret[..])
        .bind(&new.code[..])
        .bind(millis(new.link.expires_at))
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    async fn of_referral(&self, referral: ReferralId) -> Result<Option<AmbulanceLink>, StoreError> {
        let query = sqlx::query("SELECT * FROM ambulance_link WHERE referral = ?");
        query.bind(referral.0).fetch_optional(&self.0.readers).await?.as_ref().map(link).transpose()
    }

    async fn with(&self, secret: &TokenHash, now: Timestamp) -> Result<Option<AmbulanceLink>, StoreError> {
        let query = sqlx::query(
            "SELECT * FROM ambulance_link WHERE (secret_hash = ?1 OR code_hash = ?1) AND expires_at > ?2",
        );
        let query = query.bind(&secret[..]).bind(millis(now));
        query.fetch_optional(&self.0.readers).await?.as_ref().map(link).transpose()
    }

    async fn open(
        &self,
        secret: &TokenHash,
        opener: &TokenHash,
        who: &Identity,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.0.write().await?;
        let updated = sqlx::query(
            "UPDATE ambulance_link SET opener_hash = ?2 WHERE (secret_hash = ?1 OR code_hash = ?1) \
             AND party = ?3 AND expires_at > ?4 AND (opener_hash IS NULL OR opener_hash = ?2)",
        )
        .bind(&secret[..])
        .bind(&opener[..])
        .bind(&who.party.0)
        .bind(millis(now))
        .execute(&mut *transaction)
        .await?;
        if updated.rows_affected() == 0 {
            return Ok(false);
        }
        if !is_known(&mut transaction, &who.party).await? {
            add_party(&mut transaction, &self.0.keys, who, now).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    async fn withdraw(&self, referral: ReferralId, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.0.write().await?;
        withdraw(&mut transaction, referral, now).await?;
        Ok(transaction.commit().await?)
    }
}

/// Forgets the link of a referral, and takes every right from the party that had opened it.
async fn withdraw(
    transaction: &mut Transaction<'_, Sqlite>,
    referral: ReferralId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let party: Option<String> =
        sqlx::query_scalar("DELETE FROM ambulance_link WHERE referral = ? RETURNING party")
            .bind(referral.0)
            .fetch_optional(&mut **transaction)
            .await?;
    let Some(party) = party.map(PartyId) else { return Ok(()) };
    let revoked = sqlx::query("UPDATE party SET revoked_at = ? WHERE id = ?")
        .bind(millis(now))
        .bind(&party.0)
        .execute(&mut **transaction)
        .await?;
    if revoked.rows_affected() == 1 {
        end_sessions(transaction, &party, now).await?;
    }
    Ok(())
}

async fn is_known(transaction: &mut Transaction<'_, Sqlite>, party: &PartyId) -> Result<bool, StoreError> {
    let known = sqlx::query_scalar::<_, i64>("SELECT 1 FROM party WHERE id = ?").bind(&party.0);
    Ok(known.fetch_optional(&mut **transaction).await?.is_some())
}

fn link(row: &SqliteRow) -> Result<AmbulanceLink, StoreError> {
    Ok(AmbulanceLink {
        referral: ReferralId(row.try_get("referral")?),
        consultation: ConsultationId(row.try_get("consultation")?),
        party: PartyId(row.try_get("party")?),
        expires_at: timestamp(row.try_get("expires_at")?),
        opened: row.try_get::<Option<Vec<u8>>, _>("opener_hash")?.is_some(),
    })
}
