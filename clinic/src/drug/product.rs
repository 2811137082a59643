//! One product of the formulary, and the amounts a day that are published for it.

use serde::{Deserialize, Serialize};

/// Name of a product in the formulary, as `amoxicilline-250-cd`. It is never given to another product.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct ProductId(pub String);

/// A code of the Anatomical Therapeutic Chemical classification, level 5, as `J01CA04`; level 4 for the few groups without one, as
/// `A07CA`, oral rehydration salts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Atc(pub String);

impl Atc {
    /// The chemical subgroup (level 4), as `J01CA`: two drugs of one subgroup act alike.
    pub fn subgroup(&self) -> &str {
        self.0.get(..5).unwrap_or(&self.0)
    }

    /// True for a code of level 4 or 5: a letter, two figures, two letters, and for level 5 two figures.
    fn is_valid(&self) -> bool {
        let bytes = self.0.as_bytes();
        let is = |at: usize, letter: bool| {
            bytes
                .get(at)
                .is_some_and(|byte| if letter { byte.is_ascii_uppercase() } else { byte.is_ascii_digit() })
        };
        let shape = [true, false, false, true, true, false, false];
        matches!(bytes.len(), 5 | 7)
            && shape[..bytes.len()].iter().enumerate().all(|(at, letter)| is(at, *letter))
    }
}

/// The way in which a product is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// Swallowed.
    Oral,
    /// Under the tongue.
    Sublingual,
    /// Into the rectum.
    Rectal,
    /// Into the vagina.
    Vaginal,
    /// Into a muscle.
    Intramuscular,
    /// Into a vein.
    Intravenous,
    /// Under the skin.
    Subcutaneous,
    /// Breathed in.
    Inhaled,
    /// On the skin.
    Cutaneous,
    /// Into the eye.
    Ophthalmic,
    /// Into the ear.
    Otic,
    /// Into the nose.
    Nasal,
}

/// The unit in which a dose of a product is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum DoseUnit {
    /// Tablet.
    Tablet,
    /// Capsule.
    Capsule,
    /// Millilitre.
    Ml,
    /// Ampoule.
    Ampoule,
    /// Vial.
    Vial,
    /// Sachet.
    Sachet,
    /// Drop.
    Drop,
    /// Puff of an inhaler.
    Puff,
    /// Suppository.
    Suppository,
    /// One application to the skin or an eye.
    Application,
    /// One dose of something that has no smaller part.
    Dose,
    /// International unit.
    Unit,
}

impl DoseUnit {
    /// Every unit.
    pub const ALL: [Self; 12] = [
        Self::Tablet,
        Self::Capsule,
        Self::Ml,
        Self::Ampoule,
        Self::Vial,
        Self::Sachet,
        Self::Drop,
        Self::Puff,
        Self::Suppository,
        Self::Application,
        Self::Dose,
        Self::Unit,
    ];
}

/// A class of substances that share an allergy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AllergyClass {
    /// Penicillins.
    Penicillin,
    /// Cephalosporins.
    Cephalosporin,
    /// Sulfonamides.
    Sulfonamide,
    /// Macrolides.
    Macrolide,
    /// Quinolones.
    Quinolone,
    /// Tetracyclines.
    Tetracycline,
    /// Aminoglycosides.
    Aminoglycoside,
    /// Non-steroidal anti-inflammatory drugs.
    Nsaid,
    /// Salicylates.
    Salicylate,
    /// Opioids.
    Opioid,
    /// Quinine.
    Quinine,
    /// Artemisinins.
    Artemisinin,
    /// Iodine.
    Iodine,
    /// Local anaesthetics.
    LocalAnaesthetic,
    /// Benzodiazepines.
    Benzodiazepine,
}

/// The weight of what is published about a drug in a pregnancy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PregnancyLevel {
    /// It is not to be given.
    Avoid,
    /// It is given only if the need outweighs the risk.
    Caution,
}

/// What is published about a drug in a pregnancy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PregnancyNote {
    /// The weight of it.
    pub level: PregnancyLevel,
    /// The weeks of pregnancy for which it holds, both included; none for all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weeks: Option<(u8, u8)>,
    /// The publication.
    pub source: String,
    /// How far the number was compared with it: `published`, `quoted` or `not_yet`.
    pub compared: String,
}

/// The published amounts of a substance a day, for patients of some ages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DailyRange {
    /// The youngest age in months.
    #[serde(default)]
    pub from_months: u16,
    /// The age in months at which it ends; none if it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_months: Option<u16>,
    /// The least and most micrograms a day for each kilogram.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ug_per_kg: Option<(u64, u64)>,
    /// The least and most micrograms a day, where the weight does not matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ug: Option<(u64, u64)>,
    /// The most micrograms a day for any weight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_ug: Option<u64>,
    /// The publication.
    pub source: String,
    /// How far the numbers were compared with it: `published`, `quoted` or `not_yet`.
    pub compared: String,
}

/// A least and a most amount a day, in micrograms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AmountRange {
    /// The least.
    pub least_ug: u64,
    /// The most.
    pub most_ug: u64,
}

impl DailyRange {
    /// True if it is made for this age.
    pub fn is_for(&self, months: u16) -> bool {
        months >= self.from_months && self.to_months.is_none_or(|to| months < to)
    }

    /// The range for a patient of this weight; none if the weight matters and is unknown.
    pub fn range(&self, weight_g: Option<u32>) -> Option<AmountRange> {
        if let Some((least_ug, most_ug)) = self.ug {
            return Some(AmountRange { least_ug, most_ug });
        }
        let ((least, most), weight_g) = (self.ug_per_kg?, u64::from(weight_g?));
        let cap = |ug_per_kg: u64| (ug_per_kg * weight_g / 1_000).min(self.max_ug.unwrap_or(u64::MAX));
        Some(AmountRange { least_ug: cap(least), most_ug: cap(most) })
    }

