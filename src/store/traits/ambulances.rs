//! The links with which the telephone of an ambulance comes into the call of an evacuation. Secrets come in hashed, as 32 bytes of SHA-256.

use super::TokenHash;
use crate::store::error::StoreError;
use async_trait::async_trait;
use std::{fmt, sync::Arc};
use teranga_clinic::{
    id::{ConsultationId, PartyId, ReferralId},
    people::Identity,
    time::Timestamp,
};

/// A store that keeps other subjects, too.
pub trait HasAmbulances {
    /// The links in it.
    fn ambulances(&self) -> Arc<dyn Ambulances>;
}

/// A link that is made now.
#[derive(Clone, Debug)]
pub struct NewAmbulanceLink {
    /// The link.
    pub link: AmbulanceLink,
    /// The hash of the secret in its address.
    pub secret: TokenHash,
    /// The hash of the code that can be typed in its place.
    pub code: TokenHash,
}

/// A link that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AmbulanceLink {
    /// The referral.
    pub referral: ReferralId,
    /// The consultation in which it stands.
    pub consultation: ConsultationId,
    /// Whoever opens the link becomes this party.
    pub party: PartyId,
    /// The time after which it is not opened any more.
    pub expires_at: Timestamp,
    /// True if a telephone has opened it.
    pub opened: bool,
}

/// The links of ambulances, at most one for a referral.
#[async_trait]
pub trait Ambulances: Send + Sync + fmt::Debug {
    /// Keeps a link. The one before of its referral is void, and the party that had opened it is revoked.
    async fn put(&self, link: &NewAmbulanceLink, now: Timestamp) -> Result<(), StoreError>;

    /// The link of a referral, also one that has expired.
    async fn of_referral(&self, referral: ReferralId) -> Result<Option<AmbulanceLink>, StoreError>;

    /// The link with this secret or code, unless it has expired.
    async fn with(&self, secret: &TokenHash, now: Timestamp) -> Result<Option<AmbulanceLink>, StoreError>;

    /// Opens the link with this secret or code for the page with this key, and makes its party. A link is opened once; the page that has
    /// opened it may do so again, because the answer may have been lost. Returns false for everybody else.
    async fn open(
        &self,
        secret: &TokenHash,
        opener: &TokenHash,
        who: &Identity,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Makes the link of a referral void, and revokes the party that had opened it.
    async fn withdraw(&self, referral: ReferralId, now: Timestamp) -> Result<(), StoreError>;
}
