//! The bodies about what posts propose to correct of what is known of structures.

use super::nearest::NearStructure;
use serde::{Deserialize, Serialize};
use teranga_clinic::{
    id::{ProposalId, StaffId},
    people::Place,
    pii::Pii,
    structure::{ProposalState, ProposedChange, StructureKind},
    time::Timestamp,
};

/// Proposes a correction. A proposal that is sent twice under one name is one proposal.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ProposeChange {
    /// The name of the proposal, which the tablet makes.
    pub proposal: ProposalId,
    /// The identifier of the structure.
    pub structure: String,
    /// What is proposed.
    pub change: ProposedChange,
    /// A remark of at most 300 characters.
    #[serde(default)]
    #[cfg_attr(test, ts(type = "string"))]
    pub remark: Pii<String>,
}

/// What a post has proposed, and what it may propose to open again.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OwnProposals {
    /// The time of the answer by the server's clock, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// The open proposals of the post and those that were answered in the last 30 days, the newest first.
    pub proposals: Vec<OwnProposal>,
    /// The nearest structures that are closed, which the list of structures near the post leaves out.
    pub closed: Vec<NearStructure>,
}

/// A proposal of the post that asks.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OwnProposal {
    /// Its name.
    pub proposal: ProposalId,
    /// The structure.
    pub structure: Place,
    /// The time at which it reached the server, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// Who proposed it; none if nobody had typed a PIN.
    pub staff: Option<StaffId>,
    /// What is proposed.
    pub change: ProposedChange,
    /// What became of it.
    pub state: ProposalState,
    /// The time of the answer, ms since 1970.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub decided_at: Option<Timestamp>,
    /// The reason of the answer; empty if there is none.
    #[cfg_attr(test, ts(type = "string"))]
    pub reason: Pii<String>,
}

/// The proposals that wait for an answer.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OpenProposals {
    /// The time of the answer by the server's clock, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// The number of all that wait.
    pub total: u32,
    /// The oldest of them, at most 100.
    pub proposals: Vec<OpenProposal>,
}

/// A proposal beside what is known now.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OpenProposal {
    /// Its name.
    pub proposal: ProposalId,
    /// The structure.
    pub structure: Place,
    /// The level of the structure.
    pub level: StructureKind,
    /// The post that proposes.
    pub post: Place,
    /// The member of its staff who proposes; none if nobody had typed a PIN.
    #[cfg_attr(test, ts(type = "string | null"))]
    pub staff: Option<Pii<String>>,
    /// The time at which it reached the server, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// What is proposed.
    pub change: ProposedChange,
    /// The same fact as it is known now.
    pub known: ProposedChange,
    /// The time at which somebody last said that what is known is right, ms since 1970; none if nobody has.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub data_at: Option<Timestamp>,
    /// A remark; empty if there is none.
    #[cfg_attr(test, ts(type = "string"))]
    pub remark: Pii<String>,
}

/// Answers a proposal.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct DecideProposal {
    /// True if the structure is to be changed.
    pub accepted: bool,
    /// The reason, of at most 300 characters. A proposal is not rejected without one.
    #[serde(default)]
    #[cfg_attr(test, ts(type = "string"))]
    pub reason: Pii<String>,
    /// The fact as the coordinator saw it beside the proposal (`known`).
    pub seen: ProposedChange,
}
