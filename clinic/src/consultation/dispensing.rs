//! What was dispensed of the prescriptions of a consultation: by its post or by a pharmacy, also after the end.

use super::{Consultation, Illegal};
use crate::{dispensing::Dispensed, fact::Fact, id::PrescriptionId, people::Role};

/// A pharmacy is no member, and its fact is by nobody: it has the prescription in hand.
pub(super) fn dispense(
    consultation: &mut Consultation,
    id: PrescriptionId,
    dispensed: &Dispensed,
    fact: &Fact,
) -> Result<(), Illegal> {
    match (&dispensed.pharmacy, &fact.by) {
        (Some(_), None) => {}
        (None, Some(_)) if consultation.author(fact)?.role == Role::Kiosk => {}
        _ => return Err(Illegal::Actor),
    }
    consultation.prescriptions.may_dispense(id, dispensed).map_err(|_| Illegal::Prescription)?;
    consultation.prescriptions.dispense(id, dispensed.clone());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dispensing::{DispensedLine, Pharmacy, RefusalReason},
        fact::What,
        id::ActId,
        pii::Pii,
        prescription::{PrescribedLine, SignedPrescription},
        sample::{SAMPLE, after},
        time::Timestamp,
    };
    use uuid::Uuid;

    const PRESCRIPTION: PrescriptionId = PrescriptionId(Uuid::from_u128(1));

    fn line(quantity: u32) -> PrescribedLine {
        let [atc, drug, directions, unit] = [(); 4].map(|()| String::new());
        PrescribedLine { product: None, atc, drug, directions, days: 1, quantity, unit }
    }

    /// A prescription of ten units, and of an ointment whose units cannot be counted, valid from 10 ms to 20 ms.
    fn prescribed(id: PrescriptionId, replaces: Option<PrescriptionId>, at: u64) -> What {
        let signed = SignedPrescription {
            prescription: id,
            consultation: SAMPLE,
            post: "Poste".into(),
            patient: Pii::default(),
            lines: vec![line(10), line(0)].into(),
            justifications: Pii::default(),
            by: "doctor".into(),
            order_number: None,
            at: Timestamp(at),
            valid_until: Timestamp(20),
            replaces,
            text: Pii::default(),
        };
        What::Prescribed { signed: Box::new(signed) }
    }

    fn gave(line: u8, quantity: u32) -> DispensedLine {
        DispensedLine { line, quantity, refused: None }
    }

    fn dispensed(act: u128, at: u64, is_pharmacy: bool, lines: Vec<DispensedLine>) -> What {
        let pharmacy = Pharmacy { name: "Pharmacie".into(), person: "Awa".into() };
        let act = Dispensed {
            act: ActId(Uuid::from_u128(act)),
            lines: lines.into(),
            pharmacy: is_pharmacy.then_some(pharmacy),
            at: Timestamp(at),
        };
        What::Dispensed { prescription: PRESCRIPTION, dispensed: Box::new(act) }
    }

    /// The units that are left of both lines after these facts.
    fn left(facts: Vec<(Option<&str>, What)>) -> Result<[u32; 2], Illegal> {
        let first = vec![(Some("doctor"), prescribed(PRESCRIPTION, None, 10))];
        let consultation = after(2, &[first, facts].concat())?;
        let known = consultation.prescriptions().find(PRESCRIPTION).unwrap();
        Ok([known.left(0), known.left(1)])
    }

    #[test]
    fn a_post_gives_a_part_and_a_pharmacy_the_rest_and_never_more() {
        let part = (Some("post"), dispensed(1, 11, false, vec![gave(0, 4)]));
        let rest = (None, dispensed(2, 12, true, vec![gave(0, 6), gave(1, 1)]));
        assert_eq!(left(vec![part.clone()]), Ok([6, 1]));
        assert_eq!(left(vec![part.clone(), rest.clone()]), Ok([0, 0]));
        for more in [gave(0, 1), gave(1, 1)] {
            let more = (None, dispensed(3, 13, true, vec![more]));
            assert_eq!(left(vec![part.clone(), rest.clone(), more]), Err(Illegal::Prescription));
        }
        assert_eq!(left(vec![(None, dispensed(1, 11, true, vec![gave(0, 11)]))]), Err(Illegal::Prescription));
        assert_eq!(left(vec![part.clone(), part]), Err(Illegal::Prescription), "the same act twice");
    }

    #[test]
    fn a_line_that_is_not_given_has_a_reason_and_may_be_given_elsewhere() {
        let refused = |quantity, refused| vec![DispensedLine { line: 0, quantity, refused }];
        let why = Some(RefusalReason::OutOfStock);
        let not_here = (Some("post"), dispensed(1, 11, false, refused(0, why)));
        let elsewhere = (None, dispensed(2, 12, true, vec![gave(0, 10)]));
        assert_eq!(left(vec![not_here, elsewhere]), Ok([0, 1]));
        let nothing =
            [refused(0, None), refused(1, why), vec![], vec![gave(2, 1)], vec![gave(0, 1), gave(0, 1)]];
        for lines in nothing {
            assert_eq!(left(vec![(None, dispensed(1, 11, true, lines))]), Err(Illegal::Prescription));
        }
    }

    #[test]
    fn nothing_is_given_before_the_signature_or_after_the_end_of_a_prescription() {
        let give = |at| (None, dispensed(1, at, true, vec![gave(0, 1)]));
        let cancelled = What::PrescriptionCancelled { prescription: PRESCRIPTION, why: "allergie".into() };
        // The second fact of a test is recorded at 11 ms.
        let cancelled = (Some("doctor"), cancelled);
        assert_eq!(left(vec![give(20)]), Ok([9, 1]));
        for at in [9, 21] {
            assert_eq!(left(vec![give(at)]), Err(Illegal::Prescription));
        }
        assert_eq!(left(vec![cancelled.clone(), give(11)]), Err(Illegal::Prescription));
        assert_eq!(left(vec![cancelled, give(10)]), Ok([9, 1]), "a tablet tells late what it gave before");
        let other = PrescriptionId(Uuid::from_u128(2));
        let replaced = (Some("doctor"), prescribed(other, Some(PRESCRIPTION), 12));
        assert_eq!(left(vec![replaced.clone(), give(12)]), Err(Illegal::Prescription));
        assert_eq!(left(vec![replaced, give(11)]), Ok([9, 1]));
    }

    #[test]
    fn only_a_tablet_of_the_post_dispenses_for_the_post_and_only_nobody_for_a_pharmacy() {
        for (by, is_pharmacy) in
            [(Some("doctor"), false), (Some("stranger"), false), (None, false), (Some("post"), true)]
        {
            let fact = (by, dispensed(1, 11, is_pharmacy, vec![gave(0, 1)]));
            assert_eq!(left(vec![fact]), Err(Illegal::Actor), "{by:?}");
        }
    }
}
