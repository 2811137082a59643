//! The patients of a post: its requests, from which they are made, and the decisions that two of them are one person, or who one of them is.

use crate::store::error::StoreError;
use async_trait::async_trait;
use std::{fmt, sync::Arc};
use teranga_clinic::{
    audit::RecordOpening,
    patient::{Decision, Identification, IdentityCheck, Merge, Visit},
    time::Timestamp,
};
use uuid::Uuid;

/// A store that keeps other subjects, too.
pub trait HasPatients {
    /// The patients in it.
    fn patients(&self) -> Arc<dyn Patients>;
}

/// The patients of posts. Every method names the post, and nothing of another post is read or changed.
#[async_trait]
pub trait Patients: Send + Sync + fmt::Debug {
    /// The newest requests of a post's tablets, at most `limit`. Requests that cannot be read are left out.
    async fn visits(&self, place: &str, limit: u32) -> Result<Vec<Visit>, StoreError>;

    /// All decisions of a post, also those that were undone, the oldest first.
    async fn merges(&self, place: &str) -> Result<Vec<Merge>, StoreError>;

    /// Keeps a decision.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] if the post has [`MERGES`]; otherwise the store failed.
    async fn add_merge(&self, place: &str, merge: &Merge) -> Result<(), StoreError>;

    /// Undoes a decision of this post. The result is false if there is no such, or if it is undone already.
    async fn undo_merge(&self, place: &str, merge: Uuid, undone: &Decision) -> Result<bool, StoreError>;

    /// All decisions about who a patient of a post is in the national record, also those that were undone, the oldest first.
    async fn identifications(&self, place: &str) -> Result<Vec<Identification>, StoreError>;

    /// Keeps such a decision, with its rows of the audit log. False if there is one with this identifier already, which stays as it is.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] if the post has [`MERGES`]; otherwise the store failed.
    async fn add_identification(
        &self,
        place: &str,
        new: &Identification,
        noted: &[RecordOpening],
    ) -> Result<bool, StoreError>;

    /// Undoes such a decision of this post, with its rows of the audit log. The result is false if there is no such, or if it is undone
    /// already.
    async fn undo_identification(
        &self,
        place: &str,
        id: Uuid,
        undone: &Decision,
        noted: &[RecordOpening],
    ) -> Result<bool, StoreError>;

    /// Keeps that the national record was certain in front of a post who has a number. The oldest beyond [`CHECKS`] go.
    async fn add_check(&self, place: &str, check: &IdentityCheck) -> Result<(), StoreError>;

    /// Those of a post between two times, both included, the oldest first.
    async fn checks(
        &self,
        place: &str,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<IdentityCheck>, StoreError>;
}

/// The most decisions of a post of each kind, undone ones included.
pub const MERGES: u32 = 5_000;

/// The most checks of a post that are kept: some years of a busy one.
pub const CHECKS: u32 = 50_000;
