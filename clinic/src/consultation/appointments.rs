//! Appointments of a consultation: who may make, move and cancel one.

use super::{Consultation, Illegal};
use crate::{
    appointment::{AppointmentCancellation, Appointments, NewAppointment},
    fact::Fact,
    id::AppointmentId,
    people::{Identity, Role},
    pii::Pii,
    time::Timestamp,
};

/// The appointments of a consultation.
pub const fn appointments(consultation: &Consultation) -> &Appointments {
    &consultation.appointments
}

pub(super) fn appoint(
    consultation: &mut Consultation,
    appointed: &NewAppointment,
    fact: &Fact,
) -> Result<(), Illegal> {
    let doctor = doctor(consultation, fact)?;
    if consultation.appointments.find(appointed.appointment).is_some() {
        return Err(Illegal::Appointment);
    }
    consultation.appointments.add(appointed.clone(), doctor);
    if let Some(case) = &mut consultation.case {
        case.answered(fact.at);
    }
    Ok(())
}

pub(super) fn move_to(
    consultation: &mut Consultation,
    id: AppointmentId,
    at: Timestamp,
    fact: &Fact,
) -> Result<(), Illegal> {
    doctor(consultation, fact)?;
    consultation.appointments.move_to(id, at).then_some(()).ok_or(Illegal::Appointment)
}

pub(super) fn cancel(
    consultation: &mut Consultation,
    id: AppointmentId,
    why: &Pii<String>,
    fact: &Fact,
) -> Result<(), Illegal> {
    let by = doctor(consultation, fact)?.name;
    let end = AppointmentCancellation { by, at: fact.at, why: why.clone() };
    consultation.appointments.cancel(id, end).then_some(()).ok_or(Illegal::Appointment)
}

/// The doctor who did it, who has a part in the consultation or had one.
fn doctor(consultation: &Consultation, fact: &Fact) -> Result<Identity, Illegal> {
    let author = consultation.author(fact)?;
    if author.role == Role::Doctor { Ok(author) } else { Err(Illegal::Actor) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{appointment::AppointmentWay, clinical::Disposition, fact::What, sample::after};
    use uuid::Uuid;

    fn id(number: u128) -> AppointmentId {
        AppointmentId(Uuid::from_u128(number))
    }

    fn appointed(number: u128, at: u64) -> What {
        let appointment = NewAppointment {
            appointment: id(number),
            at: Timestamp(at),
            way: AppointmentWay::Call,
            reason: "contrôle de la tension".into(),
            phone: None,
            place: "poste".into(),
        };
        What::Appointed { appointment: Box::new(appointment) }
    }

    fn moved(number: u128, at: u64) -> What {
        What::AppointmentMoved { appointment: id(number), at: Timestamp(at) }
    }

    fn cancelled(number: u128) -> What {
        What::AppointmentCancelled { appointment: id(number), why: "voyage".into() }
    }

    fn by_doctor<const N: usize>(facts: [What; N]) -> [(Option<&'static str>, What); N] {
        facts.map(|what| (Some("doctor"), what))
    }

    #[test]
    fn one_that_is_moved_and_cancelled_keeps_its_past() {
        let facts =
            by_doctor([appointed(1, 1_000), moved(1, 2_000), moved(1, 1_500), appointed(2, 9), cancelled(1)]);
        let consultation = after(2, &facts).unwrap();
        let known = appointments(&consultation).find(id(1)).unwrap();
        assert_eq!(known.appointed.at, Timestamp(1_500));
        assert_eq!(known.moved_from, [Timestamp(1_000), Timestamp(2_000)]);
        assert_eq!(known.cancelled.as_ref().unwrap().by, "doctor".into());
        assert_eq!(known.doctor.party.0, "doctor");
        assert!(!appointments(&consultation).stands(id(1)) && appointments(&consultation).stands(id(2)));
        assert!(!appointments(&consultation).any_after(Timestamp(9)));
        assert!(appointments(&consultation).any_after(Timestamp(8)));
    }

    #[test]
    fn what_does_not_stand_is_neither_moved_nor_cancelled_and_no_identifier_is_used_twice() {
        for last in [appointed(1, 5), moved(1, 5), moved(8, 5), cancelled(1), cancelled(8)] {
            let facts = by_doctor([appointed(1, 4), cancelled(1), last]);
            assert_eq!(after(2, &facts), Err(Illegal::Appointment));
        }
    }

    #[test]
    fn only_a_doctor_of_the_consultation_appoints_and_moves_also_after_its_end() {
        for by in [Some("post"), Some("guest"), Some("stranger"), None] {
            assert_eq!(after(3, &[(by, appointed(1, 5))]), Err(Illegal::Actor), "{by:?}");
            let facts = [(Some("doctor"), appointed(1, 5)), (by, moved(1, 6))];
            assert_eq!(after(3, &facts), Err(Illegal::Actor), "{by:?}");
        }
        let closed = What::Closed { disposition: Disposition::Appointment, follow_up: None };
        let facts = by_doctor([appointed(1, 5), closed.clone(), moved(1, 6), cancelled(1)]);
        assert!(!appointments(&after(2, &facts).unwrap()).stands(id(1)));
        let late = by_doctor([closed, appointed(1, 5)]);
        assert!(matches!(after(2, &late), Err(Illegal::Phase(_))));
    }
}
