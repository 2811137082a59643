//! Structures of the health pyramid: posts, districts, hospitals. Public facts, no persons.

use crate::store::error::StoreError;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::fmt;
use teranga_clinic::people::Place;

/// The level of a structure in the health pyramid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum StructureKind {
    /// Poste de santé: a nurse, a midwife, a tablet.
    Post,
    /// Centre de santé of a district.
    District,
    /// Établissement public de santé.
    Hospital,
    /// An office of operations or of the ministry.
    Office,
}

/// A point on the map, degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

/// A structure of the health pyramid.
#[derive(Clone, Debug, PartialEq)]
pub struct Structure {
    /// The structure as everyone sees it.
    pub place: Place,
    /// Its level.
    pub kind: StructureKind,
    /// Its place on the map, if known.
    pub position: Option<Position>,
    /// True for demonstration data, which is not to be trusted on the ground.
    pub demo: bool,
}

/// The directory of structures.
#[async_trait]
pub trait Places: Send + Sync + fmt::Debug {
    /// Adds a place, or corrects what is known of it.
    async fn put_structure(&self, structure: &Structure) -> Result<(), StoreError>;

    /// All places, by identifier.
    async fn structures(&self) -> Result<Vec<Structure>, StoreError>;

    /// The health centre of the district where this place is, if it has a telephone.
    async fn district_centre(&self, place: &Place) -> Result<Option<Place>, StoreError>;
}
