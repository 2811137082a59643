//! What specialists declared about being available.

use crate::store::error::StoreError;
use async_trait::async_trait;
use std::{fmt, sync::Arc};
use teranga_clinic::{id::PartyId, people::Declaration};

/// A store that keeps other subjects, too.
pub trait HasDeclarations {
    /// The declarations in it.
    fn declared(&self) -> Arc<dyn Declarations>;
}

/// The declarations of specialists, one each.
#[async_trait]
pub trait Declarations: Send + Sync + fmt::Debug {
    /// Keeps what a specialist declared in place of what was declared before, or forgets that (none).
    /// [`StoreError::Missing`] if there is no such party.
    async fn put_declaration(
        &self,
        party: &PartyId,
        declaration: Option<Declaration>,
    ) -> Result<(), StoreError>;

    /// Every declaration, also those whose time is over.
    async fn declarations(&self) -> Result<Vec<(PartyId, Declaration)>, StoreError>;
}
