//! What an examination says, each value with its code, its unit and its French words. A value that is not known is never 0.

use super::systems::Systems;
use crate::fhir::{CodeableConcept, Coding, Decimal, Quantity, text};
use teranga_clinic::{
    request::{Bleeding, Intake},
    vital::{Consciousness, FetalMovement, Membranes, Pallor, Pregnancy, Vital},
};

/// One line of an examination.
pub(super) struct Reading {
    /// Its name among the readings of an examination.
    pub(super) key: &'static str,
    /// What was measured.
    pub(super) code: CodeableConcept,
    /// True for what FHIR calls a vital sign.
    pub(super) is_vital_sign: bool,
    /// The value; for a pressure its two parts stand beside it.
    pub(super) value: Value,
    /// The parts of a pressure.
    pub(super) parts: Vec<(CodeableConcept, Value)>,
}

/// A value, or why there is none.
#[derive(Clone)]
pub(super) enum Value {
    /// A number with a unit.
    Measured(Quantity),
    /// A count.
    Count(u32),
    /// A choice.
    Choice(CodeableConcept),
    /// Words.
    Words(String),
    /// Parts have the values.
    InParts,
    /// Nobody noted it.
    NotNoted,
    /// Somebody tried and could not.
    Unmeasurable,
    /// A pressure or a pulse was looked for and not found.
    NotFound,
    /// Something was typed that it cannot be.
    AsTyped(String),
}

impl Value {
    /// The code and the words of the reason why there is no value (FHIR R4, data-absent-reason).
    pub(super) const fn absence(&self) -> Option<(&'static str, &'static str, &'static str)> {
        match self {
            Self::NotNoted => Some(("unknown", "Unknown", "Non noté")),
            Self::Unmeasurable => Some(("unknown", "Unknown", "N’a pas pu être mesuré")),
            Self::NotFound => Some(("unknown", "Unknown", "Recherché et introuvable (0 saisi)")),
            Self::AsTyped(_) => Some(("as-text", "As Text", "Saisi sous une forme illisible")),
            _ => None,
        }
    }

    /// The value in French.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Measured(quantity) => format!("{} {}", quantity.value.french(), quantity.unit),
            Self::Count(count) => count.to_string(),
            Self::Choice(choice) => choice.text.clone(),
            Self::Words(words) => words.clone(),
            Self::InParts => String::new(),
            Self::AsTyped(typed) => format!("saisi « {typed} »"),
            Self::NotNoted | Self::Unmeasurable | Self::NotFound => {
                self.absence().map_or_else(String::new, |(_, _, words)| words.to_lowercase())
            }
        }
    }
}

impl Reading {
    /// The reading in French.
    pub(super) fn words(&self) -> String {
        let value = match self.parts.as_slice() {
            [] => self.value.words(),
            parts => {
                let part = |(code, value): &(CodeableConcept, Value)| {
                    format!("{} {}", code.text.to_lowercase(), value.words())
                };
                parts.iter().map(part).collect::<Vec<_>>().join(", ")
            }
        };
        format!("{} : {value}", self.code.text)
    }

    /// True if it, or a part of it, could not be measured.
    pub(super) fn is_unmeasured(&self) -> bool {
        let mut values = std::iter::once(&self.value).chain(self.parts.iter().map(|(_, value)| value));
        values.any(|value| matches!(value, Value::Unmeasurable | Value::NotFound))
    }
}

/// Everything that an examination says, in the order in which a clinician reads it.
pub(super) fn readings(intake: &Intake, systems: &Systems) -> Vec<Reading> {
    let form = Form { intake, systems };
    let first = [form.age(), form.pregnancy(), form.pressure()];
    let scales = SCALES.iter().map(|scale| form.measured(scale));
    let choices = CHOSEN.iter().map(|(vital, key, words)| form.chosen(*vital, key, words));
    first.into_iter().chain(scales).chain(choices).flatten().collect()
}

/// How a number is told.
struct Scale {
    vital: Vital,
    key: &'static str,
    loinc: &'static [(&'static str, &'static str)],
    words: &'static str,
    /// Code and word of the unit; none for a count.
    unit: Option<(&'static str, &'static str)>,
    is_vital_sign: bool,
}

