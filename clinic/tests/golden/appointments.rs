//! The facts of appointments, and requests that follow something earlier.

use super::{bare, consultation};
use teranga_clinic::{
    appointment::{AppointmentWay, NewAppointment},
    fact::What,
    id::{AppointmentId, PartyId, PatientId},
    people::{Role, Speciality},
    request::{Intake, Request, Urgency},
    time::Timestamp,
};
use uuid::Uuid;

/// Returns the facts of appointments, which only version 3 can hold: the least and the most of each kind, and a request that follows one.
pub(super) fn facts_of_appointments() -> Vec<What> {
    let appointment = AppointmentId(Uuid::from_u128(0xA9));
    let least = NewAppointment {
        appointment,
        at: Timestamp(0),
        way: AppointmentWay::Call,
        reason: "".into(),
        phone: None,
        place: String::new(),
    };
    let most = NewAppointment {
        at: Timestamp(1_800_000_000_000),
        way: AppointmentWay::Place("Centre de santé de Matam, salle 3".into()),
        reason: "contrôle de la tension\u{2009}; apporter le carnet".into(),
        phone: Some("+221771234567".into()),
        place: "poste-nabadji".into(),
        ..least.clone()
    };
    let request = Request {
        request: consultation(),
        speciality: Speciality::Obstetrics,
        urgency: Urgency::Routine,
        intake: Intake::default(),
        defer_to: None,
        patient: None,
        appointment_with: Some(PartyId("doctor-awa".into())),
    };
    vec![
        What::Appointed { appointment: Box::new(least) },
        What::Appointed { appointment: Box::new(most) },
        What::AppointmentMoved { appointment, at: Timestamp(1_800_000_000_000) },
        What::AppointmentCancelled { appointment, why: "voyage".into() },
        What::Requested { post: bare(Role::Kiosk), request },
    ]
}

/// Returns the request of a post that knows the patient, which only version 3 can hold.
pub(super) fn request_for_a_known_patient() -> What {
    let request = Request {
        request: consultation(),
        speciality: Speciality::Obstetrics,
        urgency: Urgency::Urgent,
        intake: Intake::default(),
        defer_to: None,
        patient: Some(PatientId(Uuid::from_u128(0x71e4))),
        appointment_with: None,
    };
    What::Requested { post: bare(Role::Kiosk), request }
}
