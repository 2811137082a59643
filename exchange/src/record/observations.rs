//! The examinations of a consultation as observations.

use super::{
    names::Names,
    people::People,
    systems::Systems,
    vitals::{Reading, Value, readings},
};
use crate::fhir::{Annotation, CodeableConcept, Coding, Component, Observation, Resource, instant};
use teranga_clinic::{consultation::Consultation, request::Intake, time::Timestamp};
use uuid::Uuid;

/// One examination: its time, and what it says.
pub(super) struct Examined {
    pub(super) at: Timestamp,
    pub(super) readings: Vec<(Uuid, Reading)>,
}

/// The examinations, that of the request first.
pub(super) fn examinations(consultation: &Consultation, names: Names, systems: &Systems) -> Vec<Examined> {
    let first: (Timestamp, &Intake) = (consultation.requested_at(), &consultation.request().intake);
    let later = consultation.examinations().iter().map(|one| (one.at, &one.intake));
    let examined = |(number, (at, intake)): (usize, (Timestamp, &Intake))| {
        let name = |reading: Reading| (names.id("observation", format!("{number}/{}", reading.key)), reading);
        Examined { at, readings: readings(intake, systems).into_iter().map(name).collect() }
    };
    std::iter::once(first).chain(later).enumerate().map(examined).collect()
}

/// Their resources.
pub(super) fn resources(examined: &[Examined], names: Names, people: &People<'_>) -> Vec<(Uuid, Resource)> {
    let of = |one: &Examined| {
        let observation = |(id, reading): &(Uuid, Reading)| {
            let common = Observation {
                id: id.to_string(),
                status: "final",
                subject: names.subject(),
                encounter: names.in_encounter(),
                effective_date_time: instant(one.at),
                performer: vec![people.post()],
                ..Observation::default()
            };
            (*id, Resource::from(filled(common, reading)))
        };
        one.readings.iter().map(observation).collect::<Vec<_>>()
    };
    examined.iter().flat_map(of).collect()
}

fn filled(common: Observation, reading: &Reading) -> Observation {
    let category = if reading.is_vital_sign { ("vital-signs", "Vital Signs") } else { ("exam", "Exam") };
    let category = Coding::new(CATEGORY, category.0, category.1);
    let component = |(code, value): &(CodeableConcept, Value)| Component {
        code: code.clone(),
        value_quantity: if let Value::Measured(quantity) = value { quantity.clone() } else { <_>::default() },
        data_absent_reason: absent(value),
    };
    let observation = Observation {
        category: vec![CodeableConcept { coding: vec![category], text: String::new() }],
        code: reading.code.clone(),
        data_absent_reason: absent(&reading.value),
        note: notes(reading),
        component: reading.parts.iter().map(component).collect(),
        ..common
    };
    match &reading.value {
        Value::Measured(quantity) => Observation { value_quantity: quantity.clone(), ..observation },
        Value::Choice(choice) => Observation { value_codeable_concept: choice.clone(), ..observation },
        Value::Count(count) => Observation { value_integer: Some(*count), ..observation },
        Value::Words(words) => Observation { value_string: words.clone(), ..observation },
        _ => observation,
    }
}

/// The reason why there is no value; nothing if there is one.
fn absent(value: &Value) -> CodeableConcept {
    let concept =
        |(code, display, words)| CodeableConcept::new(Coding::new(ABSENT_REASON, code, display), words);
    value.absence().map_or_else(CodeableConcept::default, concept)
}

/// What was typed where no value could be read.
fn notes(reading: &Reading) -> Vec<Annotation> {
    let values = std::iter::once((&reading.code, &reading.value));
    let values = values.chain(reading.parts.iter().map(|(code, value)| (code, value)));
    let note = |(code, value): (&CodeableConcept, &Value)| match value {
        Value::AsTyped(typed) => Some(Annotation::words(format!("{} : {typed}", code.text))),
        _ => None,
    };
    values.filter_map(note).collect()
}

const CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/observation-category";
const ABSENT_REASON: &str = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
