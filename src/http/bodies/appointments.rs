//! The bodies of appointments.

use serde::{Deserialize, Serialize};
use teranga_clinic::{
    appointment::{AppointmentCancellation, AppointmentWay, LocalTime},
    id::{AppointmentId, ConsultationId, PartyId},
    people::Speciality,
    pii::Pii,
    request::Intake,
    time::Timestamp,
};

/// Makes an appointment.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct MakeAppointment {
    /// The identifier, which the page makes.
    #[cfg_attr(test, ts(type = "AppointmentId"))]
    pub appointment: AppointmentId,
    /// The date and time on the wall of the post.
    #[cfg_attr(test, ts(type = "LocalTime"))]
    pub local: LocalTime,
    /// Where it takes place.
    #[cfg_attr(test, ts(type = "AppointmentWay"))]
    pub way: AppointmentWay,
    /// The reason.
    #[cfg_attr(test, ts(type = "string"))]
    pub reason: Pii<String>,
    /// The patient's telephone, which is reminded in place of the post's.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, type = "string"))]
    pub phone: Option<Pii<String>>,
}

/// Moves an appointment.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct MoveAppointment {
    /// The date and time on the wall of the post.
    #[cfg_attr(test, ts(type = "LocalTime"))]
    pub local: LocalTime,
}

/// Cancels an appointment.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct CancelAppointment {
    /// The reason.
    #[cfg_attr(test, ts(type = "string"))]
    pub why: Pii<String>,
}

/// What became of an appointment that was made, moved or cancelled.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StoredAppointment {
    /// True if it is on the disk; false if it is on its way there. Saying it again is harmless.
    pub stored: bool,
}

/// The appointments of a post or of a doctor.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AppointmentList {
    /// The server's time, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// True if the server sends SMS, so that people are reminded.
    pub reminds: bool,
    /// Those that begin from today on, and were not cancelled, the first first; of one consultation, all.
    pub appointments: Vec<AppointmentRow>,
    /// Those of a post that begin from today on and were cancelled, so that somebody tells the patient. They stand apart, because a
    /// page of before would call for them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<AppointmentRow>>"))]
    pub cancelled: Vec<AppointmentRow>,
}

/// An appointment, as its post and its doctor read it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AppointmentRow {
    /// The appointment.
    #[cfg_attr(test, ts(type = "AppointmentId"))]
    pub appointment: AppointmentId,
    /// The consultation in which it was made.
    #[cfg_attr(test, ts(type = "ConsultationId"))]
    pub consultation: ConsultationId,
    /// The time at which it begins, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// Where it takes place.
    #[cfg_attr(test, ts(type = "AppointmentWay"))]
    pub way: AppointmentWay,
    /// The reason.
    #[cfg_attr(test, ts(type = "string"))]
    pub reason: Pii<String>,
    /// The name of the post.
    pub post: String,
    /// The doctor with whom it is.
    #[cfg_attr(test, ts(type = "PartyId"))]
    pub doctor: PartyId,
    /// The doctor's name.
    #[cfg_attr(test, ts(type = "string"))]
    pub doctor_name: Pii<String>,
    /// The speciality that was asked.
    #[cfg_attr(test, ts(type = "Speciality"))]
    pub speciality: Speciality,
    /// The time at which it was to be before it was moved last, ms since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub moved_from: Option<Timestamp>,
    /// Its end, if it was cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "AppointmentCancellation"))]
    pub cancelled: Option<AppointmentCancellation>,
    /// The form with which its post calls: who the patient is, and the reason.
    #[cfg_attr(test, ts(type = "Intake"))]
    pub intake: Intake,
}
