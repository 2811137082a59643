//! The members of staff of a post, who share its tablet.

use super::TokenHash;
use crate::store::error::StoreError;
use async_trait::async_trait;
use std::{fmt, sync::Arc};
use teranga_clinic::{
    id::{ConsultationId, StaffId},
    pii::Pii,
    time::Timestamp,
};

/// A member of the staff of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffMember {
    /// The identifier, which facts name.
    pub id: StaffId,
    /// The identifier of the post.
    pub place: String,
    /// The name to show.
    pub name: Pii<String>,
    /// The profession, as `ICP` or `sage-femme`.
    pub title: Pii<String>,
    /// True for who may add and change the others.
    pub responsible: bool,
    /// True for who works there no more. Their name stays on what they did.
    pub left: bool,
}

/// A change of the staff of a post, for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffChange {
    /// The member who made it; none for operators, and for the first of a post.
    pub by: Option<StaffId>,
    /// The time.
    pub at: Timestamp,
    /// The member who was changed.
    pub staff: StaffId,
    /// What was changed, in words of: `added`, `renamed`, `titled`, `appointed`, `dismissed`, `left`, `pin`.
    pub change: String,
}

/// A store that keeps the staff of posts.
pub trait HasStaff {
    /// The staff in it.
    fn staff(&self) -> Arc<dyn Staff>;
}

/// The staff of posts.
#[async_trait]
pub trait Staff: Send + Sync + fmt::Debug {
    /// Adds a member, and notes it.
    async fn add_member(
        &self,
        member: &StaffMember,
        pin_hash: &str,
        noted: &StaffChange,
    ) -> Result<(), StoreError>;

    /// All who work or worked at a post, in the order in which they came.
    async fn members(&self, place: &str) -> Result<Vec<StaffMember>, StoreError>;

    /// Changes name, title and responsibility, and notes it. Whoever leaves has no PIN and no proof any more.
    async fn change_member(&self, member: &StaffMember, noted: &StaffChange) -> Result<(), StoreError>;

    /// Sets a PIN, and notes it; every proof that was made with the former one is void.
    async fn set_pin(&self, pin_hash: &str, noted: &StaffChange) -> Result<(), StoreError>;

    /// The last changes of the staff of a post, the newest first.
    async fn changes(&self, place: &str) -> Result<Vec<StaffChange>, StoreError>;

    /// A member who has not left, with the hash of the PIN.
    async fn member(&self, id: &StaffId) -> Result<Option<(StaffMember, Pii<String>)>, StoreError>;

    /// Keeps the hash of a proof. The oldest of more than a few tablets are void.
    async fn add_proof(&self, hash: &TokenHash, id: &StaffId, now: Timestamp) -> Result<(), StoreError>;

    /// The member whose proof this is; none if it is void.
    async fn of_proof(&self, hash: &TokenHash) -> Result<Option<StaffMember>, StoreError>;

    /// Notes who took charge of a consultation. The first one stands; returns it.
    async fn take_charge(
        &self,
        consultation: ConsultationId,
        id: &StaffId,
        now: Timestamp,
    ) -> Result<StaffId, StoreError>;

    /// Who took charge of a consultation afterwards.
    async fn in_charge(&self, consultation: ConsultationId) -> Result<Option<StaffId>, StoreError>;
}
