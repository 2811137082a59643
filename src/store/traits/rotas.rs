//! The rota of specialists: the plan with its version number, who changed it, who can be on duty, and the calendar feeds.

use super::TokenHash;
use crate::store::error::StoreError;
use async_trait::async_trait;
use std::{fmt, sync::Arc};
use teranga_clinic::{
    id::PartyId,
    people::{Identity, Role, Speciality},
    pii::Pii,
    rota::{Change, DutyPlan, Replaced},
    time::Timestamp,
};

/// The plan as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredPlan {
    /// The number of changes so far.
    pub version: u32,
    /// The plan.
    pub plan: DutyPlan,
    /// The person who made the last change; none before the first.
    pub changed_by: Option<PartyId>,
}

/// A change of the plan that is to be stored.
#[derive(Clone, Copy, Debug)]
pub struct PlanChange<'a> {
    /// The version on which the change was based.
    pub based_on: u32,
    /// The plan after it.
    pub plan: &'a DutyPlan,
    /// The change, for the audit log of the rota.
    pub change: &'a Change,
    /// What it takes the place of.
    pub replaced: &'a Replaced,
    /// The reason that the person gave; empty for none.
    pub reason: &'a str,
    /// The person who made it.
    pub by: &'a PartyId,
    /// The time.
    pub at: Timestamp,
}

/// A change of the plan as the log keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredChange {
    /// The version that it made.
    pub version: u32,
    /// The time.
    pub at: Timestamp,
    /// The person who made it.
    pub by: Identity,
    /// The change and what it took the place of; none if another version of the program wrote what this one cannot read.
    pub change: Option<(Change, Replaced)>,
    /// The reason that the person gave; empty for none.
    pub reason: Pii<String>,
}

/// What a calendar feed shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// The person who made it. It ends with their rights.
    pub owner: PartyId,
    /// All duties of a speciality; none for the owner's own duties.
    pub speciality: Option<Speciality>,
}

/// A store that keeps a rota beside other subjects.
pub trait HasRotas {
    /// The store of the rota.
    fn rotas(&self) -> Arc<dyn Rotas>;
}

/// The store of the rota.
#[async_trait]
pub trait Rotas: Send + Sync + fmt::Debug {
    /// The plan; an empty one of version 0 if nobody has made one.
    async fn duty_plan(&self) -> Result<StoredPlan, StoreError>;

    /// Stores a changed plan with its audit row, if the plan is still the one on which the change was based. False if it is not:
    /// then nothing is stored.
    async fn put_duty_plan(&self, change: PlanChange<'_>) -> Result<bool, StoreError>;

    /// The last changes before a version (none for the very last), the newest first, at most `limit`.
    async fn plan_changes(&self, before: Option<u32>, limit: u32) -> Result<Vec<StoredChange>, StoreError>;

    /// The newest changes of leave and swaps after a version, the newest first, at most `limit`: what may be news to a doctor.
    async fn changes_of_absences(&self, after: u32, limit: u32) -> Result<Vec<StoredChange>, StoreError>;

    /// The version up to which a doctor has seen the news of the rota; 0 before the first time.
    async fn seen_version(&self, party: &PartyId) -> Result<u32, StoreError>;

    /// Notes that a doctor has seen the news up to a version. It never goes back.
    async fn put_seen_version(&self, party: &PartyId, version: u32) -> Result<(), StoreError>;

    /// The people of a role whose account is not revoked, by identifier.
    async fn people(&self, role: Role) -> Result<Vec<Identity>, StoreError>;

    /// Gives a feed a new secret, and makes the one that it had useless.
    async fn put_feed(&self, feed: &Feed, token: &TokenHash) -> Result<(), StoreError>;

    /// The feed of this secret, unless its owner's account is revoked.
    async fn feed(&self, token: &TokenHash) -> Result<Option<Feed>, StoreError>;
}
