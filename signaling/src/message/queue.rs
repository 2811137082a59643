//! Messages about the queue: a post asks, specialists see the request, one takes it.

use super::call::Grant;
use serde::{Deserialize, Serialize};
use teranga_clinic::{
    danger::{Danger, Severity},
    id::ConsultationId,
    people::{Place, Speciality},
    pii::Pii,
    request::{Intake, Request, Step, Urgency},
};

/// The post withdraws a request that still waits, or a consultation whose doctor is not there any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Cancel {
    /// The consultation.
    pub consultation: ConsultationId,
}

/// A specialist takes a request. Exactly one of several succeeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The consultation.
    pub consultation: ConsultationId,
}

/// All waiting requests, most urgent first, then longest wait.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Queue {
    /// The rows.
    pub entries: Vec<Entry>,
}

/// One row of the queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Entry {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The requested speciality.
    pub speciality: Speciality,
    /// The urgency.
    pub urgency: Urgency,
    /// The post that asks.
    pub place: Place,
    /// The form.
    pub intake: Intake,
    /// The gravest danger in the form, also for who does not see the form; none if nothing in it is dangerous.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub danger: Option<Severity>,
    /// The dangerous values of the form, the gravest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Danger>>"))]
    pub dangers: Vec<Danger>,
    /// Time since the request became durable.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub waited_ms: u64,
    /// Escalation step reached, see [`Step`].
    pub step: Step,
    /// True if the post's page is connected at this moment.
    pub present: bool,
}

impl Entry {
    /// Returns the entry for a party that is invited and has not come yet: the form has only the language, and
    /// no value is told to be dangerous.
    #[must_use]
    pub fn without_patient(mut self) -> Self {
        self.intake = Intake { language: self.intake.language, ..Intake::default() };
        self.dangers = Vec::new();
        self
    }
}

/// One request left the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct EntryGone {
    /// The consultation.
    pub consultation: ConsultationId,
    /// Name of the doctor who took it; none if it was withdrawn.
    pub by: Option<Pii<String>>,
}

/// The request is durable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Requested {
    /// State of the request.
    pub status: Waiting,
    /// The request itself, so that a page without memory can show it.
    pub request: Request,
    /// Join token for a transport that is up before somebody answers; none if the
    /// transport stands already.
    pub grant: Option<Grant>,
}

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
    /// Time until the next step; none at the last.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub next_step_ms: Option<u64>,
}

/// A request or an invitation rings: the page shows it and sounds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Ring {
    /// The request, as in the queue.
    pub entry: Entry,
    /// Name of the holder who invites; none for a waiting request.
    pub invited_by: Option<Pii<String>>,
}
