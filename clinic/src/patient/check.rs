//! A check of a patient's identity at the national record, as this server itself has seen it.

use super::{directory::year_of, name::NameKey};
use crate::{pii::Pii, request::Intake, time::Timestamp, vital::Sex};

/// A time at which the national record (DPP) was certain, in front of a post, who has a number. The server notes it when it answers the post,
/// so that it does not depend on what a page says later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityCheck {
    /// Whom the record meant.
    pub who: CheckedIdentity,
    /// The way in which the record became certain.
    pub way: CheckWay,
    /// The time.
    pub at: Timestamp,
}

/// A person of the national record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedIdentity {
    /// The number.
    pub number: Pii<String>,
    /// The name.
    pub name: Pii<String>,
    /// FHIR's `birthDate`: a year, a month or a day.
    pub born: Option<Pii<String>>,
    /// FHIR's `gender`.
    pub gender: Option<Pii<String>>,
}

/// The way in which the national record became certain, from the weakest to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckWay {
    /// The post asked for the number, and the record has it.
    Number,
    /// The post asked by name, year of birth and sex, and the record called one person certain, whom the post chose.
    Match,
    /// The record thought of somebody, and the patient answered two questions as it says.
    Questions,
}

impl CheckedIdentity {
    /// True if the form of a request is certainly about somebody else: by name, by sex, or by years of age.
    pub fn contradicts(&self, intake: &Intake, at: Timestamp) -> bool {
        let name = intake.name.as_ref().map(|name| NameKey::of(name.reveal()));
        let other_name = name
            .filter(|name| !name.is_empty())
            .is_some_and(|name| name.likeness(&NameKey::of(self.name.reveal())) < ALIKE);
        let sex = intake.sex.as_ref().map(|sex| match sex.reveal() {
            Sex::Female => "female",
            Sex::Male => "male",
        });
        let known = self.gender.as_ref().map(|gender| gender.reveal().as_str());
        let known = known.filter(|gender| ["female", "male"].contains(gender));
        let other_sex = sex.zip(known).is_some_and(|(sex, known)| sex != known);
        let born: Option<i32> = self.born.as_ref().and_then(|date| date.reveal().get(..4)?.parse().ok());
        let age = born.map(|born| i32::from(year_of(at)) - born);
        let said = intake.age_years.as_ref().map(|years| i32::from(*years.reveal()));
        let other_age = said.zip(age).is_some_and(|(said, age)| (said - age).abs() > YEARS);
        other_name || other_sex || other_age
    }
}

/// The likeness of names below which they are those of two people. Initials are above it.
const ALIKE: f64 = 0.7;

/// The years by which a stated age may differ: many people say theirs as they believe it to be.
const YEARS: i32 = 5;
