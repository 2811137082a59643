//! The wait for a doctor, as a post is told.

use serde::{Deserialize, Serialize};
use teranga_clinic::{
    id::ConsultationId,
    pii::Pii,
    request::{Language, Step},
    rota::DutyLevel,
    time::Timestamp,
};

/// State of a request, sent whenever it changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Waiting {
    /// The consultation.
    pub consultation: ConsultationId,
    /// Number of requests that will be answered before this one.
    pub ahead: u16,
    /// Number of available specialists of the speciality.
    pub available: u16,
    /// Number of busy specialists of the speciality.
    pub busy: u16,
    /// Time since the request became durable.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub waited_ms: u64,
    /// Escalation step.
    pub step: Step,
    /// Number of connected doctors whose page was told to ring for it.
    #[serde(default)]
    pub rung: u16,
    /// Time until the next step; none at the last.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub next_step_ms: Option<u64>,
    /// Time until the request becomes a deferred case by itself; none before the last step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub defers_in_ms: Option<u64>,
    /// Time until it rings again by itself, because it is put off; none if it rings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub postponed_ms: Option<u64>,
    /// Who rings now and next, and why; none if there is nobody to tell of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub who: Option<WhoRings>,
    /// The wait of those who asked for this speciality in the last hours; none if they were too few to tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub estimate: Option<Estimate>,
}

/// The doctors who ring now and who ring next, the first three of each. A post sees their name, their place and the reason, and
/// nothing else of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct WhoRings {
    /// Those who ring now.
    pub now: Vec<RungDoctor>,
    /// Those who ring next: those of the next step that has somebody.
    pub next: Vec<RungDoctor>,
}

impl WhoRings {
    /// The same doctors without the reasons that tell something of the patient.
    pub(super) fn without_patient(mut self) -> Self {
        for doctor in self.now.iter_mut().chain(&mut self.next) {
            doctor.prefers.retain(|why| *why == Preference::Held);
        }
        self
    }
}

/// A doctor who is rung, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RungDoctor {
    /// The doctor's name.
    pub name: Pii<String>,
    /// The name of the hospital.
    pub place: String,
    /// The level of the duty; none for a doctor who is not on duty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub level: Option<DutyLevel>,
    /// The reasons for which this doctor is preferred.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Preference>>"))]
    pub prefers: Vec<Preference>,
}

/// A reason for which a doctor is rung before the others of the same step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Preference {
    /// The doctor speaks the language of the patient.
    Language(Language),
    /// The doctor has followed this patient: the time of the last consultation, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    Followed(Timestamp),
    /// The doctor put this call on hold.
    Held,
    /// The post has an appointment with this doctor now.
    Appointment,
}

/// The wait of those who asked for one speciality in the last hours. Somebody who gave up counts with the time they waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Estimate {
    /// The median.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub median_ms: u64,
    /// The bad case: nine of ten waited no longer.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub bad_ms: u64,
    /// The number of requests.
    pub count: u16,
    /// The hours that they span, back from now.
    pub hours: u16,
}

/// A consultation that rings nobody until a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Postponed {
    /// The name of the doctor who put it on hold; none if its post wants to be called back.
    pub by: Option<Pii<String>>,
    /// Time until it rings again by itself.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub for_ms: u64,
}
