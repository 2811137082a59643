//! The rates that each party's link carried when it was measured last.

use crate::store::error::StoreError;
use async_trait::async_trait;
use std::fmt;
use teranga_clinic::{id::PartyId, time::Timestamp};

/// The rates of a link as they were measured last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkRates {
    /// The rate towards the server, bits a second.
    pub up_bps: u32,
    /// The rate from the server, bits a second.
    pub down_bps: u32,
}

/// The memory of links.
#[async_trait]
pub trait Links: Send + Sync + fmt::Debug {
    /// Keeps what a party's link carried; [`StoreError::Missing`] if there is no such party.
    async fn put_link(&self, party: &PartyId, link: LinkRates, now: Timestamp) -> Result<(), StoreError>;

    /// The rates of every party's link.
    async fn links(&self) -> Result<Vec<(PartyId, LinkRates)>, StoreError>;
}
