//! Requests of a post: urgency, intake form, and the escalation steps that a request goes through. These types travel on
//! the wire and are stored in facts, so their names in JSON are fixed.

use crate::{id::ConsultationId, people::Speciality, pii::Pii};
use serde::{Deserialize, Serialize};

/// Urgency of a request. The order is from the most urgent to the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// An answer is needed now, because a life may depend on it (from the Latin "statim", as hospitals say it).
    Stat,
    /// An answer is needed today.
    Urgent,
    /// An answer is needed as soon as a specialist is free.
    Routine,
}

/// A post's request for a specialist. Sending it again with the same `request` changes nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Random identifier that the device makes when its call button is pressed, and later the consultation's.
    pub request: ConsultationId,
    /// The requested speciality.
    pub speciality: Speciality,
    /// The urgency.
    pub urgency: Urgency,
    /// The form.
    pub intake: Intake,
}

/// Escalation step of a waiting request. Each step rings further doctors, and those before ring on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Specialists of the requested speciality who are available ring.
    OnCall,
    /// Specialists of the requested speciality who are busy ring, too.
    Second,
    /// Every connected doctor rings, of whichever speciality and region.
    Regional,
    /// Nobody further can be rung. The post is shown what else it can do, and the request stays in the queue.
    Nobody,
}

/// Intake form that the post fills in before calling. Every value may be unknown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
pub struct Intake {
    /// Number in the DPP ("dossier patient partagé", the national shared patient record); none if it is unknown.
    pub dpp: Option<Pii<String>>,
    /// Reason for the call, in the nurse's words.
    pub reason: Pii<String>,
    /// Age in years.
    pub age_years: Option<Pii<u8>>,
    /// Duration of the pregnancy in weeks.
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
    /// Convulsions now or earlier today.
    pub convulsions: Option<Pii<bool>>,
    /// Language spoken with the patient.
    pub language: Option<Language>,
}

/// Severity of a bleeding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Bleeding {
    /// No bleeding.
    None,
    /// Light bleeding.
    Light,
    /// Heavy bleeding.
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
