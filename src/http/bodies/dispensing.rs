//! The bodies of dispensing.

use serde::{Deserialize, Serialize};
use teranga_clinic::{dispensing::DispensedLine, id::ActId, pii::Pii, time::Timestamp};

/// Says what a post has given.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct DispenseAtPost {
    /// Name of the act, made anew for each.
    #[cfg_attr(test, ts(type = "ActId"))]
    pub act: ActId,
    /// The lines, each once.
    #[cfg_attr(test, ts(type = "DispensedLine[]"))]
    pub lines: Pii<Vec<DispensedLine>>,
    /// The time at which it was given, by the server's clock as the tablet knows it, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
}

/// Says what a pharmacy has given.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct DispenseAtPharmacy {
    /// Name of the act, made anew for each.
    #[cfg_attr(test, ts(type = "ActId"))]
    pub act: ActId,
    /// The lines, each once.
    #[cfg_attr(test, ts(type = "DispensedLine[]"))]
    pub lines: Pii<Vec<DispensedLine>>,
    /// Name of the pharmacy.
    #[cfg_attr(test, ts(type = "string"))]
    pub pharmacy: Pii<String>,
    /// Name of the person.
    #[cfg_attr(test, ts(type = "string"))]
    pub person: Pii<String>,
}

/// What was given of a prescription, for whoever has the paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DispensedSomewhere {
    /// Name of the act.
    #[cfg_attr(test, ts(type = "ActId"))]
    pub act: ActId,
    /// The time, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// Name of the pharmacy, or of the post.
    #[cfg_attr(test, ts(type = "string"))]
    pub place: Pii<String>,
    /// The lines to which something happened.
    #[cfg_attr(test, ts(type = "DispensedLine[]"))]
    pub lines: Pii<Vec<DispensedLine>>,
}
