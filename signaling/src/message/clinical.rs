//! Messages about the patient: what became durable, and the end of a consultation.

use serde::{Deserialize, Serialize};
use teranga_clinic::{clinical::Disposition, consent::Consent, id::ConsultationId};

/// Ends a consultation. Only the holder may send it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The disposition.
    pub disposition: Disposition,
    /// Hours until the post is asked for the outcome; none if it is not asked.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub follow_up_h: Option<u16>,
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

/// The patient answered about sharing the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConsentTold {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The answer that counts from now on.
    pub consent: Consent,
}

/// The consultation is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Closed {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The disposition; none if it was withdrawn.
    pub disposition: Option<Disposition>,
    /// True if it is not over, but goes on as a deferred case, of which `case` tells.
    #[serde(default, skip_serializing_if = "is_false")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub deferred: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}
