//! The audit log: who did or opened what, as a hash chain. Rows are added by the journal, with what they tell.

use crate::store::{
    audit_chain::{AuditFlaw, AuditHead},
    error::StoreError,
};
use async_trait::async_trait;
use std::fmt;

/// The audit log of a store.
#[async_trait]
pub trait AuditLog: Send + Sync + fmt::Debug {
    /// The end of the log at this moment. A copy outside the machine proves every row up to it.
    ///
    /// # Errors
    /// The store failed.
    async fn audit_head(&self) -> Result<AuditHead, StoreError>;

    /// Reads the whole log and compares it with the facts. `kept` is a head that was copied earlier. Gives the end of
    /// the log, or the first flaw.
    ///
    /// # Errors
    /// The store failed.
    async fn verify_audit(&self, kept: Option<AuditHead>)
    -> Result<Result<AuditHead, AuditFlaw>, StoreError>;
}