    fn is_valid(&self) -> bool {
        let rises = |range: Option<(u64, u64)>| {
            range.is_none_or(|(least, most)| 0 < least && least <= most && most < MOST_UG)
        };
        let ages = self.to_months.is_none_or(|to| self.from_months < to);
        ages && rises(self.ug) && rises(self.ug_per_kg) && self.ug.is_some() != self.ug_per_kg.is_some()
    }
}

/// A kilogram, in micrograms: more than any dose, and little enough to be multiplied by any weight.
const MOST_UG: u64 = 1_000_000_000;

/// A medicine that can be prescribed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Name in the formulary.
    pub id: ProductId,
    /// Code of the substance.
    pub atc: Atc,
    /// International name (DCI) in French.
    pub inn: String,
    /// Strength as on the label.
    pub strength: String,
    /// Form, in French.
    pub form: String,
    /// Way in which it is given.
    pub route: Route,
    /// Unit in which a dose is counted.
    pub unit: DoseUnit,
    /// Micrograms of the substance in a unit; none where the dose does not follow from a substance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ug_per_unit: Option<u64>,
    /// Classes of substances that share an allergy with it.
    #[serde(default, rename = "class", skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<AllergyClass>,
    /// What is published about it in a pregnancy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pregnancy: Option<PregnancyNote>,
    /// True for a narcotic or psychotropic drug, of which each delivery needs a prescription of its own.
    #[serde(default, skip_serializing_if = "is_false")]
    pub not_renewable: bool,
    /// Published amounts a day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub daily: Vec<DailyRange>,
    /// Usual numbers of intakes a day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub usual_per_day: Vec<u8>,
    /// Usual longest course in days; none for a treatment without an end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_max: Option<u16>,
    /// True if a health post is expected to have it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub stock: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl Product {
    /// The label, as `amoxicilline 250 mg, comprimé dispersible`.
    pub fn label(&self) -> String {
        let Self { inn, strength, form, .. } = self;
        if strength.is_empty() { format!("{inn}, {form}") } else { format!("{inn} {strength}, {form}") }
    }

    /// The published amounts a day for a patient of this age and weight, as one range over all of them; none if nothing is
    /// published for them, or the weight matters and is unknown.
    pub fn daily_range(&self, months: u16, weight_g: Option<u32>) -> Option<AmountRange> {
        let ranges = self.daily.iter().filter(|daily| daily.is_for(months));
        ranges.filter_map(|daily| daily.range(weight_g)).reduce(|all, one| AmountRange {
            least_ug: all.least_ug.min(one.least_ug),
            most_ug: all.most_ug.max(one.most_ug),
        })
    }

    /// True if what is published for this age depends on the weight.
    pub fn needs_weight(&self, months: u16) -> bool {
        let mut ranges = self.daily.iter().filter(|daily| daily.is_for(months));
        ranges.any(|daily| daily.ug_per_kg.is_some())
    }

    /// The flaw that makes it useless, if there is one.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        let is_id = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-';
        if self.id.0.is_empty() || self.id.0.len() > ID_BYTES || !self.id.0.chars().all(is_id) {
            return Err("an identifier has 1 to 40 small letters, figures and hyphens");
        }
        if !self.atc.is_valid() {
            return Err("the ATC code is not one of level 4 or 5");
        }
        if self.inn.is_empty() || self.form.is_empty() || self.label().len() > LABEL_BYTES {
            return Err("a label is empty or too long");
        }
        if !self.daily.iter().all(DailyRange::is_valid) {
            return Err("a range of amounts or ages is impossible");
        }
        if !self.daily.is_empty() && self.ug_per_unit.is_none_or(|ug| ug == 0) {
            return Err("amounts a day without the amount in a unit");
        }
        Ok(())
    }
}

const ID_BYTES: usize = 40;
const LABEL_BYTES: usize = 120;

#[cfg(test)]
mod tests {
    use super::*;

    fn daily(ug_per_kg: (u64, u64), max_ug: u64) -> DailyRange {
        let (source, compared) = (String::new(), String::new());
        DailyRange {
            from_months: 2,
            to_months: Some(180),
            ug_per_kg: Some(ug_per_kg),
            ug: None,
            max_ug: Some(max_ug),
            source,
            compared,
        }
    }

    #[test]
    fn an_amount_by_weight_is_capped_and_unknown_without_a_weight() {
        let rule = daily((40_000, 90_000), 3_000_000);
        assert_eq!(rule.range(Some(12_000)), Some(AmountRange { least_ug: 480_000, most_ug: 1_080_000 }));
        assert_eq!(rule.range(Some(60_000)).unwrap().most_ug, 3_000_000);
        assert_eq!(rule.range(None), None);
        assert_eq!([1, 2, 179, 180].map(|months| rule.is_for(months)), [false, true, true, false]);
    }

    #[test]
    fn a_code_of_level_five_has_its_subgroup() {
        for (code, is_valid) in [
            ("J01CA04", true),
            ("A07CA", true),
            ("J01CA0", false),
            ("j01CA04", false),
            ("J01CAé4", false),
            ("", false),
        ] {
            assert_eq!(Atc(code.into()).is_valid(), is_valid, "{code}");
        }
        assert_eq!(Atc("J01CA04".into()).subgroup(), "J01CA");
        assert_eq!(Atc("J".into()).subgroup(), "J");
    }
}