const SCALES: [Scale; 10] = [
    Scale {
        vital: Vital::Pulse,
        key: "pulse",
        loinc: &[("8867-4", "Heart rate")],
        words: "Pouls",
        unit: Some(("/min", "/min")),
        is_vital_sign: true,
    },
    Scale {
        vital: Vital::BreathingRate,
        key: "breathing-rate",
        loinc: &[("9279-1", "Respiratory rate")],
        words: "Fréquence respiratoire",
        unit: Some(("/min", "/min")),
        is_vital_sign: true,
    },
    Scale {
        vital: Vital::Spo2,
        key: "spo2",
        loinc: &[
            ("2708-6", "Oxygen saturation in Arterial blood"),
            ("59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry"),
        ],
        words: "Saturation en oxygène",
        unit: Some(("%", "%")),
        is_vital_sign: true,
    },
    Scale {
        vital: Vital::TemperatureDc,
        key: "temperature",
        loinc: &[("8310-5", "Body temperature")],
        words: "Température",
        unit: Some(("Cel", "°C")),
        is_vital_sign: true,
    },
    Scale {
        vital: Vital::WeightG,
        key: "weight",
        loinc: &[("29463-7", "Body weight")],
        words: "Poids",
        unit: Some(("kg", "kg")),
        is_vital_sign: true,
    },
    Scale {
        vital: Vital::TermWeeks,
        key: "term",
        loinc: &[("49051-6", "Gestational age in weeks")],
        words: "Terme",
        unit: Some(("wk", "semaines")),
        is_vital_sign: false,
    },
    Scale {
        vital: Vital::Gravidity,
        key: "gravidity",
        loinc: &[("11996-6", "[#] Pregnancies")],
        words: "Gestité",
        unit: None,
        is_vital_sign: false,
    },
    Scale {
        vital: Vital::Parity,
        key: "parity",
        loinc: &[("11977-6", "[#] Parity")],
        words: "Parité",
        unit: None,
        is_vital_sign: false,
    },
    Scale {
        vital: Vital::GlucoseMgDl,
        key: "glucose",
        loinc: &[("2339-0", "Glucose [Mass/volume] in Blood")],
        words: "Glycémie",
        unit: Some(("mg/dL", "mg/dl")),
        is_vital_sign: false,
    },
    Scale {
        vital: Vital::CapillaryRefillS,
        key: "capillary-refill",
        loinc: &[],
        words: "Temps de recoloration cutanée",
        unit: Some(("s", "s")),
        is_vital_sign: false,
    },
];

/// What is chosen by name.
const CHOSEN: [(Vital, &str, &str); 6] = [
    (Vital::Consciousness, "consciousness", "Conscience (AVPU)"),
    (Vital::Pallor, "pallor", "Pâleur"),
    (Vital::Convulsions, "convulsions", "Convulsions"),
    (Vital::Bleeding, "bleeding", "Saignement"),
    (Vital::FetalMovement, "fetal-movement", "Mouvements du fœtus"),
    (Vital::Membranes, "membranes", "Membranes"),
];

/// The form of one examination.
struct Form<'a> {
    intake: &'a Intake,
    systems: &'a Systems,
}

impl Form<'_> {
    fn reading(&self, key: &'static str, loinc: &[(&str, &str)], words: &str, value: Value) -> Reading {
        let mut coding: Vec<_> = loinc.iter().map(|(code, display)| Coding::loinc(code, display)).collect();
        if coding.is_empty() {
            coding.push(self.systems.coding("observation", key));
        }
        let code = CodeableConcept { coding, text: words.to_owned() };
        Reading { key, code, is_vital_sign: false, value, parts: Vec::new() }
    }

    /// Why there is no value: none if nobody noted anything about it.
    fn lack(&self, vital: Vital) -> Option<Value> {
        let typed = self.intake.as_typed.iter().find(|typed| *typed.vital.reveal() == vital);
        let typed = typed.map(|typed| text(typed.text.reveal())).filter(|typed| !typed.is_empty());
        let tried = self.intake.unmeasurable.iter().any(|one| *one.reveal() == vital);
        typed.map(Value::AsTyped).or_else(|| tried.then_some(Value::Unmeasurable))
    }

    fn age(&self) -> Option<Reading> {
        let figure = |vital| self.intake.figure(vital);
        let ages = (figure(Vital::AgeYears), figure(Vital::AgeMonths), figure(Vital::AgeDays));
        let lack = || {
            [Vital::AgeYears, Vital::AgeMonths, Vital::AgeDays].into_iter().find_map(|vital| self.lack(vital))
        };
        let value = age(ages).or_else(lack)?;
        Some(self.reading("age", &[("30525-0", "Age")], "Âge", value))
    }

    fn pregnancy(&self) -> Option<Reading> {
        let coding = |code, display| Coding::loinc(code, display);
        let value = match self.intake.pregnancy.as_ref()?.reveal() {
            Pregnancy::Pregnant => CodeableConcept::new(coding("LA15173-0", "Pregnant"), "Enceinte"),
            Pregnancy::None => CodeableConcept::new(coding("LA26683-5", "Not pregnant"), "Pas enceinte"),
            Pregnancy::Postpartum => {
                self.systems.concept("pregnancy", "postpartum", "Accouchée depuis moins de six semaines")
            }
        };
        Some(self.reading("pregnancy", &[("82810-3", "Pregnancy status")], "Grossesse", Value::Choice(value)))
    }

    fn pressure(&self) -> Option<Reading> {
        let of = |vital| match self.intake.figure(vital) {
            Some(0) => Some(Value::NotFound),
            Some(figure) => Some(Value::Measured(Quantity::ucum(Decimal::whole(figure), "mm[Hg]", "mmHg"))),
            None => self.lack(vital),
        };
        let (systolic, diastolic) = (of(Vital::Systolic), of(Vital::Diastolic));
        if systolic.is_none() && diastolic.is_none() {
            return None;
        }
        let part = |code, display, words: &str, value: Option<Value>| {
            (CodeableConcept::new(Coding::loinc(code, display), words), value.unwrap_or(Value::NotNoted))
        };
        let display = "Blood pressure panel with all children optional";
        let panel = self.reading("pressure", &[("85354-9", display)], "Tension artérielle", Value::InParts);
        let parts = vec![
            part("8480-6", "Systolic blood pressure", "Systolique", systolic),
            part("8462-4", "Diastolic blood pressure", "Diastolique", diastolic),
        ];
        Some(Reading { is_vital_sign: true, parts, ..panel })
    }

    fn measured(&self, scale: &Scale) -> Option<Reading> {
        let value = match (self.intake.figure(scale.vital), scale.vital) {
            (Some(0), Vital::Pulse) => Value::NotFound,
            (Some(figure), vital) => Value::of(figure, vital, scale.unit),
            (None, vital) => self.lack(vital)?,
        };
        let reading = self.reading(scale.key, scale.loinc, scale.words, value);
        Some(Reading { is_vital_sign: scale.is_vital_sign, ..reading })
    }

    fn chosen(&self, vital: Vital, key: &'static str, words: &str) -> Option<Reading> {
        let chosen = choice(self.intake, vital);
        let value = match chosen {
            Some((code, words)) => Value::Choice(self.systems.concept(key, code, words)),
            None => self.lack(vital)?,
        };
        Some(self.reading(key, &[], words, value))
    }
}

