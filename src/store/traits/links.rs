//! What the link of each party carried when it was measured last.

use crate::store::error::StoreError;
use async_trait::async_trait;
use std::fmt;
use teranga_clinic::{id::PartyId, time::Timestamp};

/// What a link carried when it was measured last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkRates {
    /// Towards the server, bits a second.
    pub up_bps: u32,
    /// From the server, bits a second.
    pub down_bps: u32,
}

/// The memory of links.
#[async_trait]
pub trait Links: Send + Sync + fmt::Debug {
    /// Keeps what a party's link carried; [`StoreError::Missing`] if there is no such party.
    async fn put_link(&self, party: &PartyId, link: LinkRates, now: Timestamp) -> Result<(), StoreError>;

    /// What every party's link carried last time.
    async fn links(&self) -> Result<Vec<(PartyId, LinkRates)>, StoreError>;
}
