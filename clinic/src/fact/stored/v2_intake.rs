//! The intake form in version 2 of the stored form. The values that version 1 does not know are
//! left out where they are unknown, so that a form without them is written as in version 1. This file is not changed any more
//! once it is released: see the module above.

use super::v1::{Bleeding, Language, values};
use crate::{pii::Pii, request, vital};
use serde::{Deserialize, Serialize};

/// The form. A field that is not there is unknown.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Intake {
    dpp: Option<Pii<String>>,
    reason: Pii<String>,
    age_years: Option<Pii<u8>>,
    term_weeks: Option<Pii<u8>>,
    systolic: Option<Pii<u16>>,
    diastolic: Option<Pii<u16>>,
    pulse: Option<Pii<u16>>,
    temperature_dc: Option<Pii<u16>>,
    bleeding: Option<Pii<Bleeding>>,
    convulsions: Option<Pii<bool>>,
    language: Option<Language>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Pii<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sex: Option<Pii<Sex>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    age_months: Option<Pii<u8>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    age_days: Option<Pii<u8>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight_g: Option<Pii<u32>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    breathing_rate: Option<Pii<u16>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spo2: Option<Pii<u8>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consciousness: Option<Pii<Consciousness>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    capillary_refill_s: Option<Pii<u8>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pallor: Option<Pii<Pallor>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    glucose_mg_dl: Option<Pii<u16>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pregnancy: Option<Pii<Pregnancy>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gravidity: Option<Pii<u8>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parity: Option<Pii<u8>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fetal_movement: Option<Pii<FetalMovement>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    membranes: Option<Pii<Membranes>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unmeasurable: Vec<Vital>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    as_typed: Vec<AsTyped>,
}

/// A text that was typed for a value that it cannot be.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AsTyped {
    vital: Vital,
    text: Pii<String>,
}

values!(Sex of vital::Sex { Female, Male });
values!(Consciousness of vital::Consciousness { Alert, Voice, Pain, Unresponsive });
values!(Pallor of vital::Pallor { None, Some, Severe });
values!(Pregnancy of vital::Pregnancy { None, Pregnant, Postpartum });
values!(FetalMovement of vital::FetalMovement { Normal, Reduced, Absent });
values!(Membranes of vital::Membranes { Intact, Ruptured });
values!(Vital of vital::Vital {
    AgeYears, AgeMonths, AgeDays, WeightG, TermWeeks, Gravidity, Parity, Systolic, Diastolic, Pulse, BreathingRate, Spo2,
    TemperatureDc, GlucoseMgDl, CapillaryRefillS, Consciousness, Pallor, Convulsions, Bleeding, FetalMovement, Membranes
});

fn other<T: Into<U>, U>(choice: Option<Pii<T>>) -> Option<Pii<U>> {
    choice.map(|choice| Pii::new(choice.into_inner().into()))
}

impl From<request::Intake> for Intake {
    fn from(form: request::Intake) -> Self {
        Self {
            dpp: form.dpp,
            reason: form.reason,
            age_years: form.age_years,
            term_weeks: form.term_weeks,
            systolic: form.systolic,
            diastolic: form.diastolic,
            pulse: form.pulse,
            temperature_dc: form.temperature_dc,
            bleeding: other(form.bleeding),
            convulsions: form.convulsions,
            language: form.language.map(Into::into),
            name: form.name,
            sex: other(form.sex),
            age_months: form.age_months,
            age_days: form.age_days,
            weight_g: form.weight_g,
            breathing_rate: form.breathing_rate,
            spo2: form.spo2,
            consciousness: other(form.consciousness),
            capillary_refill_s: form.capillary_refill_s,
            pallor: other(form.pallor),
            glucose_mg_dl: form.glucose_mg_dl,
            pregnancy: other(form.pregnancy),
            gravidity: form.gravidity,
            parity: form.parity,
            fetal_movement: other(form.fetal_movement),
            membranes: other(form.membranes),
            unmeasurable: form.unmeasurable.into_iter().map(|vital| vital.into_inner().into()).collect(),
            as_typed: form.as_typed.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Intake> for request::Intake {
    fn from(form: Intake) -> Self {
        Self {
            dpp: form.dpp,
            reason: form.reason,
            age_years: form.age_years,
            term_weeks: form.term_weeks,
            systolic: form.systolic,
            diastolic: form.diastolic,
            pulse: form.pulse,
            temperature_dc: form.temperature_dc,
            bleeding: other(form.bleeding),
            convulsions: form.convulsions,
            language: form.language.map(Into::into),
            name: form.name,
            sex: other(form.sex),
            age_months: form.age_months,
            age_days: form.age_days,
            weight_g: form.weight_g,
            breathing_rate: form.breathing_rate,
            spo2: form.spo2,
            consciousness: other(form.consciousness),
            capillary_refill_s: form.capillary_refill_s,
            pallor: other(form.pallor),
            glucose_mg_dl: form.glucose_mg_dl,
            pregnancy: other(form.pregnancy),
            gravidity: form.gravidity,
            parity: form.parity,
            fetal_movement: other(form.fetal_movement),
            membranes: other(form.membranes),
            unmeasurable: form.unmeasurable.into_iter().map(|vital| Pii::new(vital.into())).collect(),
            as_typed: form.as_typed.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<vital::AsTyped> for AsTyped {
    fn from(typed: vital::AsTyped) -> Self {
        Self { vital: typed.vital.into_inner().into(), text: typed.text }
    }
}

impl From<AsTyped> for vital::AsTyped {
    fn from(typed: AsTyped) -> Self {
        Self { vital: Pii::new(typed.vital.into()), text: typed.text }
    }
}
