//! Accounts of people in SQLite.

use super::{
    SqliteStore,
    rows::{add_party, end_sessions, exactly, identity, select_identity, select_nearest},
    sealed,
};
use crate::store::{
    error::StoreError,
    sealing::RecordKeys,
    traits::{Accounts, NewAccount},
};
use async_trait::async_trait;
use sqlx::{Row, Sqlite, Transaction, sqlite::SqliteRow};
use teranga_clinic::{id::PartyId, people::Identity, pii::Pii, time::Timestamp};

#[async_trait]
impl Accounts for SqliteStore {
    async fn add_account(&self, account: &NewAccount, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        add(&mut transaction, &self.keys, account, now).await?;
        Ok(transaction.commit().await?)
    }

    async fn account(&self, login: &str, password_hash: &str) -> Result<Option<Identity>, StoreError> {
        let row = sqlx::query(select_identity!(
            "account.party",
            "JOIN account ON account.party = party.id WHERE login = ? AND password_hash = ? AND revoked_at IS NULL"
        ))
        .bind(sealed::login(&self.keys, login))
        .bind(password_hash)
        .fetch_optional(&self.readers)
        .await?;
        row.map(|row| identity(&self.keys, &row)).transpose()
    }

    async fn password_hash(&self, login: &str) -> Result<Option<Pii<String>>, StoreError> {
        let login = sealed::login(&self.keys, login);
        let Some(row) = self.nearest_account(&login).await? else { return Ok(None) };
        let revoked_at: Option<i64> = row.try_get("revoked_at")?;
        let hash: Option<String> = exactly(&row, &login, "password_hash")?;
        Ok(hash.filter(|_| revoked_at.is_none()).map(Pii::new))
    }

    async fn set_password(
        &self,
        login: &str,
        hash: &str,
        now: Timestamp,
    ) -> Result<Option<PartyId>, StoreError> {
        let mut transaction = self.write().await?;
        let party: Option<String> =
            sqlx::query_scalar("UPDATE account SET password_hash = ? WHERE login = ? RETURNING party")
                .bind(hash)
                .bind(sealed::login(&self.keys, login))
                .fetch_optional(&mut *transaction)
                .await?;
        let Some(party) = party.map(PartyId) else { return Ok(None) };
        end_sessions(&mut transaction, &party, now).await?;
        transaction.commit().await?;
        Ok(Some(party))
    }

    async fn set_order_number(
        &self,
        login: &str,
        order_number: Option<&str>,
    ) -> Result<Option<PartyId>, StoreError> {
        let Some(party) = self.party_of_login(login).await? else { return Ok(None) };
        let mut transaction = self.write().await?;
        put_order_number(&mut transaction, &self.keys, &party, order_number).await?;
        transaction.commit().await?;
        Ok(Some(party))
    }

    async fn colleagues(&self, limit: u32) -> Result<Vec<Identity>, StoreError> {
        let rows = sqlx::query(select_identity!(
            "account.party",
            "JOIN account ON account.party = party.id WHERE role = 'doctor' AND revoked_at IS NULL ORDER BY party.id LIMIT ?"
        ));
        let rows = rows.bind(limit).fetch_all(&self.readers).await?;
        rows.iter().map(|row| identity(&self.keys, row)).collect()
    }

    async fn party_of_login(&self, login: &str) -> Result<Option<PartyId>, StoreError> {
        let party = sqlx::query_scalar("SELECT party FROM account WHERE login = ?");
        let party = party.bind(sealed::login(&self.keys, login));
        Ok(party.fetch_optional(&self.readers).await?.map(PartyId))
    }
}

impl SqliteStore {
    /// The row of a sealed login, or another one; none only if there is no account at all.
    pub(super) async fn nearest_account(&self, login: &str) -> Result<Option<SqliteRow>, StoreError> {
        let query = sqlx::query(select_nearest!("login", "password_hash, revoked_at", "account"));
        Ok(query.bind(login).fetch_optional(&self.readers).await?)
    }
}

/// Adds an account in a transaction.
pub(super) async fn add(
    transaction: &mut Transaction<'_, Sqlite>,
    keys: &RecordKeys,
    account: &NewAccount,
    now: Timestamp,
) -> Result<(), StoreError> {
    add_party(transaction, keys, &account.identity, now).await?;
    sqlx::query("INSERT INTO account (party, login, password_hash) VALUES (?, ?, ?)")
        .bind(&account.identity.party.0)
        .bind(sealed::login(keys, account.login.reveal()))
        .bind(account.password_hash.reveal())
        .execute(&mut **transaction)
        .await?;
    if let Some(number) = &account.order_number {
        put_order_number(transaction, keys, &account.identity.party, Some(number.reveal())).await?;
    }
    Ok(())
}

async fn put_order_number(
    transaction: &mut Transaction<'_, Sqlite>,
    keys: &RecordKeys,
    party: &PartyId,
    order_number: Option<&str>,
) -> Result<(), StoreError> {
    let sealed = order_number.map(|number| sealed::order_number(keys, &party.0, number));
    sqlx::query("UPDATE party SET sealed_order_number = ? WHERE id = ?")
        .bind(sealed)
        .bind(&party.0)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}
