//! What a specialist drafts, and each of its lines in the words that stand on paper.

use super::words;
use crate::{
    drug::{DoseUnit, Formulary, Product, ProductId},
    id::{ConsultationId, PrescriptionId},
    pii::Pii,
    prescription::{Justification, PrescribedLine},
    text::clean,
};
use serde::{Deserialize, Serialize};

/// A draft of a prescription, as its page sends it to be checked and signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PrescriptionDraft {
    /// Identifier that the page makes, so that a draft that is sent twice is signed once.
    pub prescription: PrescriptionId,
    /// The consultation.
    pub consultation: ConsultationId,
    /// The drugs.
    pub lines: Pii<Vec<DraftLine>>,
    /// Known allergies in the specialist's words; none if nothing was typed.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub allergies: Option<Pii<String>>,
    /// The reasons for which questioned lines stand.
    #[serde(default = "nothing")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Pii<Vec<Justification>>>"))]
    pub justifications: Pii<Vec<Justification>>,
    /// The prescription of this consultation that this one replaces.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub replaces: Option<PrescriptionId>,
}

/// One drug of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct DraftLine {
    /// The drug.
    pub drug: DraftDrug,
    /// Thousandths of the product's unit at each intake; none if the directions tell it.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub dose_milli: Option<u32>,
    /// Intakes a day; none if the directions tell them.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub per_day: Option<u8>,
    /// Days of the course.
    pub days: u16,
    /// What the specialist adds, as `après les repas`.
    #[serde(default)]
    pub directions: String,
}

/// A drug of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum DraftDrug {
    /// A product of the formulary.
    Listed(ProductId),
    /// Another drug, with strength and form, in the specialist's words.
    Other(String),
}

impl DraftLine {
    /// The product of the formulary; none for another drug, and for a product that is not in it.
    pub(super) fn product<'a>(&self, formulary: &'a Formulary) -> Option<&'a Product> {
        match &self.drug {
            DraftDrug::Listed(id) => formulary.get(id),
            DraftDrug::Other(_) => None,
        }
    }

    /// Micrograms of the substance a day; none if they cannot be counted.
    pub(super) fn daily_ug(&self, product: &Product) -> Option<u64> {
        let (dose, per_day) = (u64::from(self.dose_milli?), u64::from(self.per_day?));
        Some(dose * per_day * product.ug_per_unit? / 1_000)
    }

    /// Units of the product for the whole course; 0 where they cannot be counted.
    fn quantity(&self, unit: DoseUnit) -> u32 {
        let counted =
            !matches!(unit, DoseUnit::Application | DoseUnit::Drop | DoseUnit::Puff | DoseUnit::Unit);
        let (Some(dose), Some(per_day)) = (self.dose_milli, self.per_day) else { return 0 };
        let milli = u64::from(dose) * u64::from(per_day) * u64::from(self.days);
        if counted { u32::try_from(milli.div_ceil(1_000)).unwrap_or_default() } else { 0 }
    }

    /// The line in words; none if it is incomplete or impossible.
    pub(super) fn prescribed(&self, formulary: &Formulary) -> Option<PrescribedLine> {
        let is_possible = self.dose_milli.is_none_or(|milli| (1..=DOSE_MILLI).contains(&milli))
            && self.per_day.is_none_or(|times| (1..=PER_DAY).contains(&times))
            && (1..=DAYS).contains(&self.days);
        let more = one_line(&self.directions, DIRECTIONS_CHARS)?;
        let (product, atc, drug, unit) = match &self.drug {
            DraftDrug::Listed(id) => {
                let product = formulary.get(id)?;
                (Some(product.id.clone()), product.atc.0.clone(), product.label(), Some(product.unit))
            }
            DraftDrug::Other(name) => (None, String::new(), one_line(name, DRUG_CHARS)?, None),
        };
        let directions = words::directions(self.dose_milli.zip(unit), self.per_day, &more);
        let is_told = !drug.is_empty() && !directions.is_empty();
        let dose = self.dose_milli.zip(unit);
        // A dose of a drug in free words has no unit, so that its directions must say it.
        let is_counted = dose.is_some() || (self.dose_milli.is_none() && !more.is_empty());
        let quantity = unit.map_or(0, |unit| self.quantity(unit));
        let unit = unit
            .filter(|_| quantity > 0)
            .map_or_else(String::new, |unit| words::units(quantity, unit).to_owned());
        let days = self.days;
        (is_possible && is_told && is_counted).then_some(PrescribedLine {
            product,
            atc,
            drug,
            directions,
            days,
            quantity,
            unit,
        })
    }
}

/// A text that fits into one line of paper; none if it is too long.
pub(super) fn one_line(text: &str, chars: usize) -> Option<String> {
    if text.len() > 8 * chars {
        return None;
    }
    let line = clean(text).split_whitespace().collect::<Vec<_>>().join(" ");
    (line.chars().count() <= chars).then_some(line)
}

const fn nothing() -> Pii<Vec<Justification>> {
    Pii::new(Vec::new())
}

/// A thousand units at one intake.
const DOSE_MILLI: u32 = 1_000_000;
/// Once an hour.
const PER_DAY: u8 = 24;
/// A year.
const DAYS: u16 = 365;
const DRUG_CHARS: usize = 80;
const DIRECTIONS_CHARS: usize = 80;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_units_of_a_course_are_rounded_up_and_drops_are_not_counted() {
        let drug = DraftDrug::Other("x".into());
        let line =
            DraftLine { drug, dose_milli: Some(1_500), per_day: Some(3), days: 5, directions: String::new() };
        assert_eq!(line.quantity(DoseUnit::Tablet), 23);
        assert_eq!(line.quantity(DoseUnit::Drop), 0);
    }
}
