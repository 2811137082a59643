//! An appointment: what was appointed, and what became of it.

use crate::{id::AppointmentId, people::Identity, pii::Pii, time::Timestamp};
use serde::{Deserialize, Serialize};

/// Where an appointment takes place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AppointmentWay {
    /// The post calls the doctor from its tablet.
    Call,
    /// The patient comes to this place, in the doctor's words.
    Place(Pii<String>),
}

/// What a doctor appoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAppointment {
    /// The identifier, which the doctor's page makes, so that one that is sent twice is one.
    pub appointment: AppointmentId,
    /// The time at which it begins.
    pub at: Timestamp,
    /// Where it takes place.
    pub way: AppointmentWay,
    /// The reason, in the doctor's words.
    pub reason: Pii<String>,
    /// The telephone that is reminded, in the form of ITU-T E.164; none if the post's is.
    pub phone: Option<Pii<String>>,
    /// The identifier of the structure of the post.
    pub place: String,
}

/// The end of an appointment that does not take place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AppointmentCancellation {
    /// The name of the doctor who cancelled it.
    pub by: Pii<String>,
    /// The time of the cancellation, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub at: Timestamp,
    /// The reason, in the doctor's words.
    pub why: Pii<String>,
}

/// An appointment as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appointment {
    /// What was appointed, with the time of the last move.
    pub appointed: NewAppointment,
    /// The doctor with whom it is.
    pub doctor: Identity,
    /// The times at which it was to be before it was moved, the oldest first.
    pub moved_from: Vec<Timestamp>,
    /// Its end; none while it stands.
    pub cancelled: Option<AppointmentCancellation>,
}

impl Appointment {
    /// True while it stands.
    pub const fn stands(&self) -> bool {
        self.cancelled.is_none()
    }

    /// The telephone that is reminded, if it is the patient's.
    pub const fn phone(&self) -> Option<&Pii<String>> {
        self.appointed.phone.as_ref()
    }
}
