//! The directory of structures. What a structure is stands in `clinic`.

use crate::store::error::StoreError;
use async_trait::async_trait;
use std::fmt;
use teranga_clinic::{people::Place, structure::Structure};

/// The directory of structures.
#[async_trait]
pub trait Places: Send + Sync + fmt::Debug {
    /// Adds structures, or corrects what is known of them: all of them or none.
    async fn put_structures(&self, structures: &[Structure]) -> Result<(), StoreError>;

    /// Adds a structure, or corrects what is known of it.
    async fn put_structure(&self, structure: &Structure) -> Result<(), StoreError> {
        self.put_structures(std::slice::from_ref(structure)).await
    }

    /// All places, by identifier.
    async fn structures(&self) -> Result<Vec<Structure>, StoreError>;

    /// The health centre of the district where this place is, if it has a telephone and is open.
    async fn district_centre(&self, place: &Place) -> Result<Option<Place>, StoreError>;
}
