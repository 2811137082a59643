//! The wait for a doctor, as a post is told.

use serde::{Deserialize, Serialize};
use teranga_clinic::{id::ConsultationId, request::Step};

/// State of a request, sent whenever it changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Waiting {
    /// The consultation.
    pub consultation: ConsultationId,
    /// Number of requests that will be answered before this one.
    pub ahead: u16,
    /// Number of available specialists of the speciality.
    pub available: u16,
    /// Number of busy specialists of the speciality.
    pub busy: u16,
    /// Time since the request became durable.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub waited_ms: u64,
    /// Escalation step.
    pub step: Step,
    /// Number of connected doctors whose page was told to ring for it.
    #[serde(default)]
    pub rung: u16,
    /// Time until the next step; none at the last.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub next_step_ms: Option<u64>,
    /// Time until the request becomes a deferred case by itself; none before the last step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub defers_in_ms: Option<u64>,
}
