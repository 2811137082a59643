//! The bodies about what is published to the national record (DPP).

use crate::{dpp::DppFailure, store::PublicationDecision};
use serde::{Deserialize, Serialize};
use teranga_clinic::{
    id::ConsultationId,
    publication::{Publication, Remains},
    time::Timestamp,
};

/// The state of the exchange with the DPP, for operations.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DppState {
    /// True if a DPP is configured.
    pub on: bool,
    /// The time of the last answer that could be used since the server started, ms since 1970.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub success_at: Option<Timestamp>,
    /// The last failure since the server started.
    pub failure: Option<DppFailed>,
    /// The number of records that are owed.
    #[cfg_attr(test, ts(type = "number"))]
    pub owed: u64,
    /// The time since which the oldest of them is owed, ms since 1970.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub owed_since: Option<Timestamp>,
    /// The number of records that were refused and wait for a person.
    #[cfg_attr(test, ts(type = "number"))]
    pub refused_count: u64,
    /// The first 20 of them, the longest first.
    pub refused: Vec<RefusedPublication>,
}

/// A failure of the exchange.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DppFailed {
    /// Its time, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// The reason.
    pub why: DppFailure,
}

/// A record that the DPP refused, or that could not be sent.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RefusedPublication {
    /// The consultation.
    #[cfg_attr(test, ts(type = "string"))]
    pub consultation: ConsultationId,
    /// The name of its post; none if the consultation cannot be read.
    pub place: Option<String>,
    /// What became of it.
    pub publication: Publication,
}

/// What became of the versions of the record of one consultation.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RecordPublications {
    /// True if a DPP is configured.
    pub on: bool,
    /// The versions that were owed, the oldest first.
    pub publications: Vec<Publication>,
    /// What the DPP keeps of them, also after the patient has withdrawn the consent.
    pub remains: Remains,
    /// Whom a patient asks to have something hidden there; none if the configuration names nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub contact: Option<String>,
}

/// What an operator decides about a publication.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct DecidePublication {
    /// The decision.
    pub decision: PublicationChoice,
}

/// A decision about a publication.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PublicationChoice {
    /// It is tried again at once.
    Retry,
    /// It is given up.
    Abandon,
}

impl From<PublicationChoice> for PublicationDecision {
    fn from(choice: PublicationChoice) -> Self {
        match choice {
            PublicationChoice::Retry => Self::Retry,
            PublicationChoice::Abandon => Self::Abandon,
        }
    }
}

impl From<(Timestamp, DppFailure)> for DppFailed {
    fn from((at, why): (Timestamp, DppFailure)) -> Self {
        Self { at, why }
    }
}
