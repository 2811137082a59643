//! The checks of a draft. They know the formulary and the form of the consultation, and no drug database: each finding is a
//! question to the specialist, who changes the line or gives a reason.

use super::{
    draft::{DraftDrug, DraftLine, PrescriptionDraft},
    injection::is_injected,
    names::{Named, product_named},
    patient::PatientFacts,
};
use crate::{
    drug::{Formulary, Product},
    prescription::FindingKind,
};
use serde::{Deserialize, Serialize};

/// The amounts of a substance a day, in micrograms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Amounts {
    /// The amount of the line.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub drafted_ug: u64,
    /// The least that is published for this patient.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub least_ug: u64,
    /// The most that is published for this patient.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub most_ug: u64,
}

/// One question about one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DraftFinding {
    /// The line, counted from 0.
    pub line: u8,
    /// The reason.
    pub kind: FindingKind,
    /// True if the specialist must give a reason before signing.
    pub asks: bool,
    /// The other line that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub other: Option<u8>,
    /// The amounts that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub amounts: Option<Amounts>,
}

/// Every question about a draft, in the order of its lines.
pub fn findings(
    draft: &PrescriptionDraft,
    patient: &PatientFacts,
    formulary: &Formulary,
) -> Vec<DraftFinding> {
    let lines = draft.lines.reveal();
    let mut allergies = Named::of(&patient.allergies, formulary);
    patient.known.iter().for_each(|known| allergies.add(Named::of_known(known, formulary)));
    let listed: Vec<_> = lines.iter().map(|line| line.product(formulary)).collect();
    // A drug in free words is questioned as the product whose substance it names, but for its dose.
    let products: Vec<_> = lines.iter().map(|line| alike(line, formulary)).collect();
    let names: Vec<_> =
        lines.iter().zip(&listed).map(|(line, product)| named(line, *product, formulary)).collect();
    let mut found = Vec::new();
    for (number, line) in (0_u8..).zip(lines) {
        let at = usize::from(number);
        let ask = |kind: FindingKind| {
            // A dose by injection cannot be taken back, so that one that nobody could check is answered for.
            let is_risked = kind == FindingKind::Unchecked && is_injected(line, listed[at]);
            let asks = kind.needs_answer() || is_risked;
            DraftFinding { line: number, kind, asks, other: None, amounts: None }
        };
        found.extend(allergies.meets(&names[at]).then(|| ask(FindingKind::Allergy)));
        found.extend(doubled(number, &products, &names));
        found.extend(pregnancy(products[at], patient).map(ask));
        let dose = dose(line, listed[at], patient);
        found.extend(dose.map(|(kind, amounts)| DraftFinding { amounts, ..ask(kind) }));
        found.extend(course(line, products[at]).map(ask));
        let is_controlled = products[at].is_some_and(|product| product.not_renewable);
        found.extend(is_controlled.then(|| ask(FindingKind::NotRenewable)));
    }
    found
}

/// The product of a line, or the one whose substance its free words name.
fn alike<'a>(line: &DraftLine, formulary: &'a Formulary) -> Option<&'a Product> {
    match &line.drug {
        DraftDrug::Listed(_) => line.product(formulary),
        DraftDrug::Other(name) => product_named(name, formulary),
    }
}

/// What a line is: its product, or the substances that its words name.
fn named(line: &DraftLine, product: Option<&Product>, formulary: &Formulary) -> Named {
    match &line.drug {
        DraftDrug::Other(name) => Named::of(name, formulary),
        DraftDrug::Listed(_) => product.map_or_else(Named::default, Named::of_product),
    }
}

/// An earlier line with the same substance, or with a drug that acts alike. The later line is asked.
fn doubled(number: u8, products: &[Option<&Product>], names: &[Named]) -> Option<DraftFinding> {
    let own = usize::from(number);
    let ask = |kind: FindingKind, other| {
        let asks = kind.needs_answer();
        DraftFinding { line: number, kind, asks, other: Some(other), amounts: None }
    };
    let earlier = || (0..number).map(|other| (other, usize::from(other)));
    if let Some((other, _)) = earlier().find(|(_, at)| names[own].shares_substance(&names[*at])) {
        return Some(ask(FindingKind::SameSubstance, other));
    }
    let subgroup = products[own]?.atc.subgroup();
    let is_alike = |at: usize| products[at].is_some_and(|other| other.atc.subgroup() == subgroup);
    let found = earlier().find(|(_, at)| !subgroup.starts_with(CARRIERS) && is_alike(*at));
    found.map(|(other, _)| ask(FindingKind::SameSubgroup, other))
}

