//! The marks of what has changed since everybody was last told. Handlers set them, and `hub/notify.rs` reads and clears
//! them.

use std::collections::BTreeSet;
use teranga_clinic::id::ConsultationId;

/// The marks.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// A doctor or guest has come, gone, or changed availability.
    pub(crate) people: bool,
    /// A coordinator has come or gone, or somebody has had no page for a while.
    pub(crate) reach: bool,
    /// A waiting consultation has changed.
    pub(crate) queue: bool,
    /// The consultations that have changed.
    pub(crate) consultations: BTreeSet<ConsultationId>,
    /// The deferred cases that have changed.
    pub(crate) cases: BTreeSet<ConsultationId>,
}
