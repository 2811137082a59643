//! The bodies about the structures near a post.

use serde::Serialize;
use teranga_clinic::{
    people::Place,
    structure::{Capability, Hours, Near, PositionQuality, StructureKind},
    time::Timestamp,
};

/// The structures near a post.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NearStructures {
    /// The time of the list by the server's clock, ms since 1970: a tablet shows it for as long as it has no network.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// For a post: those of a higher level first, then other posts, each by distance. For what a patient needs: those that can do it, by distance.
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
    /// The distance in a straight line, km; none if not even the districts of both have a position. The road is longer.
    pub km: Option<f64>,
    /// What the distance is worth: the worse of the two positions that it was computed from.
    pub position: PositionQuality,
    /// An estimate of the time by road from the distance alone, minutes; none if there is no distance.
    pub minutes: Option<u32>,
    /// What the structure can do.
    pub capabilities: Vec<Capability>,
    /// When it takes patients.
    pub hours: Hours,
    /// The time at which somebody last said that these facts are right, ms since 1970; none if nobody has.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub data_at: Option<Timestamp>,
    /// True for demonstration data, with which nobody may decide anything.
    pub demo: bool,
}

impl From<&Near<'_>> for NearStructure {
    fn from(near: &Near<'_>) -> Self {
        let structure = near.structure;
        Self {
            place: structure.place.clone(),
            level: structure.kind,
            km: near.km,
            position: near.position,
            minutes: near.minutes(),
            capabilities: structure.capabilities.iter().copied().collect(),
            hours: structure.hours,
            data_at: structure.confirmed_at,
            demo: structure.demo,
        }
    }
}
