//! The values of the intake form that somebody measures or looks for: their names, their bounds, and the words that are
//! chosen instead of a figure. What a value means for the patient stands in [`danger`](crate::danger).

use crate::pii::Pii;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// A value of the form. Its name is that of its field in [`Intake`](crate::request::Intake).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Vital {
    /// Age, in years.
    AgeYears,
    /// Age of a small child, in months.
    AgeMonths,
    /// Age of a newborn, in days.
    AgeDays,
    /// Weight, in grams.
    WeightG,
    /// Duration of the pregnancy, in weeks.
    TermWeeks,
    /// Number of pregnancies, this one included.
    Gravidity,
    /// Number of births.
    Parity,
    /// Systolic blood pressure, in mmHg.
    Systolic,
    /// Diastolic blood pressure, in mmHg.
    Diastolic,
    /// Pulse, in beats a minute.
    Pulse,
    /// Breathing rate, in breaths a minute.
    BreathingRate,
    /// Oxygen saturation by pulse oximeter, in percent.
    Spo2,
    /// Temperature, in tenths of a degree Celsius.
    TemperatureDc,
    /// Blood glucose, in milligrams per decilitre.
    GlucoseMgDl,
    /// Capillary refill time, in seconds.
    CapillaryRefillS,
    /// Consciousness.
    Consciousness,
    /// Pallor.
    Pallor,
    /// Convulsions.
    Convulsions,
    /// Bleeding.
    Bleeding,
    /// Movement of the fetus.
    FetalMovement,
    /// Membranes of the fetus.
    Membranes,
}

impl Vital {
    /// Every value, in the order in which a clinician reads them.
    pub const ALL: [Self; 21] = [
        Self::AgeYears,
        Self::AgeMonths,
        Self::AgeDays,
        Self::WeightG,
        Self::TermWeeks,
        Self::Gravidity,
        Self::Parity,
        Self::Systolic,
        Self::Diastolic,
        Self::Pulse,
        Self::BreathingRate,
        Self::Spo2,
        Self::TemperatureDc,
        Self::GlucoseMgDl,
        Self::CapillaryRefillS,
        Self::Consciousness,
        Self::Pallor,
        Self::Convulsions,
        Self::Bleeding,
        Self::FetalMovement,
        Self::Membranes,
    ];

    /// The figures that a living patient can have, with room for the extremes that were ever published. The server
    /// refuses others, and the form asks about them. A pressure or a pulse of 0 is "not found".
    #[expect(clippy::match_same_arms, reason = "a table is read by its values")]
    pub const fn possible(self) -> RangeInclusive<i32> {
        match self {
            Self::AgeYears => 0..=120,
            Self::AgeMonths => 0..=240,
            Self::AgeDays => 0..=250,
            Self::WeightG => 300..=400_000,
            Self::TermWeeks => 0..=45,
            Self::Gravidity | Self::Parity => 0..=30,
            Self::Systolic | Self::Pulse => 0..=350,
            Self::Diastolic => 0..=250,
            Self::BreathingRate => 0..=150,
            Self::Spo2 => 20..=100,
            Self::TemperatureDc => 100..=470,
            Self::GlucoseMgDl => 1..=2_000,
            Self::CapillaryRefillS => 0..=30,
            Self::Consciousness => 0..=3,
            Self::Pallor | Self::Bleeding | Self::FetalMovement => 0..=2,
            Self::Convulsions | Self::Membranes => 0..=1,
        }
    }

    /// The figures that a post meets. The form asks about others whether they are a slip, and sends them as they are if
    /// they are not.
    pub const fn plausible(self) -> RangeInclusive<i32> {
        match self {
            Self::AgeYears => 0..=110,
            Self::AgeMonths => 0..=72,
            Self::AgeDays => 0..=99,
            Self::WeightG => 800..=200_000,
            Self::TermWeeks => 4..=44,
            Self::Gravidity => 1..=16,
            Self::Parity => 0..=16,
            Self::Systolic => 40..=260,
            Self::Diastolic => 20..=160,
            Self::Pulse => 25..=250,
            Self::BreathingRate => 4..=110,
            Self::Spo2 => 50..=100,
            Self::TemperatureDc => 320..=425,
            Self::GlucoseMgDl => 15..=600,
            Self::CapillaryRefillS => 0..=10,
            _ => self.possible(),
        }
    }
}

/// What somebody typed into the field of a value that it cannot be. It travels as it was typed, because a slip of the
/// finger must not hide that something was measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct AsTyped {
    /// The value that was asked for.
    #[cfg_attr(feature = "typescript", ts(as = "Vital"))]
    pub vital: Pii<Vital>,
    /// The text in the field.
    pub text: Pii<String>,
}

/// Declares values that are chosen by name, from the harmless one to the gravest.
macro_rules! choices {
    ($($(#[$doc:meta])+ $name:ident { $($(#[$variant_doc:meta])+ $variant:ident),+ $(,)? })+) => {$(
        $(#[$doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])+ $variant),+ }

        impl $name {
            /// Every choice, the harmless one first.
            pub const ALL: &[Self] = &[$(Self::$variant),+];
        }
    )+};
}

choices! {
    /// Consciousness by the AVPU scale.
    Consciousness {
        /// Awake.
        Alert,
        /// Reacts to a voice.
        Voice,
        /// Reacts to pain only.
        Pain,
        /// Does not react.
        Unresponsive,
    }
    /// Pallor of palms and conjunctivae.
    Pallor {
        /// None.
        None,
        /// Some.
        Some,
        /// Severe: the palms look white.
        Severe,
    }
    /// Movement of the fetus, as the mother feels it.
    FetalMovement {
        /// As usual.
        Normal,
        /// Less than usual.
        Reduced,
        /// None.
        Absent,
    }
    /// Membranes of the fetus.
    Membranes {
        /// Intact.
        Intact,
        /// Ruptured.
        Ruptured,
    }
    /// Sex of the patient.
    Sex {
        /// Female.
        Female,
        /// Male.
        Male,
    }
    /// Pregnancy of the patient.
    Pregnancy {
        /// Neither pregnant nor delivered in the last six weeks.
        None,
        /// Pregnant.
        Pregnant,
        /// Delivered in the last six weeks.
        Postpartum,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_post_meets_is_possible() {
        for vital in Vital::ALL {
            let (possible, plausible) = (vital.possible(), vital.plausible());
            assert!(possible.contains(plausible.start()) && possible.contains(plausible.end()), "{vital:?}");
        }
    }

    #[test]
    fn every_value_is_listed_once() {
        let mut all = Vital::ALL.to_vec();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), Vital::ALL.len());
        assert_eq!(Vital::Membranes as usize + 1, Vital::ALL.len());
    }
}
