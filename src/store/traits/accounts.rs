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
    /// The hashed password, argon2id in PHC format. A text that is no hash stands for an account that has no password yet: none is right then.
    pub password_hash: Pii<String>,
    /// A doctor's number in the register of the professional order; see [`teranga_clinic::text::order_number`].
    pub order_number: Option<Pii<String>>,
}

/// The accounts of people.
#[async_trait]
pub trait Accounts: Send + Sync + fmt::Debug {
    /// Adds an account; [`StoreError::Exists`] if the login or the party does.
    async fn add_account(&self, account: &NewAccount, now: Timestamp) -> Result<(), StoreError>;

    /// The person of this login, unless revoked or given another password since `password_hash` was read. The time tells if there
    /// is one, so this is asked only for somebody who has proved the password.
    async fn account(&self, login: &str, password_hash: &str) -> Result<Option<Identity>, StoreError>;

    /// The hashed password of this login, argon2id in PHC format, unless revoked. The time does not tell if there is one.
    async fn password_hash(&self, login: &str) -> Result<Option<Pii<String>>, StoreError>;

    /// Changes a password and ends every session of the account; none if there is no such login.
    async fn set_password(
        &self,
        login: &str,
        hash: &str,
        now: Timestamp,
    ) -> Result<Option<PartyId>, StoreError>;

    /// Changes or removes the number in the register of the professional order; none if there is no such login. What was
    /// signed before keeps its number.
    async fn set_order_number(
        &self,
        login: &str,
        order_number: Option<&str>,
    ) -> Result<Option<PartyId>, StoreError>;

    /// The doctors whose account is not revoked, by name of their account; so many at most.
    async fn colleagues(&self, limit: u32) -> Result<Vec<Identity>, StoreError>;

    /// The party of a login, revoked or not.
    async fn party_of_login(&self, login: &str) -> Result<Option<PartyId>, StoreError>;
}
