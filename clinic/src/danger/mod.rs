//! Danger rules: which values of an intake form mean danger for this patient, by age and pregnancy, and which published
//! guideline says so. Server and kiosk judge by the same table, which is generated for the pages. The rules inform a
//! person; they decide nothing.

mod population;
mod rule;
mod rules;
mod source;
#[cfg(test)]
mod tests;

pub use population::{Membership, Population};
pub use rule::{Danger, Is, Rule, Severity, Test, Word};
pub use rules::RULES;
pub use source::{Comparison, Place, Source};

use crate::{people::Speciality, request::Intake};

/// The youngest age in days that a form allows; none if it tells no age.
pub(crate) fn youngest_days(intake: &Intake) -> Option<i32> {
    population::age_days(intake).map(|days| *days.start())
}

/// The dangerous values of a form for a request of this speciality, each once, the gravest first.
pub fn dangers(intake: &Intake, speciality: Speciality) -> Vec<Danger> {
    let mut found: Vec<Danger> = Vec::new();
    for wanted in [Severity::Danger, Severity::Warning] {
        for rule in RULES {
            let (vital, word) = (rule.tests[0].vital, rule.word);
            let new = found.iter().all(|danger| danger.vital != vital);
            if new && rule.applies(intake, speciality) == Some(wanted) {
                found.push(Danger { vital, severity: wanted, word });
            }
        }
    }
    found
}
