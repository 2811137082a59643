//! What posts propose to correct of what is known of structures, and what the district answered.

use crate::store::error::StoreError;
use async_trait::async_trait;
use std::{fmt, sync::Arc};
use teranga_clinic::{
    id::{PartyId, ProposalId, StaffId},
    pii::Pii,
    structure::{ProposalState, ProposedChange},
    time::Timestamp,
};

/// A proposal of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewProposal {
    /// The proposal.
    pub proposal: ProposalId,
    /// The identifier of the structure.
    pub structure: String,
    /// The identifier of the post.
    pub post: String,
    /// The member of its staff who proposes; none if nobody had typed a PIN.
    pub staff: Option<StaffId>,
    /// The time at which it reached the server.
    pub at: Timestamp,
    /// What is proposed.
    pub change: ProposedChange,
    /// A remark; empty if there is none.
    pub remark: Pii<String>,
}

/// A proposal with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredProposal {
    /// The proposal as it was made.
    pub made: NewProposal,
    /// What became of it.
    pub state: ProposalState,
    /// The time of the answer.
    pub decided_at: Option<Timestamp>,
    /// The reason of the answer; empty if there is none.
    pub reason: Pii<String>,
}

/// What came of storing a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proposed {
    /// It is stored, now or since it was sent before.
    Stored,
    /// The post has as many open proposals as it may have.
    Full,
    /// There is no such structure, or another post has a proposal of this name.
    Unknown,
}

/// The answer of a coordinator.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The proposal.
    pub proposal: ProposalId,
    /// The coordinator.
    pub by: PartyId,
    /// The time.
    pub at: Timestamp,
    /// True if the structure is to be changed.
    pub accepted: bool,
    /// The reason; it may be empty if the proposal is accepted.
    pub reason: Pii<String>,
    /// The fact as the coordinator saw it beside the proposal.
    pub seen: ProposedChange,
}

/// What came of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It stands, now or since it was given before.
    Stands,
    /// There is no such proposal.
    Unknown,
    /// Somebody has answered otherwise, or somebody else was faster.
    Before,
    /// What is known of the structure has changed since the coordinator saw it.
    Stale,
}

/// A store that keeps other subjects, too.
pub trait HasProposals {
    /// The proposals in it.
    fn proposals(&self) -> Arc<dyn Proposals>;
}

/// The proposals of posts about structures.
#[async_trait]
pub trait Proposals: Send + Sync + fmt::Debug {
    /// Stores a proposal, unless the post has as many open ones as it may have. One that is there already stays as it is.
    async fn propose(&self, new: &NewProposal) -> Result<Proposed, StoreError>;

    /// The open proposals of a post and those that were answered since a time, the newest first; so many at most.
    async fn of_post(
        &self,
        post: &str,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<StoredProposal>, StoreError>;

    /// The number of all open proposals, and the oldest of them; so many at most.
    async fn open(&self, limit: u32) -> Result<(u32, Vec<NewProposal>), StoreError>;

    /// Answers a proposal. If it is accepted, the structure is changed in the same transaction.
    async fn decide(&self, verdict: &Verdict) -> Result<Decided, StoreError>;
}
