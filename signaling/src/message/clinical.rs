//! Messages about the patient: what became durable, and the end of a consultation.

use serde::{Deserialize, Serialize};
use teranga_clinic::{clinical::Disposition, id::ConsultationId};

/// Ends a consultation. Only the holder may send it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The disposition.
    pub disposition: Disposition,
}

/// Kind of a text that became durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SavedKind {
    /// A note.
    Note,
    /// Advice.
    Advice,
}

/// A text of the sender is durable. A page may say "enregistré" only now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Saved {
    /// The consultation.
    pub consultation: ConsultationId,
    /// Note or advice.
    pub what: SavedKind,
    /// Its revision.
    pub revision: u32,
}

/// The consultation is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Closed {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The disposition; none if it was withdrawn.
    pub disposition: Option<Disposition>,
}
