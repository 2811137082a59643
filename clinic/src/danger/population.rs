//! The groups of patients for whom a rule is made: by age in days, and by pregnancy. A patient whose age or pregnancy is
//! known in part only may belong to several.

use crate::{
    people::Speciality,
    request::Intake,
    vital::{Pregnancy, Sex, Vital},
};
use serde::Serialize;
use std::ops::RangeInclusive;

/// A group of patients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Population {
    /// All patients.
    Everybody,
    /// Infants before two months, the "young infants" of IMCI.
    UnderTwoMonths,
    /// Infants from two months to eleven.
    TwoToElevenMonths,
    /// Children before their first birthday.
    UnderOne,
    /// Children from one year to four.
    OneToFour,
    /// Children from two months to four years, the "sick children" of IMCI.
    TwoMonthsToFour,
    /// Children from five years to eleven.
    FiveToEleven,
    /// Children before their twelfth birthday.
    UnderTwelve,
    /// Everybody from the twelfth birthday on. A patient of unknown age counts as one.
    FromTwelve,
    /// Women who are pregnant or delivered in the last six weeks.
    Maternal,
}

/// Belonging to a population.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    /// The patient does not belong to it.
    No,
    /// The patient may belong to it: age or pregnancy are not known well enough.
    Possible,
    /// The patient belongs to it.
    Certain,
}

/// The greatest age, in days.
const OLDEST: i32 = i32::MAX;
/// Ages at which a woman may be pregnant, in years. Beyond them it must be stated.
const FERTILE: RangeInclusive<i32> = 12..=50;

/// Days in this many months of 30.4375 days.
const fn months(months: i32) -> i32 {
    months * 487 / 16
}

/// Days in this many years of 365.25 days.
const fn years(years: i32) -> i32 {
    years * 1_461 / 4
}

impl Population {
    /// Every population.
    pub const ALL: [Self; 10] = [
        Self::Everybody,
        Self::UnderTwoMonths,
        Self::TwoToElevenMonths,
        Self::UnderOne,
        Self::OneToFour,
        Self::TwoMonthsToFour,
        Self::FiveToEleven,
        Self::UnderTwelve,
        Self::FromTwelve,
        Self::Maternal,
    ];

    /// The ages in days, both included.
    pub const fn days(self) -> RangeInclusive<i32> {
        match self {
            Self::Everybody => 0..=OLDEST,
            Self::UnderTwoMonths => 0..=months(2) - 1,
            Self::TwoToElevenMonths => months(2)..=years(1) - 1,
            Self::UnderOne => 0..=years(1) - 1,
            Self::OneToFour => years(1)..=years(5) - 1,
            Self::TwoMonthsToFour => months(2)..=years(5) - 1,
            Self::FiveToEleven => years(5)..=years(12) - 1,
            Self::UnderTwelve => 0..=years(12) - 1,
            Self::FromTwelve => years(12)..=OLDEST,
            Self::Maternal => years(*FERTILE.start())..=years(*FERTILE.end() + 1) - 1,
        }
    }

    /// True if this patient belongs to it, as far as the form tells.
    pub fn membership(self, intake: &Intake, speciality: Speciality) -> Membership {
        match self {
            Self::Everybody => Membership::Certain,
            Self::Maternal => maternal(intake, speciality),
            _ => among(self.days(), &age_days(intake).unwrap_or(years(12)..=OLDEST)),
        }
    }
}

/// The youngest and the oldest age in days that the form allows; none if it tells no age. An age of 4 months may be any
/// day before the fifth month.
pub(crate) fn age_days(intake: &Intake) -> Option<RangeInclusive<i32>> {
    let [in_years, in_months, in_days] =
        [Vital::AgeYears, Vital::AgeMonths, Vital::AgeDays].map(|unit| intake.figure(unit));
    let whole_months = in_years.unwrap_or(0) * 12 + in_months.unwrap_or(0);
    let from = months(whole_months);
    match (in_years, in_months, in_days) {
        (_, _, Some(days)) => Some(from + days..=from + days),
        (_, Some(_), None) => Some(from..=months(whole_months + 1) - 1),
        (Some(age), None, None) => Some(from..=years(age + 1) - 1),
        (None, None, None) => None,
    }
}

fn among(population: RangeInclusive<i32>, age: &RangeInclusive<i32>) -> Membership {
    if population.contains(age.start()) && population.contains(age.end()) {
        Membership::Certain
    } else if age.start() <= population.end() && age.end() >= population.start() {
        Membership::Possible
    } else {
        Membership::No
    }
}

/// What is stated counts first. A request to an obstetrician is for a woman around a birth unless the form says
/// otherwise.
fn maternal(intake: &Intake, speciality: Speciality) -> Membership {
    let stated = intake.pregnancy.map(|pregnancy| *pregnancy.reveal());
    let male = intake.sex.is_some_and(|sex| *sex.reveal() == Sex::Male);
    match stated {
        Some(Pregnancy::None) => Membership::No,
        Some(_) => Membership::Certain,
        None if intake.term_weeks.is_some() => Membership::Certain,
        None if male => Membership::No,
        None => {
            let by_age =
                age_days(intake).map_or(Membership::Possible, |age| among(Population::Maternal.days(), &age));
            match (by_age, speciality) {
                (Membership::No, _) => Membership::No,
                (_, Speciality::Obstetrics) => Membership::Certain,
                (_, _) => Membership::Possible,
            }
        }
    }
}