impl Value {
    fn of(figure: i32, vital: Vital, unit: Option<(&'static str, &'static str)>) -> Self {
        let Some((code, word)) = unit else { return Self::Count(u32::try_from(figure).unwrap_or_default()) };
        let number = u32::try_from(figure).unwrap_or_default();
        let value = match vital {
            Vital::TemperatureDc => Decimal::tenths(number),
            Vital::WeightG => Decimal::thousandths(number),
            _ => Decimal::whole(figure),
        };
        Self::Measured(Quantity::ucum(value, code, word))
    }
}

/// An age in the largest unit that tells it exactly; in words where none does.
fn age(ages: (Option<i32>, Option<i32>, Option<i32>)) -> Option<Value> {
    let quantity =
        |figure: i32, code, words| Value::Measured(Quantity::ucum(Decimal::whole(figure), code, words));
    match ages {
        (None, None, None) => None,
        (Some(years), None, None) => Some(quantity(years, "a", "ans")),
        (years, Some(months), None) => Some(quantity(12 * years.unwrap_or_default() + months, "mo", "mois")),
        (None | Some(0), None | Some(0), Some(days)) => Some(quantity(days, "d", "jours")),
        (years, months, days) => {
            let parts = [(years, "ans"), (months, "mois"), (days, "jours")];
            let told = parts.iter().filter_map(|(part, unit)| {
                part.filter(|part| *part > 0).map(|part| format!("{part} {unit}"))
            });
            Some(Value::Words(told.collect::<Vec<_>>().join(" ")))
        }
    }
}

/// What was chosen, as its code and its French words.
fn choice(intake: &Intake, vital: Vital) -> Option<(&'static str, &'static str)> {
    Some(match vital {
        Vital::Consciousness => match intake.consciousness.as_ref()?.reveal() {
            Consciousness::Alert => ("alert", "Éveillé"),
            Consciousness::Voice => ("voice", "Réagit à la voix"),
            Consciousness::Pain => ("pain", "Réagit seulement à la douleur"),
            Consciousness::Unresponsive => ("unresponsive", "Ne réagit pas"),
        },
        Vital::Pallor => match intake.pallor.as_ref()?.reveal() {
            Pallor::None => ("none", "Aucune"),
            Pallor::Some => ("some", "Légère"),
            Pallor::Severe => ("severe", "Sévère"),
        },
        Vital::Convulsions => match intake.convulsions.as_ref()?.reveal() {
            true => ("yes", "Oui"),
            false => ("no", "Non"),
        },
        Vital::Bleeding => match intake.bleeding.as_ref()?.reveal() {
            Bleeding::None => ("none", "Aucun"),
            Bleeding::Light => ("light", "Léger"),
            Bleeding::Heavy => ("heavy", "Abondant"),
        },
        Vital::FetalMovement => match intake.fetal_movement.as_ref()?.reveal() {
            FetalMovement::Normal => ("normal", "Comme d’habitude"),
            FetalMovement::Reduced => ("reduced", "Diminués"),
            FetalMovement::Absent => ("absent", "Absents"),
        },
        Vital::Membranes => match intake.membranes.as_ref()?.reveal() {
            Membranes::Intact => ("intact", "Intactes"),
            Membranes::Ruptured => ("ruptured", "Rompues"),
        },
        _ => return None,
    })
}
