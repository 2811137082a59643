//! The parts of a danger rule: its population, its tests, its severity and its sentence; and how one rule is applied to one
//! form.

use super::{
    population::{Membership, Population},
    source::Place,
};
use crate::{people::Speciality, request::Intake, vital::Vital};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One rule: if the patient belongs to the population and every test holds, the value of the first test is dangerous.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Stable name, for the table in `docs/clinical-rules.md`.
    pub id: &'static str,
    /// The patients for whom it is made.
    pub population: Population,
    /// The tests. All of them must hold.
    pub tests: &'static [Test],
    /// The severity for a patient who certainly belongs to the population.
    pub severity: Severity,
    /// The sentence for the screen.
    pub word: Word,
    /// The publication, and the place in it.
    pub source: Place,
}

/// A comparison of one value with a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Test {
    /// The value.
    pub vital: Vital,
    /// The direction.
    pub is: Is,
    /// The limit, on the scale of [`Vital::possible`].
    pub limit: i32,
}

/// Direction of a comparison. The limit itself always counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Is {
    /// The limit or more.
    AtLeast,
    /// The limit or less.
    AtMost,
}

/// Severity of a danger, the milder one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The value is abnormal, or would be dangerous if the patient belongs to a group to which they may belong.
    Warning,
    /// A life may depend on it now.
    Danger,
}

/// A dangerous value of a form. It tells how ill a patient is, so no log may hold it: `Debug` prints a placeholder.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Danger {
    /// The value that turns red.
    pub vital: Vital,
    /// How grave it is.
    pub severity: Severity,
    /// The sentence that explains it.
    pub word: Word,
}

impl fmt::Debug for Danger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Danger(‹redacted›)")
    }
}

/// Declares the sentences. Their texts stand in the pages' catalogues under `client.danger`.
macro_rules! words {
    ($($(#[$doc:meta])+ $name:ident),+ $(,)?) => {
        /// A sentence that explains a danger; its text is `client.danger.<word>` in the pages' catalogues.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        #[serde(rename_all = "snake_case")]
        pub enum Word { $($(#[$doc])+ $name),+ }

        impl Word {
            /// Every sentence.
            pub const ALL: &[Self] = &[$(Self::$name),+];
        }
    };
}

words! {
    /// Convulsions.
    Convulsions,
    /// No reaction, or to pain only.
    Unresponsive,
    /// Not fully awake.
    Drowsy,
    /// Low oxygen saturation.
    OxygenLow,
    /// Slow capillary refill, a sign of shock.
    RefillSlow,
    /// Heavy bleeding.
    BleedingHeavy,
    /// Bleeding late in a pregnancy.
    BleedingLate,
    /// Severe pallor.
    PallorSevere,
    /// Pallor.
    Pallor,
    /// Pallor with fast breathing, a sign of severe anaemia.
    PallorBreathless,
    /// Hypoglycaemia.
    GlucoseLow,
    /// Fever of a young infant.
    FeverInfant,
    /// Low temperature of a young infant.
    ColdInfant,
    /// High fever.
    FeverHigh,
    /// Fever.
    Fever,
    /// Low temperature.
    Cold,
    /// Fast breathing for this age.
    BreathingFast,
    /// Slow breathing for this age.
    BreathingSlow,
    /// Fast pulse for this age.
    PulseFast,
    /// Slow pulse for this age.
    PulseSlow,
    /// Fast pulse around a birth, a sign of shock.
    PulseShock,
    /// Severe hypertension.
    PressureSevere,
    /// Hypertension in pregnancy.
    PressurePregnancy,
    /// Hypertension.
    PressureHigh,
    /// Low pressure, a sign of shock.
    PressureLow,
    /// The fetus does not move.
    FetusStill,
    /// The fetus moves less.
    FetusLess,
    /// Membranes ruptured before 37 weeks.
    MembranesEarly,
    /// Ruptured membranes with fever.
    MembranesFever,
    /// Membranes ruptured.
    MembranesRuptured,
}

impl Test {
    /// True if the value is known and beyond the limit.
    pub fn holds(&self, intake: &Intake) -> bool {
        intake.figure(self.vital).is_some_and(|figure| match self.is {
            Is::AtLeast => figure >= self.limit,
            Is::AtMost => figure <= self.limit,
        })
    }
}

impl Rule {
    /// The severity of this rule's danger for a patient; none if the rule does not apply. A patient who only may belong
    /// to the population is warned of it.
    pub fn applies(&self, intake: &Intake, speciality: Speciality) -> Option<Severity> {
        if !self.tests.iter().all(|test| test.holds(intake)) {
            return None;
        }
        match self.population.membership(intake, speciality) {
            Membership::No => None,
            Membership::Possible => Some(Severity::Warning),
            Membership::Certain => Some(self.severity),
        }
    }
}
