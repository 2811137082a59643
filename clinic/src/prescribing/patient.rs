//! What the checks of a prescription know about the patient, from the form of the consultation.

use crate::{
    danger::youngest_days,
    prescription::PrescribedTo,
    request::Intake,
    vital::{Pregnancy, Sex},
};
use std::{fmt, ops::RangeInclusive};

/// An allergy that others have written down, as the national record tells it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct KnownAllergy {
    /// What it is called, in words.
    pub names: Vec<String>,
    /// Codes of the ATC classification, each of a substance or of a group of them.
    pub atc: Vec<String>,
}

/// The patient's values that matter for a dose.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PatientFacts {
    /// Age in whole months, the youngest that the form allows; none if the form tells no age.
    pub months: Option<u16>,
    /// Weight in grams.
    pub weight_g: Option<u32>,
    /// True if the form says that the patient is pregnant.
    pub pregnant: bool,
    /// True if the form says nothing of a pregnancy, and the patient may be a woman of child-bearing age.
    pub may_be_pregnant: bool,
    /// Weeks of the pregnancy.
    pub term_weeks: Option<u8>,
    /// True if the form says that the patient is male.
    pub male: bool,
    /// Known allergies, as the specialist typed them; empty if none are known.
    pub allergies: String,
    /// Allergies that the national record tells, whatever the specialist typed.
    pub known: Vec<KnownAllergy>,
}

impl PatientFacts {
    /// The values of a form, with what the specialist typed.
    pub fn of(intake: &Intake, allergies: &str) -> Self {
        let stated = intake.pregnancy.map(|pregnancy| *pregnancy.reveal());
        let term_weeks = intake.term_weeks.map(|weeks| *weeks.reveal());
        let male = intake.sex.is_some_and(|sex| *sex.reveal() == Sex::Male);
        let months = youngest_days(intake).map(months);
        let is_fertile = months.is_none_or(|months| FERTILE_MONTHS.contains(&months));
        Self {
            months,
            weight_g: intake.weight_g.map(|grams| *grams.reveal()),
            pregnant: stated.map_or(term_weeks.is_some(), |stated| stated == Pregnancy::Pregnant),
            may_be_pregnant: stated.is_none() && term_weeks.is_none() && !male && is_fertile,
            term_weeks,
            male,
            allergies: allergies.to_owned(),
            known: Vec::new(),
        }
    }
}

/// Says nothing of the patient, because a log may hold it.
impl fmt::Debug for PatientFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PatientFacts(‹redacted›)")
    }
}

/// Says nothing of the patient, because a log may hold it.
impl fmt::Debug for KnownAllergy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KnownAllergy(‹redacted›)")
    }
}

/// The ages at which a woman may be pregnant without the form saying so, from 12 to 50 years.
const FERTILE_MONTHS: RangeInclusive<u16> = 12 * 12..=50 * 12 + 11;

/// Whole months of 30.4375 days in an age in days, of which the days before were rounded down.
fn months(days: i32) -> u16 {
    u16::try_from((i64::from(days) * 16 + 15) / 487).unwrap_or_default()
}

impl PrescribedTo {
    /// The patient of a form.
    pub fn of(intake: &Intake) -> Self {
        let sex = intake.sex.map_or("", |sex| match sex.reveal() {
            Sex::Female => "F",
            Sex::Male => "M",
        });
        let name = intake.name.as_ref().map(|name| name.reveal().clone()).unwrap_or_default();
        Self { name, sex: sex.to_owned(), age: age(intake) }
    }
}

/// The age in French words: `27 ans`, `1 an 4 mois`, `12 jours`.
fn age(intake: &Intake) -> String {
    let years = intake.age_years.map_or(0, |years| *years.reveal());
    let months = intake.age_months.map_or(0, |months| *months.reveal());
    let days = intake.age_days.map_or(0, |days| *days.reveal());
    let plural = |count: u8, one: &'static str, many: &'static str| {
        (count > 0).then(|| format!("{count} {}", if count == 1 { one } else { many }))
    };
    let parts = [plural(years, "an", "ans"), plural(months, "mois", "mois"), plural(days, "jour", "jours")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_told_in_words_and_counted_in_months() {
        let form = |years: Option<u8>, months: Option<u8>, days: Option<u8>| Intake {
            age_years: years.map(Into::into),
            age_months: months.map(Into::into),
            age_days: days.map(Into::into),
            ..Intake::default()
        };
        for ((years, months, days), words, counted) in [
            ((Some(27), None, None), "27 ans", Some(324)),
            ((Some(1), Some(4), None), "1 an 4 mois", Some(16)),
            ((None, None, Some(12)), "12 jours", Some(0)),
            ((None, Some(2), None), "2 mois", Some(2)),
            ((None, None, None), "", None),
        ] {
            let form = form(years, months, days);
            assert_eq!(PrescribedTo::of(&form).age, words);
            assert_eq!(PatientFacts::of(&form, "").months, counted, "{words}");
        }
    }

    #[test]
    fn a_stated_pregnancy_counts_before_its_weeks() {
        let weeks = Intake { term_weeks: Some(31.into()), ..Intake::default() };
        assert!(PatientFacts::of(&weeks, "").pregnant);
        let over = Intake { pregnancy: Some(Pregnancy::Postpartum.into()), ..weeks };
        assert!(!PatientFacts::of(&over, "").pregnant);
    }
}
