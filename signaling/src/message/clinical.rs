//! What is said about the patient: the form, notes, advice, the end. All of it is [`Pii`] or close to it.

use super::{photo::Photo, presence::Speciality, queue::Urgency};
use crate::{
    id::{ConsultationId, Timestamp},
    pii::Pii,
};
use serde::{Deserialize, Serialize};

/// The form that the post fills in before calling. Every value may be unknown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
pub struct Intake {
    /// Number in the national shared record; none for "inconnu".
    pub dpp: Option<Pii<String>>,
    /// What brings the patient, in the nurse's words.
    pub reason: Pii<String>,
    /// Age in years.
    pub age_years: Option<Pii<u8>>,
    /// Weeks of pregnancy ("terme").
    pub term_weeks: Option<Pii<u8>>,
    /// Systolic blood pressure, mmHg.
    pub systolic: Option<Pii<u16>>,
    /// Diastolic blood pressure, mmHg.
    pub diastolic: Option<Pii<u16>>,
    /// Pulse, beats a minute.
    pub pulse: Option<Pii<u16>>,
    /// Temperature in tenths of a degree Celsius.
    pub temperature_dc: Option<Pii<u16>>,
    /// Vaginal or other bleeding.
    pub bleeding: Option<Pii<Bleeding>>,
    /// Convulsions, now or today.
    pub convulsions: Option<Pii<bool>>,
    /// Language spoken with the patient.
    pub language: Option<Language>,
}

/// How much it bleeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Bleeding {
    /// None.
    None,
    /// Some.
    Light,
    /// A lot.
    Heavy,
}

/// Languages heard at the posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// French.
    Fr,
    /// Wolof.
    Wo,
    /// Pulaar.
    Ff,
    /// Soninké.
    Snk,
    /// Mandinka.
    Mnk,
}

/// The specialist's notes, whole: the last one counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
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
#[cfg_attr(test, derive(ts_rs::TS))]
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
#[cfg_attr(test, derive(ts_rs::TS))]
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

/// Ends a consultation: only the doctor who holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// Which.
    pub consultation: ConsultationId,
    /// With what.
    pub disposition: Disposition,
}

/// What kind of text became durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SavedKind {
    /// A [`Note`].
    Note,
    /// An [`Advise`].
    Advice,
}

/// What you wrote is durable: only now may a page say "enregistré".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Saved {
    /// Which.
    pub consultation: ConsultationId,
    /// Note or advice.
    pub what: SavedKind,
    /// Its revision.
    pub revision: u32,
}

/// Signed advice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
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
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
}

/// The consultation is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Closed {
    /// Which.
    pub consultation: ConsultationId,
    /// How; none if it was withdrawn.
    pub disposition: Option<Disposition>,
}

/// What members see of a consultation on entering it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
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
