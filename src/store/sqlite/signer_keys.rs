//! The keys of specialists in SQLite. Private keys are sealed.

use super::{
    SqliteStore,
    connection::{millis, timestamp},
    rows::{identity, select_identity},
    sealed,
};
use crate::store::{
    error::StoreError,
    sealing::RecordKeys,
    traits::{Certificate, HasSignerKeys, Signer, SignerKey, SignerKeys, Withdrawal, WithdrawalReason},
};
use async_trait::async_trait;
use sqlx::{Row as _, sqlite::SqliteRow};
use std::sync::Arc;
use teranga_clinic::{id::PartyId, pii::Pii, time::Timestamp};

/// The keys in a store that keeps other subjects, too.
#[derive(Clone, Debug)]
struct SqliteSignerKeys(SqliteStore);

impl HasSignerKeys for Arc<SqliteStore> {
    fn signer_keys(&self) -> Arc<dyn SignerKeys> {
        Arc::new(SqliteSignerKeys(SqliteStore::clone(self)))
    }
}

#[async_trait]
impl SignerKeys for SqliteSignerKeys {
    async fn signer(&self, party: &PartyId) -> Result<Option<Signer>, StoreError> {
        let row = sqlx::query(select_identity!(
            "sealed_order_number, password_hash",
            "JOIN account ON account.party = party.id WHERE party.id = ? AND revoked_at IS NULL"
        ));
        let Some(row) = row.bind(&party.0).fetch_optional(&self.0.readers).await? else { return Ok(None) };
        let keys = &self.0.keys;
        let number: Option<Vec<u8>> = row.try_get("sealed_order_number")?;
        let open = |number: Vec<u8>| sealed::open_order_number(keys, &party.0, &number);
        let password_hash = Pii::new(row.try_get("password_hash")?);
        Ok(Some(Signer {
            identity: identity(keys, &row)?,
            order_number: number.map(open).transpose()?,
            password_hash,
        }))
    }

    async fn add_key(
        &self,
        party: &PartyId,
        public: &[u8],
        pkcs8: &[u8],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO signer_key (party, made_at, public, sealed) VALUES (?, ?, ?, ?)")
            .bind(&party.0)
            .bind(millis(now))
            .bind(public)
            .bind(sealed::signer_key(&self.0.keys, public, pkcs8))
            .execute(&self.0.writer)
            .await?;
        Ok(())
    }

    async fn keys(&self) -> Result<Vec<SignerKey>, StoreError> {
        let rows = sqlx::query(
            "SELECT signer_key.party, public, certificate, valid_from, valid_to, withdrawn_at, withdrawn_why, \
             sealed_name, sealed_order_number FROM signer_key JOIN party ON party.id = signer_key.party \
             ORDER BY signer_key.id DESC",
        );
        let rows = rows.fetch_all(&self.0.readers).await?;
        rows.iter().map(|row| key(&self.0.keys, row)).collect()
    }

    async fn private_key(&self, public: &[u8]) -> Result<Option<Pii<Vec<u8>>>, StoreError> {
        let sealed: Option<Vec<u8>> = sqlx::query_scalar("SELECT sealed FROM signer_key WHERE public = ?")
            .bind(public)
            .fetch_optional(&self.0.readers)
            .await?;
        let open = |sealed: Vec<u8>| sealed::open_signer_key(&self.0.keys, public, &sealed).map(Pii::new);
        sealed.map(open).transpose()
    }