fn pregnancy(product: Option<&Product>, patient: &PatientFacts) -> Option<FindingKind> {
    if patient.pregnant && patient.male {
        return Some(FindingKind::MaleAndPregnant);
    }
    let note = product?.pregnancy.as_ref()?;
    if patient.may_be_pregnant {
        return Some(FindingKind::PregnancyUnknown);
    }
    let holds = match (note.weeks, patient.term_weeks) {
        (Some((from, to)), Some(weeks)) => (from..=to).contains(&weeks),
        _ => true,
    };
    (patient.pregnant && holds).then_some(FindingKind::Pregnancy)
}

/// The dose beside what is published for this age and weight.
fn dose(
    line: &DraftLine,
    product: Option<&Product>,
    patient: &PatientFacts,
) -> Option<(FindingKind, Option<Amounts>)> {
    let Some(product) = product else { return Some((FindingKind::Unchecked, None)) };
    if product.daily.is_empty() {
        return Some((FindingKind::Unchecked, None));
    }
    let Some(drafted_ug) = line.daily_ug(product) else { return Some((FindingKind::Unchecked, None)) };
    let Some(months) = patient.months else { return Some((FindingKind::PatientUnknown, None)) };
    if !product.daily.iter().any(|daily| daily.is_for(months)) {
        return Some((FindingKind::AgeUnlisted, None));
    }
    let Some(range) = product.daily_range(months, patient.weight_g) else {
        let unknown = patient.weight_g.is_none() && product.needs_weight(months);
        let kind = if unknown { FindingKind::PatientUnknown } else { FindingKind::Unchecked };
        return Some((kind, None));
    };
    let amounts = Some(Amounts { drafted_ug, least_ug: range.least_ug, most_ug: range.most_ug });
    if drafted_ug * 100 < range.least_ug * (100 - TOLERANCE_PERCENT) {
        Some((FindingKind::DoseLow, amounts))
    } else if drafted_ug * 100 > range.most_ug * (100 + TOLERANCE_PERCENT) {
        Some((FindingKind::DoseHigh, amounts))
    } else if is_intake_high(line, product, drafted_ug, range.most_ug) {
        Some((FindingKind::IntakeHigh, amounts))
    } else {
        None
    }
}

/// True if the amount of a day is taken in fewer intakes than is usual, so that one of them is too large.
fn is_intake_high(line: &DraftLine, product: &Product, drafted_ug: u64, most_ug: u64) -> bool {
    let usual = product.usual_per_day.iter().copied().min().map(u64::from);
    let Some((usual, per_day)) = usual.zip(line.per_day.map(u64::from)) else { return false };
    per_day < usual && drafted_ug * usual * 100 > most_ug * per_day * (100 + TOLERANCE_PERCENT)
}

fn course(line: &DraftLine, product: Option<&Product>) -> Option<FindingKind> {
    let usual = product.and_then(|product| product.days_max);
    if line.days > DAYS_VALID {
        Some(FindingKind::TooLong)
    } else if usual.is_some_and(|usual| line.days > usual) {
        Some(FindingKind::CourseLong)
    } else {
        None
    }
}

