//! What a post asks for: the request, its urgency, the intake form, and the escalation steps it goes through.

use crate::{id::ConsultationId, people::Speciality, pii::Pii};
use serde::{Deserialize, Serialize};

/// How soon an answer is needed. Sorted: the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Now: a life may depend on it.
    Stat,
    /// Today.
    Urgent,
    /// When somebody is free.
    Routine,
}

/// A post asks for a specialist. Saying it again with the same `request` changes nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Made on the device when "Appeler" was pressed; becomes the consultation's id.
    pub request: ConsultationId,
    /// Whom it needs.
    pub speciality: Speciality,
    /// How soon.
    pub urgency: Urgency,
    /// The form.
    pub intake: Intake,
}

/// Whom the clock has reached so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Available specialists of the speciality ring.
    OnCall,
    /// Busy ones of the speciality ring too.
    Second,
    /// Every connected doctor rings.
    Regional,
    /// Nobody answered: the post is shown what else it can do. The request stays in the queue.
    Nobody,
}

/// The form that the post fills in before calling. Every value may be unknown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
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
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
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
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
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
