//! The step from a draft to the words that are signed. A draft with a flaw is refused.

use super::{
    check::{DraftFinding, findings},
    draft::{PrescriptionDraft, one_line},
    patient::{KnownAllergy, PatientFacts},
};
use crate::{
    consultation::{Consultation, Phase},
    drug::Formulary,
    people::{Identity, Role},
    pii::Pii,
    prescription::{Justification, LINES, PrescribedTo, SignedPrescription, VALID_MS},
    time::Timestamp,
};

/// The reason for which a draft cannot be signed as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// It has no line, or too many.
    #[error("a prescription has 1 to {LINES} lines")]
    Lines,
    /// A line is incomplete or has an impossible number.
    #[error("line {0} cannot be read")]
    Line(u8),
    /// It replaces a prescription that this consultation does not have, or that is not in force.
    #[error("it replaces what is not in force")]
    Replaces,
    /// Questions that nobody answered.
    #[error("{} questions are unanswered", .0.len())]
    Unanswered(Vec<DraftFinding>),
}

/// True if this party may sign a prescription: the doctor who holds the consultation, or held it when it ended and the outcome is
/// still awaited.
pub fn may_prescribe(consultation: &Consultation, by: &Identity) -> bool {
    let is_under_way = matches!(consultation.phase(), Phase::Running | Phase::Deferred | Phase::FollowUp);
    is_under_way && by.role == Role::Doctor && consultation.is_held_by(&by.party)
}

/// The words to sign, from a draft without flaws. The text of the signature is still empty. `known` are the allergies that the national
/// record tells; what the specialist typed is checked beside them.
///
/// # Errors
/// The first [`Flaw`].
pub fn prepare(
    draft: &PrescriptionDraft,
    consultation: &Consultation,
    known: &[KnownAllergy],
    formulary: &Formulary,
    at: Timestamp,
) -> Result<SignedPrescription, Flaw> {
    let lines = draft.lines.reveal();
    if lines.is_empty() || lines.len() > LINES {
        return Err(Flaw::Lines);
    }
    let worded =
        (0_u8..).zip(lines).map(|(number, line)| line.prescribed(formulary).ok_or(Flaw::Line(number)));
    let worded = worded.collect::<Result<Vec<_>, _>>()?;
    if draft.replaces.is_some_and(|replaced| !consultation.prescriptions().is_in_force(replaced)) {
        return Err(Flaw::Replaces);
    }
    let found = findings(draft, &facts(draft, consultation, known), formulary);
    let justifications = justifications(draft, &found)?;
    Ok(SignedPrescription {
        prescription: draft.prescription,
        consultation: consultation.id(),
        post: consultation.post().place.name.clone(),
        patient: PrescribedTo::of(consultation.intake()).into(),
        lines: worded.into(),
        justifications: justifications.into(),
        by: Pii::default(),
        order_number: None,
        at,
        valid_until: at.plus_ms(VALID_MS),
        replaces: draft.replaces,
        text: Pii::default(),
    })
}

/// What the checks of a draft know about the patient of a consultation.
pub fn facts(draft: &PrescriptionDraft, consultation: &Consultation, known: &[KnownAllergy]) -> PatientFacts {
    let typed = draft.allergies.as_ref().map_or("", |text| text.reveal());
    PatientFacts { known: known.to_vec(), ..PatientFacts::of(consultation.intake(), typed) }
}

/// The justifications of the questions that are asked; one of a question that nobody asks is left out.
fn justifications(draft: &PrescriptionDraft, found: &[DraftFinding]) -> Result<Vec<Justification>, Flaw> {
    let answer_to = |finding: &DraftFinding| {
        let given = draft
            .justifications
            .reveal()
            .iter()
            .find(|answer| (answer.line, answer.kind) == (finding.line, finding.kind));
        let why = one_line(&given?.why, WHY_CHARS).filter(|why| !why.is_empty())?;
        Some(Justification { line: finding.line, kind: finding.kind, why })
    };
    let asked = found.iter().filter(|finding| finding.asks);
    let (given, open): (Vec<_>, Vec<_>) =
        asked.map(|finding| answer_to(finding).ok_or(*finding)).partition(Result::is_ok);
    let open: Vec<_> = open.into_iter().filter_map(Result::err).collect();
    if open.is_empty() { Ok(given.into_iter().flatten().collect()) } else { Err(Flaw::Unanswered(open)) }
}

