//! Accounts of people who sign in with a password. Passwords come in hashed (argon2id).

use crate::store::error::StoreError;
use async_trait::async_trait;
use std::fmt;
use teranga_clinic::{id::PartyId, people::Identity, pii::Pii, time::Timestamp};

/// A person's account, to be added.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The person; the place must exist.
    pub identity: Identity,
    /// Sign-in name, already folded.
    pub login: Pii<String>,
    /// The hashed password, argon2id in PHC format.
    pub password_hash: Pii<String>,
}

/// An account that was not revoked, as far as signing in needs to know it.
#[derive(Clone, Debug)]
pub struct Account {
    /// The person.
    pub identity: Identity,
    /// The hashed password, argon2id in PHC format.
    pub password_hash: Pii<String>,
}

/// The accounts of people.
#[async_trait]
pub trait Accounts: Send + Sync + fmt::Debug {
    /// Adds an account; [`StoreError::Exists`] if the login or the party does.
    async fn add_account(&self, account: &NewAccount, now: Timestamp) -> Result<(), StoreError>;

    /// The account of this login, unless revoked.
    async fn account(&self, login: &str) -> Result<Option<Account>, StoreError>;

    /// Changes a password and ends every session of the account; none if there is no such login.
    async fn set_password(
        &self,
        login: &str,
        hash: &str,
        now: Timestamp,
    ) -> Result<Option<PartyId>, StoreError>;

    /// The party of a login, revoked or not.
    async fn party_of_login(&self, login: &str) -> Result<Option<PartyId>, StoreError>;
}
