//! The index of referrals: in which consultation each one stands, which structure is asked, and which clock runs. It is written with the
//! facts.

use crate::store::error::StoreError;
use async_trait::async_trait;
use std::{fmt, sync::Arc};
use teranga_clinic::{
    id::{ConsultationId, PartyId, ReferralId},
    referral::{Due, ReferralState},
    time::Timestamp,
};

/// A store that keeps other subjects, too.
pub trait HasReferrals {
    /// The index in it.
    fn referrals(&self) -> Arc<dyn Referrals>;
}

/// A referral in the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedReferral {
    /// The referral.
    pub referral: ReferralId,
    /// The consultation in which it stands.
    pub consultation: ConsultationId,
    /// The identifier of the structure that is asked now, or took the patient.
    pub structure: String,
    /// The time since which that structure is asked.
    pub asked_at: Timestamp,
    /// The state.
    pub state: ReferralState,
    /// The time of the last thing that happened to it.
    pub moved_at: Timestamp,
}

/// The index of referrals.
#[async_trait]
pub trait Referrals: Send + Sync + fmt::Debug {
    /// The referrals with identifiers from `first` to `last`, both included; two at most.
    async fn between(&self, first: ReferralId, last: ReferralId) -> Result<Vec<IndexedReferral>, StoreError>;

    /// The referrals to a structure: those that go on, and after them those that were over at `over_since` or later, the newest first; `limit` at
    /// most.
    async fn of_structure(
        &self,
        structure: &str,
        over_since: Timestamp,
        limit: u32,
    ) -> Result<Vec<IndexedReferral>, StoreError>;

    /// Those of the consultations of a doctor to which something happened at `since` or later; those to which something happened last first, `limit` at most.
    /// However many consultations the doctor has had since, none of them is passed over.
    async fn of_doctor(
        &self,
        doctor: &PartyId,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<IndexedReferral>, StoreError>;

    /// Those to which something happened at `since` or later, and whose structure is closed while it is asked, or expects the patient; those that were
    /// asked last first, `limit` at most.
    async fn of_closed(&self, since: Timestamp, limit: u32) -> Result<Vec<IndexedReferral>, StoreError>;

    /// Those that nobody has opened, and those of patients who are on the way, of which some were opened; those that were asked last first, `limit` at most.
    async fn asked(&self, limit: u32) -> Result<Vec<IndexedReferral>, StoreError>;

    /// Those for which the clock of the arrival or of the counter-referral has rung at `since` or later, and that stand as they stood then; the newest first,
    /// `limit` at most.
    async fn rung(&self, since: Timestamp, limit: u32) -> Result<Vec<IndexedReferral>, StoreError>;

    /// Those of which this clock has counted since `from` or longer, the longest first; `limit` at most.
    async fn due(&self, due: Due, from: Timestamp, limit: u32) -> Result<Vec<IndexedReferral>, StoreError>;
}