/// The longest reason for which a questioned line stands, in characters.
const WHY_CHARS: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        drug::ProductId,
        id::PrescriptionId,
        prescribing::draft::{DraftDrug, DraftLine},
        prescription::FindingKind,
        sample::{SAMPLE, after},
    };
    use uuid::Uuid;

    fn draft(lines: Vec<DraftLine>) -> PrescriptionDraft {
        PrescriptionDraft {
            prescription: PrescriptionId(Uuid::from_u128(3)),
            consultation: SAMPLE,
            lines: lines.into(),
            allergies: None,
            justifications: Vec::new().into(),
            replaces: None,
        }
    }

    fn other(name: &str, directions: &str) -> DraftLine {
        let (drug, directions) = (DraftDrug::Other(name.into()), directions.into());
        DraftLine { drug, dose_milli: None, per_day: None, days: 5, directions }
    }

    fn prepared(draft: &PrescriptionDraft) -> Result<SignedPrescription, Flaw> {
        prepare(draft, &after(2, &[]).unwrap(), &[], Formulary::own(), Timestamp(1_000))
    }

    #[test]
    fn a_line_in_words_is_prepared_for_three_months() {
        let ready =
            prepared(&draft(vec![other("Fosfomycine 3 g, sachet", "1 sachet\nen une prise")])).unwrap();
        let line = &ready.lines.reveal()[0];
        assert_eq!(
            (line.drug.as_str(), line.directions.as_str()),
            ("Fosfomycine 3 g, sachet", "1 sachet en une prise")
        );
        assert_eq!((ready.post.as_str(), ready.valid_until), ("Poste", Timestamp(1_000 + VALID_MS)));
    }

    #[test]
    fn incomplete_and_impossible_lines_are_refused() {
        let line = other("Fosfomycine", "1 sachet");
        for bad in [
            other("", "1 sachet"),
            other("Fosfomycine", ""),
            other(&"é".repeat(81), "1 sachet"),
            other("Fosfomycine", &"x".repeat(100_000)),
            DraftLine { days: 0, ..line.clone() },
            DraftLine { days: 366, ..line.clone() },
            DraftLine { per_day: Some(25), ..line.clone() },
            DraftLine { dose_milli: Some(0), ..line.clone() },
            DraftLine { drug: DraftDrug::Listed(ProductId("arsenic".into())), ..line.clone() },
            DraftLine { per_day: Some(2), directions: String::new(), ..line.clone() },
        ] {
            assert_eq!(prepared(&draft(vec![line.clone(), bad.clone()])), Err(Flaw::Line(1)), "{bad:?}");
        }
        assert_eq!(prepared(&draft(vec![])), Err(Flaw::Lines));
        assert_eq!(prepared(&draft(vec![line; LINES + 1])), Err(Flaw::Lines));
    }

    #[test]
    fn an_unanswered_question_refuses_and_its_answer_is_kept() {
        let long = DraftLine { days: 91, ..other("Fosfomycine", "1 sachet par semaine") };
        let asked = prepared(&draft(vec![long.clone()]));
        let Err(Flaw::Unanswered(open)) = asked else { panic!("{asked:?}") };
        assert_eq!(open.iter().map(|finding| finding.kind).collect::<Vec<_>>(), [FindingKind::TooLong]);
        let answer = |why: &str| Justification { line: 0, kind: FindingKind::TooLong, why: why.into() };
        for bad in ["", " \n", &"x".repeat(201)] {
            let silent =
                PrescriptionDraft { justifications: vec![answer(bad)].into(), ..draft(vec![long.clone()]) };
            assert!(matches!(prepared(&silent), Err(Flaw::Unanswered(_))), "{bad:?}");
        }
        let unasked = Justification { line: 0, kind: FindingKind::Allergy, why: "rien".into() };
        let answered = PrescriptionDraft {
            justifications: vec![unasked, answer("traitement d'un an")].into(),
            ..draft(vec![long])
        };
        assert_eq!(*prepared(&answered).unwrap().justifications.reveal(), [answer("traitement d'un an")]);
    }

    #[test]
    fn an_injection_whose_dose_nobody_could_check_is_signed_with_a_reason_only() {
        let line = other("Vancomycine 500 mg", "1 g IV en 60 min");
        let asked = prepared(&draft(vec![line.clone()]));
        assert!(
            matches!(&asked, Err(Flaw::Unanswered(open)) if open[0].kind == FindingKind::Unchecked),
            "{asked:?}"
        );
        let why = Justification { line: 0, kind: FindingKind::Unchecked, why: "dose de l'hôpital".into() };
        let answered = PrescriptionDraft { justifications: vec![why.clone()].into(), ..draft(vec![line]) };
        assert_eq!(*prepared(&answered).unwrap().justifications.reveal(), [why]);
    }

    #[test]
    fn what_is_not_in_force_cannot_be_replaced() {
        let unknown = Some(PrescriptionId(Uuid::from_u128(9)));
        let draft = PrescriptionDraft { replaces: unknown, ..draft(vec![other("Fosfomycine", "1 sachet")]) };
        assert_eq!(prepared(&draft), Err(Flaw::Replaces));
    }
}
