//! Appointments in version 3 of the stored form. This file is not changed any more once it is released.

use crate::{appointment, id::AppointmentId, pii::Pii, time::Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the row names the identifier as the domain does")]
pub(super) struct Appointment {
    appointment: Uuid,
    at: u64,
    way: Way,
    reason: Pii<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone: Option<Pii<String>>,
    place: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Way {
    Call,
    Place(Pii<String>),
}

impl From<appointment::NewAppointment> for Appointment {
    fn from(new: appointment::NewAppointment) -> Self {
        let appointment::NewAppointment {
            appointment: AppointmentId(appointment),
            at,
            way,
            reason,
            phone,
            place,
        } = new;
        let way = match way {
            appointment::AppointmentWay::Call => Way::Call,
            appointment::AppointmentWay::Place(place) => Way::Place(place),
        };
        Self { appointment, at: at.0, way, reason, phone, place }
    }
}

impl From<Appointment> for appointment::NewAppointment {
    fn from(stored: Appointment) -> Self {
        let Appointment { appointment, at, way, reason, phone, place } = stored;
        let way = match way {
            Way::Call => appointment::AppointmentWay::Call,
            Way::Place(place) => appointment::AppointmentWay::Place(place),
        };
        Self { appointment: AppointmentId(appointment), at: Timestamp(at), way, reason, phone, place }
    }
}
