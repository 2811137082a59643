//! The index of prescriptions: in which consultation each one stands. It is written with the fact.

use crate::store::error::StoreError;
use async_trait::async_trait;
use std::{fmt, sync::Arc};
use teranga_clinic::id::{ConsultationId, PrescriptionId};

/// A store that keeps other subjects, too.
pub trait HasPrescriptions {
    /// The index in it.
    fn prescriptions(&self) -> Arc<dyn Prescriptions>;
}

/// The index of prescriptions.
#[async_trait]
pub trait Prescriptions: Send + Sync + fmt::Debug {
    /// The prescriptions with identifiers from `first` to `last`, both included, and the consultation of each; two at most.
    async fn between(
        &self,
        first: PrescriptionId,
        last: PrescriptionId,
    ) -> Result<Vec<(PrescriptionId, ConsultationId)>, StoreError>;
}
