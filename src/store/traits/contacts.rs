//! How people are reached outside of the pages: the telephone and the e-mail address of an account.

use crate::store::error::StoreError;
use async_trait::async_trait;
use std::fmt;
use teranga_clinic::{contact::Contact, id::PartyId};

/// The telephones and e-mail addresses of accounts. They go to the gateway and the relay only, never to a page.
#[async_trait]
pub trait Contacts: Send + Sync + fmt::Debug {
    /// How a person is reached; nothing for somebody whose account is revoked or who has none.
    async fn contact(&self, party: &PartyId) -> Result<Contact, StoreError>;

    /// Changes or removes the telephone number of a login; see [`teranga_clinic::contact::phone`]. None if there is no such login.
    async fn set_phone(&self, login: &str, phone: Option<&str>) -> Result<Option<PartyId>, StoreError>;

    /// Changes or removes the e-mail address of a login; see [`teranga_clinic::contact::email`]. None if there is no such login.
    async fn set_email(&self, login: &str, email: Option<&str>) -> Result<Option<PartyId>, StoreError>;
}
