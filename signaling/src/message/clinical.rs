//! What is said about the patient: the form, notes, advice, the end. All of it is [`Pii`] or close to it.

use serde::{Deserialize, Serialize};
use teranga_clinic::{clinical::Disposition, id::ConsultationId};

/// Ends a consultation: only the doctor who holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// Which.
    pub consultation: ConsultationId,
    /// With what.
    pub disposition: Disposition,
}

/// What kind of text became durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SavedKind {
    /// A [`Note`].
    Note,
    /// An [`Advise`].
    Advice,
}

/// What you wrote is durable: only now may a page say "enregistré".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Saved {
    /// Which.
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
    /// Which.
    pub consultation: ConsultationId,
    /// How; none if it was withdrawn.
    pub disposition: Option<Disposition>,
}
