//! The publications: versions of records that are owed to the national record. A row is written with the fact that makes it, so that
//! a restart forgets none.

use crate::store::error::StoreError;
use async_trait::async_trait;
use std::{fmt, sync::Arc};
use teranga_clinic::{
    id::{ConsultationId, PartyId},
    publication::{Publication, PublicationActor, PublicationState, PublicationTrouble, Remains},
    time::Timestamp,
};
use uuid::Uuid;

/// A store that keeps other subjects, too.
pub trait HasPublications {
    /// The publications in it.
    fn publications(&self) -> Arc<dyn Publications>;
}

/// A publication as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPublication {
    /// The name of the document.
    pub key: Uuid,
    /// The consultation.
    pub consultation: ConsultationId,
    /// It tells the record up to this fact.
    pub fact: u32,
    /// The time since which it is owed.
    pub made_at: Timestamp,
    /// What has become of it.
    pub state: PublicationState,
    /// The reason for that.
    pub trouble: Option<PublicationTrouble>,
    /// The time of the last change.
    pub changed_at: Timestamp,
    /// How often it was looked at.
    pub tries: u32,
    /// Sendings that have begun.
    pub sends: u32,
    /// The identifier of the national record for it.
    pub remote: Option<String>,
}

impl StoredPublication {
    /// What the national record keeps of this version.
    pub const fn remains(&self) -> Remains {
        Remains::of(self.state, self.trouble, self.sends)
    }
}

/// How many publications wait and are refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PublicationCounts {
    /// Those that are owed.
    pub waiting: u64,
    /// Those that were refused and wait for a person.
    pub refused: u64,
    /// The time since which the oldest of those that wait is owed.
    pub waiting_since: Option<Timestamp>,
}

/// What a person decides about a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicationDecision {
    /// It is tried again at once.
    Retry,
    /// It is given up.
    Abandon,
}

/// The publications.
#[async_trait]
pub trait Publications: Send + Sync + fmt::Debug {
    /// Those that are due, the longest first, `limit` at most. A later version waits until an earlier one has an answer.
    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<StoredPublication>, StoreError>;

    /// Notes that it was looked at, and when it comes next.
    async fn put_off(
        &self,
        key: Uuid,
        trouble: PublicationTrouble,
        next_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Notes that a sending begins, before it does. False if it is not as it was read: another process or a person was faster.
    async fn begin_send(&self, read: &StoredPublication, next_at: Timestamp) -> Result<bool, StoreError>;

    /// Notes what became of one that waits.
    async fn settle(
        &self,
        key: Uuid,
        state: PublicationState,
        trouble: Option<PublicationTrouble>,
        remote: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Those of a consultation, the oldest version first.
    async fn of_consultation(
        &self,
        consultation: ConsultationId,
    ) -> Result<Vec<StoredPublication>, StoreError>;

    /// Those that were refused, the longest first, `limit` at most.
    async fn refused(&self, limit: u32) -> Result<Vec<StoredPublication>, StoreError>;

    /// How many wait and are refused.
    async fn counts(&self) -> Result<PublicationCounts, StoreError>;

    /// Does what a person decided about one that was refused or waits; false if there is none. One of which a newer version is there is not
    /// tried again but replaced, and one whose sending has begun is given up only after it was refused, because it may have been stored.
    async fn decide(
        &self,
        key: Uuid,
        decision: PublicationDecision,
        by: &PartyId,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
}

impl From<&StoredPublication> for Publication {
    fn from(stored: &StoredPublication) -> Self {
        let StoredPublication { key, state, trouble, made_at, changed_at: at, .. } = *stored;
        let actor = trouble.map_or(PublicationActor::Nobody, PublicationTrouble::actor);
        Self { key, state, trouble, actor, made_at, at }
    }
}
