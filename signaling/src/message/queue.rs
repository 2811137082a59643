//! The queue: a post asks, specialists see it, one takes it.

use super::call::Grant;
use serde::{Deserialize, Serialize};
use teranga_clinic::{
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
    /// Which.
    pub consultation: ConsultationId,
}

/// A specialist takes a request. Exactly one of several succeeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Which.
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
    /// Which.
    pub consultation: ConsultationId,
    /// Whom it needs.
    pub speciality: Speciality,
    /// How soon.
    pub urgency: Urgency,
    /// The post that asks.
    pub place: Place,
    /// The form.
    pub intake: Intake,
    /// How long it has waited.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub waited_ms: u64,
    /// Escalation step reached, see [`Step`].
    pub step: Step,
    /// Whether the post's page is connected at this moment.
    pub present: bool,
}

impl Entry {
    /// For somebody who is invited and has not come yet: of the form, only the language to be spoken.
    #[must_use]
    pub fn without_patient(mut self) -> Self {
        self.intake = Intake { language: self.intake.language, ..Intake::default() };
        self
    }
}

/// One request left the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct EntryGone {
    /// Which.
    pub consultation: ConsultationId,
    /// Who took it; none if it was withdrawn.
    pub by: Option<Pii<String>>,
}

/// The request is durable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Requested {
    /// Where it stands.
    pub status: Waiting,
    /// What was asked, so that a page without memory can show it.
    pub request: Request,
    /// Opens the media plane already now, so that voice flows at once when somebody answers; none if the
    /// transport stands already.
    pub grant: Option<Grant>,
}

/// Where a request stands; sent whenever it changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Waiting {
    /// Which.
    pub consultation: ConsultationId,
    /// Requests that will be answered before this one.
    pub ahead: u16,
    /// Specialists of the speciality who can be rung.
    pub available: u16,
    /// Specialists of the speciality who are there but busy.
    pub busy: u16,
    /// How long it has waited.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub waited_ms: u64,
    /// Whom the clock has reached.
    pub step: Step,
    /// Until the next step; none at the last.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub next_step_ms: Option<u64>,
}

/// Somebody wants you now: show it, sound it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Ring {
    /// The request, as in the queue.
    pub entry: Entry,
    /// Who invites you into a running consultation; none for a waiting request.
    pub invited_by: Option<Pii<String>>,
}
