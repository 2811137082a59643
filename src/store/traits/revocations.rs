//! Rights that were taken from accounts and devices, numbered, so that a running server hears what a command in another
//! process did.

use crate::store::error::StoreError;
use async_trait::async_trait;
use std::fmt;
use teranga_clinic::{id::PartyId, time::Timestamp};

/// The log of revocations.
#[async_trait]
pub trait Revocations: Send + Sync + fmt::Debug {
    /// Takes every right from a party, ends its sessions, voids its codes; false if there is no such.
    async fn revoke(&self, party: &PartyId, now: Timestamp) -> Result<bool, StoreError>;

    /// Number of the last revocation; zero before the first.
    async fn last_revocation(&self) -> Result<i64, StoreError>;

    /// Revocations after `number`, oldest first.
    async fn revocations_after(&self, number: i64) -> Result<Vec<(i64, PartyId)>, StoreError>;
}
