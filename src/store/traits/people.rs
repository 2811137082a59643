//! Who stands behind a party of the audit log, whether or not they may still sign in.

use crate::store::error::StoreError;
use async_trait::async_trait;
use std::{fmt, sync::Arc};
use teranga_clinic::{id::PartyId, people::Identity};

/// A store that keeps other subjects, too.
pub trait HasPeople {
    /// The people in it.
    fn people(&self) -> Arc<dyn People>;
}

/// Everybody who can or could sign in: people and tablets.
#[async_trait]
pub trait People: Send + Sync + fmt::Debug {
    /// The person or the tablet; none if there was never such a party.
    async fn identity(&self, party: &PartyId) -> Result<Option<Identity>, StoreError>;
}
