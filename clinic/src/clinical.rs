//! What a specialist writes: notes, signed advice, and the disposition that ends a consultation.

use crate::{
    id::ConsultationId,
    people::Speciality,
    photo::Photo,
    pii::Pii,
    request::{Intake, Urgency},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// The specialist's notes, whole: the last one counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Which.
    pub consultation: ConsultationId,
    /// Counted up by the page; echoed in `saved`.
    pub revision: u32,
    /// The text.
    pub text: Pii<String>,
}

/// Advice to the post. Signed by saying it: the server records who, when and what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Advise {
    /// Which.
    pub consultation: ConsultationId,
    /// Counted up by the page; echoed in `saved`. Saying one again changes nothing.
    pub revision: u32,
    /// The text.
    pub text: Pii<String>,
}

/// How a consultation ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// Conseil.
    Advice,
    /// Ordonnance.
    Prescription,
    /// Évacuation.
    Evacuation,
    /// Rendez-vous.
    Appointment,
}

/// Signed advice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Advice {
    /// Which.
    pub consultation: ConsultationId,
    /// Revision of the page that wrote it: orders several pieces of advice.
    pub revision: u32,
    /// The text.
    pub text: Pii<String>,
    /// Who signed.
    pub by: Pii<String>,
    /// When, by the server's clock, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub at: Timestamp,
}

/// What members see of a consultation on entering it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Record {
    /// Whom it needed.
    pub speciality: Speciality,
    /// How soon.
    pub urgency: Urgency,
    /// The form.
    pub intake: Intake,
    /// The last note: to doctors only, none for others.
    pub note: Option<Note>,
    /// Signed advice, oldest first.
    pub advice: Vec<Advice>,
    /// Photos that were asked for, oldest first.
    pub photos: Vec<Photo>,
}