/// A dose may be this far outside of what is published before it is questioned, because tablets are broken into halves.
const TOLERANCE_PERCENT: u64 = 10;
/// Days for which a prescription is valid.
const DAYS_VALID: u16 = 90;
/// Solutions that carry other drugs, of which several are given together.
const CARRIERS: &str = "B05";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        drug::ProductId,
        id::{ConsultationId, PrescriptionId},
        prescribing::KnownAllergy,
    };
    use uuid::Uuid;

    const LIST: &str = r#"[
        {"id":"amox","atc":"J01CA04","inn":"amoxicilline","strength":"250 mg","form":"comprimé","route":"oral","unit":"tablet","ug_per_unit":250000,"class":["penicillin"],"daily":[{"from_months":2,"to_months":180,"ug_per_kg":[40000,90000],"max_ug":3000000,"source":"s","compared":"quoted"},{"from_months":180,"ug":[1500000,3000000],"source":"s","compared":"quoted"}],"usual_per_day":[2,3],"days_max":10},
        {"id":"clav","atc":"J01CR02","inn":"amoxicilline + acide clavulanique","strength":"1 g","form":"sachet","route":"oral","unit":"sachet","class":["penicillin"]},
        {"id":"ampi","atc":"J01CA01","inn":"ampicilline","strength":"1 g","form":"poudre","route":"intramuscular","unit":"vial","class":["penicillin"]},
        {"id":"doxy","atc":"J01AA02","inn":"doxycycline","strength":"100 mg","form":"comprimé","route":"oral","unit":"tablet","ug_per_unit":100000,"pregnancy":{"level":"avoid","weeks":[16,42],"source":"s","compared":"quoted"}},
        {"id":"morph","atc":"N02AA01","inn":"morphine","strength":"10 mg","form":"comprimé","route":"oral","unit":"tablet","not_renewable":true}
    ]"#;

    const INJECTIONS: &str = r#"[
        {"id":"kcl","atc":"B05XA01","inn":"potassium (chlorure de)","strength":"10 %","form":"solution à diluer pour perfusion","route":"intravenous","unit":"ml"},
        {"id":"ringer","atc":"B05BB01","inn":"Ringer lactate","strength":"","form":"solution pour perfusion","route":"intravenous","unit":"ml"},
        {"id":"salt","atc":"B05XA03","inn":"sodium (chlorure de)","strength":"0,9 %","form":"solution pour perfusion","route":"intravenous","unit":"ml"},
        {"id":"syrup","atc":"A12BA01","inn":"potassium (chlorure de)","strength":"7,5 %","form":"solution buvable","route":"oral","unit":"ml"}
    ]"#;

    fn draft(lines: Vec<DraftLine>) -> PrescriptionDraft {
        PrescriptionDraft {
            prescription: PrescriptionId(Uuid::nil()),
            consultation: ConsultationId(Uuid::nil()),
            lines: lines.into(),
            allergies: None,
            justifications: Vec::new().into(),
            replaces: None,
        }
    }

    fn line(id: &str, dose_milli: u32, per_day: u8, days: u16) -> DraftLine {
        let drug = DraftDrug::Listed(ProductId(id.into()));
        DraftLine {
            drug,
            dose_milli: Some(dose_milli),
            per_day: Some(per_day),
            days,
            directions: String::new(),
        }
    }

    fn asked(lines: Vec<DraftLine>, patient: &PatientFacts) -> Vec<(u8, FindingKind)> {
        let list = Formulary::of(LIST).unwrap();
        findings(&draft(lines), patient, &list)
            .into_iter()
            .map(|finding| (finding.line, finding.kind))
            .collect()
    }

    fn child() -> PatientFacts {
        PatientFacts { months: Some(30), weight_g: Some(12_000), ..PatientFacts::default() }
    }

    #[test]
    fn a_usual_dose_is_not_questioned_and_a_tenfold_one_always_is() {
        assert_eq!(asked(vec![line("amox", 1_500, 2, 5)], &child()), []);
        assert_eq!(asked(vec![line("amox", 15_000, 2, 5)], &child()), [(0, FindingKind::DoseHigh)]);
        assert_eq!(asked(vec![line("amox", 150, 2, 5)], &child()), [(0, FindingKind::DoseLow)]);
        let adult = PatientFacts { months: Some(400), ..PatientFacts::default() };
        assert_eq!(asked(vec![line("amox", 4_000, 2, 5)], &adult), []);
        assert_eq!(asked(vec![line("amox", 40_000, 2, 5)], &adult), [(0, FindingKind::DoseHigh)]);
    }

    #[test]
    fn a_childs_dose_without_a_weight_or_an_age_is_questioned() {
        let unknown = |patient: PatientFacts| asked(vec![line("amox", 1_000, 2, 5)], &patient);
        assert_eq!(unknown(PatientFacts { weight_g: None, ..child() }), [(0, FindingKind::PatientUnknown)]);
        assert_eq!(unknown(PatientFacts { months: None, ..child() }), [(0, FindingKind::PatientUnknown)]);
    }

    #[test]
    fn a_dose_by_injection_that_nobody_could_check_must_be_answered_for() {
        let list = Formulary::of(INJECTIONS).unwrap();
        let asks = |lines: Vec<DraftLine>| {
            let draft = draft(lines);
            let found = findings(&draft, &child(), &list);
            found.into_iter().map(|one| (one.line, one.kind, one.asks)).collect::<Vec<_>>()
        };
        let unchecked = FindingKind::Unchecked;
        for (id, is_asked) in [("kcl", true), ("ringer", false), ("salt", false), ("syrup", false)] {
            assert_eq!(asks(vec![line(id, 10_000, 1, 1)]), [(0, unchecked, is_asked)], "{id}");
        }
        let drug = DraftDrug::Other("Chlorure de potassium 10 %, ampoule".into());
        let other = DraftLine { drug, directions: "dans 500 ml de Ringer".into(), ..line("", 1, 1, 1) };
        assert_eq!(asks(vec![other]), [(0, unchecked, true)]);
    }

    #[test]
    fn an_allergy_questions_a_listed_drug_and_one_in_free_words() {
        let patient = PatientFacts { allergies: "Pénicilline".into(), ..child() };
        assert_eq!(asked(vec![line("amox", 1_500, 2, 5)], &patient), [(0, FindingKind::Allergy)]);
        let drug = DraftDrug::Other("Amoxicilline 1 g, comprimé".into());
        let other = DraftLine { drug, ..line("", 1_000, 1, 1) };
        assert_eq!(asked(vec![other], &patient), [(0, FindingKind::Allergy), (0, FindingKind::Unchecked)]);
    }

    #[test]
    fn an_allergy_of_the_national_record_questions_a_drug_whatever_is_typed() {
        let names = vec!["Pénicilline".to_owned()];
        let known = vec![KnownAllergy { names, ..KnownAllergy::default() }];
        for typed in ["", "aucune connue", "arachide"] {
            let patient = PatientFacts { allergies: typed.into(), known: known.clone(), ..child() };
            assert_eq!(
                asked(vec![line("amox", 1_500, 2, 5)], &patient),
                [(0, FindingKind::Allergy)],
                "{typed}"
            );
        }
    }

    #[test]
    fn two_drugs_of_one_subgroup_question_the_later_line() {
        let found = asked(vec![line("amox", 1_500, 2, 5), line("ampi", 500, 2, 5)], &child());
        assert_eq!(found, [(1, FindingKind::SameSubgroup), (1, FindingKind::Unchecked)]);
        let twice = asked(vec![line("amox", 1_500, 2, 5), line("clav", 1_000, 2, 5)], &child());
        assert_eq!(twice, [(1, FindingKind::SameSubstance), (1, FindingKind::Unchecked)], "another group");
    }

    #[test]
    fn a_pregnancy_is_minded_in_its_weeks_and_a_pregnant_man_is_questioned() {
        let mut patient = PatientFacts { pregnant: true, term_weeks: Some(20), months: Some(300), ..child() };
        let ask = |patient: &PatientFacts| asked(vec![line("doxy", 1_000, 1, 5)], patient);
        assert!(ask(&patient).contains(&(0, FindingKind::Pregnancy)));
        patient.term_weeks = Some(8);
        assert!(!ask(&patient).contains(&(0, FindingKind::Pregnancy)));
        patient.term_weeks = None;
        assert!(ask(&patient).contains(&(0, FindingKind::Pregnancy)), "nobody knows the weeks");
        let unknown = PatientFacts { pregnant: false, may_be_pregnant: true, ..patient.clone() };
        assert!(ask(&unknown).contains(&(0, FindingKind::PregnancyUnknown)), "nobody asked");
        patient.male = true;
        assert!(ask(&patient).contains(&(0, FindingKind::MaleAndPregnant)));
    }

    #[test]
    fn an_age_for_which_nothing_is_published_and_a_day_in_one_intake_are_questioned() {
        let newborn = PatientFacts { months: Some(1), weight_g: Some(4_000), ..PatientFacts::default() };
        assert_eq!(asked(vec![line("amox", 250, 2, 5)], &newborn), [(0, FindingKind::AgeUnlisted)]);
        let adult = PatientFacts { months: Some(400), ..PatientFacts::default() };
        assert_eq!(asked(vec![line("amox", 12_000, 1, 5)], &adult), [(0, FindingKind::IntakeHigh)]);
        assert_eq!(asked(vec![line("amox", 6_000, 2, 5)], &adult), []);
    }

    #[test]
    fn long_courses_and_controlled_drugs_are_told() {
        assert_eq!(asked(vec![line("amox", 1_500, 2, 11)], &child()), [(0, FindingKind::CourseLong)]);
        assert_eq!(asked(vec![line("amox", 1_500, 2, 91)], &child()), [(0, FindingKind::TooLong)]);
        let morphine = asked(vec![line("morph", 1_000, 2, 2)], &child());
        assert_eq!(morphine, [(0, FindingKind::Unchecked), (0, FindingKind::NotRenewable)]);
        assert!(!FindingKind::NotRenewable.needs_answer());
    }
}
