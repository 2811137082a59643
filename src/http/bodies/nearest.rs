//! The body about the structures near a post.

use crate::store::StructureKind;
use serde::Serialize;
use teranga_clinic::{people::Place, time::Timestamp};

/// The structures near a post.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NearStructures {
    /// The time of the list by the server's clock, ms since 1970: a tablet shows it for as long as it has no network.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// Those of a higher level first, then other posts, each by distance.
    pub structures: Vec<NearStructure>,
}

/// A structure near a post, whom its nurse may telephone.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NearStructure {
    /// The structure with its telephone number.
    pub place: Place,
    /// Its level in the health pyramid.
    pub level: StructureKind,
    /// The distance in a straight line, km; none if one of the two positions is unknown. The road is longer.
    pub km: Option<f64>,
}
