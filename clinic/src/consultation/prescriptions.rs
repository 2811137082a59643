//! Prescriptions of a consultation: which are in force, who may sign, and who may cancel.

use super::{Consultation, Illegal};
use crate::{
    fact::Fact,
    id::PrescriptionId,
    people::Role,
    pii::Pii,
    prescription::{Cancellation, Prescription, Prescriptions, SignedPrescription},
};

impl Consultation {
    /// Signed prescriptions.
    pub const fn prescriptions(&self) -> &Prescriptions {
        &self.prescriptions
    }
}

pub(super) fn prescribe(
    consultation: &mut Consultation,
    signed: &SignedPrescription,
    fact: &Fact,
) -> Result<(), Illegal> {
    consultation.owned(signed.consultation)?;
    doctor(consultation, fact)?;
    if consultation.prescriptions.find(signed.prescription).is_some() {
        return Err(Illegal::Prescription);
    }
    if let Some(replaced) = signed.replaces {
        in_force(consultation, replaced)?.replaced_by = Some(signed.prescription);
    }
    consultation.prescriptions.add(signed.clone());
    if let Some(case) = &mut consultation.case {
        case.answered(fact.at);
    }
    Ok(())
}

pub(super) fn cancel(
    consultation: &mut Consultation,
    id: PrescriptionId,
    why: &Pii<String>,
    fact: &Fact,
) -> Result<(), Illegal> {
    let by = doctor(consultation, fact)?;
    let (at, why) = (fact.at, why.clone());
    in_force(consultation, id)?.cancelled = Some(Cancellation { by, at, why });
    Ok(())
}

/// The name of the doctor who did it, who has a part in the consultation or had one.
fn doctor(consultation: &Consultation, fact: &Fact) -> Result<Pii<String>, Illegal> {
    let author = consultation.author(fact)?;
    if author.role == Role::Doctor { Ok(author.name) } else { Err(Illegal::Actor) }
}

fn in_force(consultation: &mut Consultation, id: PrescriptionId) -> Result<&mut Prescription, Illegal> {
    consultation.prescriptions.in_force_mut(id).ok_or(Illegal::Prescription)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clinical::Disposition,
        fact::What,
        id::ConsultationId,
        sample::{SAMPLE, after},
        time::Timestamp,
    };
    use uuid::Uuid;

    fn id(number: u128) -> PrescriptionId {
        PrescriptionId(Uuid::from_u128(number))
    }

    fn prescribed(number: u128, replaces: Option<u128>) -> What {
        let signed = SignedPrescription {
            prescription: id(number),
            consultation: SAMPLE,
            post: "Poste".into(),
            patient: Pii::default(),
            lines: Pii::default(),
            justifications: Pii::default(),
            by: "doctor".into(),
            order_number: None,
            at: Timestamp(1),
            valid_until: Timestamp(2),
            replaces: replaces.map(id),
            text: Pii::default(),
        };
        What::Prescribed { signed: Box::new(signed) }
    }

    fn cancelled(number: u128) -> What {
        What::PrescriptionCancelled { prescription: id(number), why: "allergie".into() }
    }

    #[test]
    fn one_that_is_replaced_or_cancelled_is_not_in_force_and_stays_visible() {
        let facts = [prescribed(1, None), prescribed(2, Some(1)), prescribed(3, None), cancelled(3)];
        let consultation = after(2, &facts.map(|what| (Some("doctor"), what))).unwrap();
        let states: Vec<_> =
            consultation.prescriptions().all().iter().map(Prescription::is_in_force).collect();
        assert_eq!(states, [false, true, false]);
        assert_eq!(consultation.prescriptions().find(id(1)).unwrap().replaced_by, Some(id(2)));
        let cancelled = consultation.prescriptions().find(id(3)).unwrap().cancelled.clone().unwrap();
        assert_eq!((cancelled.by, cancelled.at), ("doctor".into(), Timestamp(13)));
    }

    #[test]
    fn what_is_not_in_force_is_neither_replaced_nor_cancelled_and_no_identifier_is_used_twice() {
        for last in
            [prescribed(1, None), prescribed(9, Some(8)), prescribed(9, Some(1)), cancelled(1), cancelled(8)]
        {
            let facts = [prescribed(1, None), cancelled(1), last].map(|what| (Some("doctor"), what));
            assert_eq!(after(2, &facts), Err(Illegal::Prescription));
        }
    }

    #[test]
    fn only_a_doctor_of_the_consultation_signs_and_only_while_it_goes_on() {
        for by in [Some("post"), Some("guest"), Some("stranger"), None] {
            assert_eq!(after(3, &[(by, prescribed(1, None))]), Err(Illegal::Actor), "{by:?}");
        }
        let mut other = prescribed(1, None);
        if let What::Prescribed { signed } = &mut other {
            signed.consultation = ConsultationId(Uuid::from_u128(8));
        }
        assert_eq!(after(2, &[(Some("doctor"), other)]), Err(Illegal::Foreign));
        let closed = What::Closed { disposition: Disposition::Prescription, follow_up: None };
        let facts = [prescribed(1, None), closed, cancelled(1)].map(|what| (Some("doctor"), what));
        let consultation = after(2, &facts).unwrap();
        assert!(
            !consultation.prescriptions().all()[0].is_in_force(),
            "a mistake that is seen later is cancelled"
        );
        let late = [facts[1].clone(), (Some("doctor"), prescribed(2, None))];
        assert!(matches!(after(2, &late), Err(Illegal::Phase(_))));
    }
}
