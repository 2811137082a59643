//! A consultation as the HTTP interface shows it.

use serde::{Deserialize, Serialize};
use teranga_signaling::{
    id::{ConsultationId, Timestamp},
    message::{
        clinical::{Disposition, Record},
        presence::{Place, Role, Speciality},
        queue::Urgency,
    },
    pii::Pii,
};

/// How far a consultation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ConsultationState {
    /// In the queue.
    Waiting,
    /// Taken by a specialist.
    Running,
    /// Ended with a disposition.
    Closed,
    /// Withdrawn by the post.
    Cancelled,
}

/// One line in the list of one's own consultations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ConsultationSummary {
    /// Which.
    #[cfg_attr(test, ts(type = "ConsultationId"))]
    pub id: ConsultationId,
    /// The post that asked.
    #[cfg_attr(test, ts(type = "Place"))]
    pub place: Place,
    /// Whom it needed.
    #[cfg_attr(test, ts(type = "Speciality"))]
    pub speciality: Speciality,
    /// How soon.
    #[cfg_attr(test, ts(type = "Urgency"))]
    pub urgency: Urgency,
    /// What brought the patient, in the nurse's words.
    #[cfg_attr(test, ts(type = "Pii<string>"))]
    pub reason: Pii<String>,
    /// When the post asked, by the server's clock, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub requested_at: Timestamp,
    /// How far it has come.
    pub state: ConsultationState,
    /// How it ended.
    #[cfg_attr(test, ts(type = "Disposition | null"))]
    pub disposition: Option<Disposition>,
    /// The doctor who holds it; none while it waits.
    #[cfg_attr(test, ts(type = "Pii<string> | null"))]
    pub doctor: Option<Pii<String>>,
    /// How many pieces of advice were signed.
    pub advice_count: usize,
}

/// A whole consultation, for its members. Opening it is itself recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ConsultationView {
    /// Its line in the list.
    pub summary: ConsultationSummary,
    /// Form, last note (to doctors only) and signed advice.
    #[cfg_attr(test, ts(type = "Record"))]
    pub record: Record,
    /// What happened, oldest first. Saving a note is not an event.
    pub events: Vec<ConsultationEvent>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ConsultationEvent {
    /// When, by the server's clock, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// What.
    pub kind: EventKind,
    /// Who; none for the server's own clock.
    pub by: Option<Actor>,
}

/// Somebody who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Actor {
    /// Name to show.
    #[cfg_attr(test, ts(type = "Pii<string>"))]
    pub name: Pii<String>,
    /// What they are.
    #[cfg_attr(test, ts(type = "Role"))]
    pub role: Role,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// The post asked.
    Requested,
    /// The clock reached more specialists.
    Escalated,
    /// A specialist took it.
    Claimed,
    /// Somebody was brought in.
    Entered,
    /// Somebody who had been brought in left.
    Left,
    /// Advice was signed.
    Advised,
    /// The post withdrew it.
    Cancelled,
    /// It ended.
    Closed,
}