    async fn put_certificate(&self, public: &[u8], certificate: &Certificate) -> Result<(), StoreError> {
        let changed = sqlx::query(
            "UPDATE signer_key SET certificate = ?, valid_from = ?, valid_to = ? \
             WHERE public = ? AND certificate IS NULL AND withdrawn_at IS NULL",
        )
        .bind(&certificate.der)
        .bind(millis(certificate.from))
        .bind(millis(certificate.to))
        .bind(public)
        .execute(&self.0.writer)
        .await?;
        if changed.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Missing) }
    }

    async fn withdraw(&self, party: &PartyId, withdrawal: Withdrawal) -> Result<u64, StoreError> {
        let why = code(withdrawal.why);
        let changed = sqlx::query(
            "UPDATE signer_key SET withdrawn_at = ?, withdrawn_why = ?2 WHERE party = ?3 \
             AND (withdrawn_at IS NULL OR (withdrawn_why = 'left' AND ?2 = 'lost'))",
        )
        .bind(millis(withdrawal.at))
        .bind(why)
        .bind(&party.0)
        .execute(&self.0.writer)
        .await?;
        Ok(changed.rows_affected())
    }

    async fn add_document_authority(&self, der: &[u8], now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO document_authority (certificate, added_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(der)
        .bind(millis(now))
        .execute(&self.0.writer)
        .await?;
        Ok(())
    }

    async fn remove_document_authority(
        &self,
        der: &[u8],
        keys: &[Vec<u8>],
        withdrawal: Withdrawal,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.0.writer.begin().await?;
        let removed = sqlx::query("DELETE FROM document_authority WHERE certificate = ?").bind(der);
        if removed.execute(&mut *transaction).await?.rows_affected() == 0 {
            return Err(StoreError::Missing);
        }
        let mut withdrawn = 0;
        for public in keys {
            let changed = sqlx::query(
                "UPDATE signer_key SET withdrawn_at = ?, withdrawn_why = ?2 WHERE public = ?3 \
                 AND (withdrawn_at IS NULL OR (withdrawn_why = 'left' AND ?2 = 'lost'))",
            )
            .bind(millis(withdrawal.at))
            .bind(code(withdrawal.why))
            .bind(public);
            withdrawn += changed.execute(&mut *transaction).await?.rows_affected();
        }
        transaction.commit().await?;
        Ok(withdrawn)
    }

    async fn document_authorities(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        let all = sqlx::query_scalar("SELECT certificate FROM document_authority ORDER BY added_at");
        Ok(all.fetch_all(&self.0.readers).await?)
    }
}

fn key(keys: &RecordKeys, row: &SqliteRow) -> Result<SignerKey, StoreError> {
    let party: String = row.try_get("party")?;
    let name = sealed::open_name(keys, &party, row.try_get("sealed_name")?)?;
    let number: Option<Vec<u8>> = row.try_get("sealed_order_number")?;
    let order_number = number.map(|number| sealed::open_order_number(keys, &party, &number)).transpose()?;
    Ok(SignerKey {
        party: PartyId(party),
        name: name.into(),
        order_number,
        public: row.try_get("public")?,
        certificate: certificate(row)?,
        withdrawn: withdrawal(row)?,
    })
}

fn certificate(row: &SqliteRow) -> Result<Option<Certificate>, StoreError> {
    let (der, from, to): (Option<Vec<u8>>, Option<i64>, Option<i64>) =
        (row.try_get("certificate")?, row.try_get("valid_from")?, row.try_get("valid_to")?);
    let (Some(der), Some(from), Some(to)) = (der, from, to) else { return Ok(None) };
    Ok(Some(Certificate { der, from: timestamp(from), to: timestamp(to) }))
}

fn withdrawal(row: &SqliteRow) -> Result<Option<Withdrawal>, StoreError> {
    let at: Option<Timestamp> = row.try_get::<Option<i64>, _>("withdrawn_at")?.map(timestamp);
    let why: Option<&str> = row.try_get("withdrawn_why")?;
    let (Some(at), Some(why)) = (at, why) else { return Ok(None) };
    let reasons = [WithdrawalReason::Left, WithdrawalReason::Lost];
    let why = reasons.into_iter().find(|reason| code(*reason) == why);
    let why = why.ok_or_else(|| StoreError::Corrupt("a key is withdrawn for no known reason".into()))?;
    Ok(Some(Withdrawal { at, why }))
}

const fn code(why: WithdrawalReason) -> &'static str {
    match why {
        WithdrawalReason::Left => "left",
        WithdrawalReason::Lost => "lost",
    }
}
