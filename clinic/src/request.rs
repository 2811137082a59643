//! Requests of a post: urgency, intake form, and the escalation steps that a request goes through. These types travel on
//! the wire and are stored in facts, so their names in JSON are fixed.

use crate::{
    id::{ConsultationId, PartyId, PatientId},
    people::{Addressee, Speciality},
    pii::Pii,
    vital::{AsTyped, Consciousness, FetalMovement, Membranes, Pallor, Pregnancy, Sex, Vital},
};
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
    /// The addressee of a request that is a deferred case from its beginning; none for one that rings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub defer_to: Option<Addressee>,
    /// The patient, if the post found them among its own; none if the post did not look, or does not know them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub patient: Option<PatientId>,
    /// The doctor with whom the post has an appointment now, and who is rung before the others; none without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub appointment_with: Option<PartyId>,
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

/// The reason for which a request goes on to the next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum EscalationReason {
    /// The doctors of the step before were rung for its whole time, and nobody answered.
    Unanswered,
    /// The step before had nobody who is connected.
    NobodyThere,
}

/// Intake form that the post fills in before calling. Every value may be unknown. The fields after `language` are left
/// out where they are unknown, because a page of the previous version does not know them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
pub struct Intake {
    /// Number in the DPP ("dossier patient partagé", the national shared patient record); none if it is unknown.
    pub dpp: Option<Pii<String>>,
    /// Reason for the call, in the nurse's words.
    pub reason: Pii<String>,
    /// Age in whole years.
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
    /// Name or initials of the patient.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub name: Option<Pii<String>>,
    /// Sex.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub sex: Option<Pii<Sex>>,
    /// Age of a small child in whole months, added to the years.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub age_months: Option<Pii<u8>>,
    /// Age of a newborn in days, added to years and months.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub age_days: Option<Pii<u8>>,
    /// Weight in grams.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub weight_g: Option<Pii<u32>>,
    /// Breathing rate, breaths a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub breathing_rate: Option<Pii<u16>>,
    /// Oxygen saturation by pulse oximeter, percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub spo2: Option<Pii<u8>>,
    /// Consciousness by the AVPU scale.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub consciousness: Option<Pii<Consciousness>>,
    /// Capillary refill time in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub capillary_refill_s: Option<Pii<u8>>,
    /// Pallor of palms and conjunctivae.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub pallor: Option<Pii<Pallor>>,
    /// Blood glucose in milligrams per decilitre; 100 of them are 1 g/L or 5.55 mmol/L.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub glucose_mg_dl: Option<Pii<u16>>,
    /// Pregnancy.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub pregnancy: Option<Pii<Pregnancy>>,
    /// Number of pregnancies, this one included.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub gravidity: Option<Pii<u8>>,
    /// Number of births.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub parity: Option<Pii<u8>>,
    /// Movement of the fetus.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub fetal_movement: Option<Pii<FetalMovement>>,
    /// Membranes of the fetus.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub membranes: Option<Pii<Membranes>>,
    /// Values that somebody tried to measure and could not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Vital>>"))]
    pub unmeasurable: Vec<Pii<Vital>>,
    /// Texts that were typed for values that they cannot be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<AsTyped>>"))]
    pub as_typed: Vec<AsTyped>,
}

impl Intake {
    /// The figure of a value, on the scale of [`Vital::possible`]; none if it is unknown. A choice counts from 0, the
    /// harmless one.
    pub fn figure(&self, vital: Vital) -> Option<i32> {
        fn of<T: Copy + Into<i32>>(figure: Option<Pii<T>>) -> Option<i32> {
            figure.map(|figure| (*figure.reveal()).into())
        }
        match vital {
            Vital::AgeYears => of(self.age_years),
            Vital::AgeMonths => of(self.age_months),
            Vital::AgeDays => of(self.age_days),
            Vital::WeightG => self.weight_g.map(|grams| i32::try_from(*grams.reveal()).unwrap_or(i32::MAX)),
            Vital::TermWeeks => of(self.term_weeks),
            Vital::Gravidity => of(self.gravidity),
            Vital::Parity => of(self.parity),
            Vital::Systolic => of(self.systolic),
            Vital::Diastolic => of(self.diastolic),
            Vital::Pulse => of(self.pulse),
            Vital::BreathingRate => of(self.breathing_rate),
            Vital::Spo2 => of(self.spo2),
            Vital::TemperatureDc => of(self.temperature_dc),
            Vital::GlucoseMgDl => of(self.glucose_mg_dl),
            Vital::CapillaryRefillS => of(self.capillary_refill_s),
            Vital::Convulsions => of(self.convulsions),
            Vital::Consciousness => self.consciousness.map(|choice| *choice.reveal() as i32),
            Vital::Pallor => self.pallor.map(|choice| *choice.reveal() as i32),
            Vital::Bleeding => self.bleeding.map(|choice| *choice.reveal() as i32),
            Vital::FetalMovement => self.fetal_movement.map(|choice| *choice.reveal() as i32),
            Vital::Membranes => self.membranes.map(|choice| *choice.reveal() as i32),
        }
    }
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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
