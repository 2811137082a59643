//! What was given of the prescriptions, by the post or by a pharmacy. Each line of each act is a `MedicationDispense`.

use super::super::{
    acts::{amount, line_id, medication, written_down},
    names::Names,
    people::People,
    source::Source,
    systems::Systems,
};
use crate::fhir::{
    CodeableConcept, Coding, DispensePerformer, MedicationDispense, Reference, Resource, french_moment,
    instant, text,
};
use teranga_clinic::{
    dispensing::{Dispensed, DispensedLine, Pharmacy, RefusalReason},
    fact::{Fact, What},
    prescription::{PrescribedLine, Prescription},
};
use uuid::Uuid;

/// One act of dispensing.
struct Act<'a> {
    fact: &'a Fact,
    dispensed: &'a Dispensed,
    of: &'a Prescription,
}

/// A resource for each line of each act, and who wrote the act down.
pub(in super::super) fn resources(
    source: &Source<'_>,
    names: Names,
    people: &People<'_>,
) -> Vec<(Uuid, Resource)> {
    let of = |act: Act<'_>| {
        let line = |(given, line): (&DispensedLine, &PrescribedLine)| {
            let id = dispense_id(names, &act, given.line);
            (id, act.dispense(given, line, (names, people), source.systems).into())
        };
        let mut all: Vec<(Uuid, Resource)> = act.lines().map(line).collect();
        let target = all.iter().map(|(id, _)| Reference::to(*id)).collect();
        all.push(written_down(
            names.id("dispense-provenance", act.dispensed.act.0.to_string()),
            target,
            (act.dispensed.at, act.fact.at),
            (act.performer(people), "Délivrance"),
        ));
        all
    };
    acts(source).flat_map(of).collect()
}

/// What was given, line by line, and its resources.
pub(in super::super) fn told(
    source: &Source<'_>,
    names: Names,
    people: &People<'_>,
) -> (Vec<String>, Vec<Reference>) {
    let (mut lines, mut entry) = (Vec::new(), Vec::new());
    for act in acts(source) {
        let by = giver(act.dispensed).unwrap_or_else(|| people.staff_name(act.fact.staff.as_ref()));
        lines.push(format!("{}, par {by}", french_moment(act.dispensed.at)));
        for (given, line) in act.lines() {
            lines.push(format!("{} : {}", line.drug, said(given, line)));
            entry.push(Reference::to(dispense_id(names, &act, given.line)));
        }
    }
    (lines, entry)
}

/// The pharmacy that dispensed, as it named itself; none for the post.
pub(in super::super) fn giver(dispensed: &Dispensed) -> Option<String> {
    let Pharmacy { name, person } = dispensed.pharmacy.as_ref()?;
    let named = [person, name].map(|name| text(name.reveal()));
    let named: Vec<_> = named.into_iter().filter(|name| !name.is_empty()).collect();
    Some(format!("{} (pharmacie, noms non vérifiés)", named.join(", ")).trim_start().to_owned())
}

fn acts<'a>(source: &Source<'a>) -> impl Iterator<Item = Act<'a>> {
    let prescriptions = source.history.consultation().prescriptions();
    source.history.facts().iter().filter_map(move |fact| {
        let What::Dispensed { prescription, dispensed } = &fact.what else { return None };
        Some(Act { fact, dispensed, of: prescriptions.find(*prescription)? })
    })
}

impl<'a> Act<'a> {
    /// The lines to which something happened, with what was prescribed.
    fn lines(&self) -> impl Iterator<Item = (&'a DispensedLine, &'a PrescribedLine)> {
        let prescribed = self.of.signed.lines.reveal();
        let given = self.dispensed.lines.reveal().iter();
        given.filter_map(|given| Some((given, prescribed.get(usize::from(given.line))?)))
    }

    /// A pharmacy is known by the names that it typed, and has no resource of its own.
    fn performer(&self, people: &People<'_>) -> Reference {
        match giver(self.dispensed) {
            Some(display) => Reference { display, ..Reference::default() },
            None => people.staff_or_post(self.fact.staff.as_ref()),
        }
    }

    fn dispense(
        &self,
        given: &DispensedLine,
        line: &PrescribedLine,
        (names, people): (Names, &People<'_>),
        systems: &Systems,
    ) -> MedicationDispense {
        let id = dispense_id(names, self, given.line);
        let is_here = self.dispensed.pharmacy.is_none();
        let dispense = MedicationDispense {
            id: id.to_string(),
            medication_codeable_concept: medication(line),
            subject: names.subject(),
            context: names.in_encounter(),
            performer: vec![DispensePerformer { actor: self.performer(people) }],
            location: if is_here { people.place() } else { Reference::default() },
            authorizing_prescription: vec![Reference::to(line_id(
                names,
                self.of.signed.prescription,
                usize::from(given.line),
            ))],
            ..MedicationDispense::default()
        };
        match given.refused {
            Some(why) => MedicationDispense {
                status: "declined",
                status_reason_codeable_concept: refusal(why, systems),
                ..dispense
            },
            None => MedicationDispense {
                status: "completed",
                r#type: fill(given, line),
                quantity: amount(line, given.quantity),
                when_handed_over: instant(self.dispensed.at),
                ..dispense
            },
        }
    }
}

fn dispense_id(names: Names, act: &Act<'_>, line: u8) -> Uuid {
    names.id("dispense", format!("{}/{line}", act.dispensed.act.0))
}

/// Whether an act gave all that was prescribed of a line. What completes a part is a part, too.
fn fill(given: &DispensedLine, line: &PrescribedLine) -> CodeableConcept {
    let (code, display, words) = if given.quantity == line.to_dispense() {
        ("FFC", "First Fill - Complete", "En entier")
    } else {
        ("FFP", "First Fill - Part Fill", "En partie")
    };
    CodeableConcept::new(Coding::new(ACT_CODE, code, display), words)
}

/// What happened to a line, in French.
fn said(given: &DispensedLine, line: &PrescribedLine) -> String {
    match given.refused {
        Some(why) => format!("pas délivré ({})", refusal_words(why)),
        None if line.quantity == 0 => "délivré".to_owned(),
        None => format!("{} {} sur {}", given.quantity, text(&line.unit), line.quantity).replace("  ", " "),
    }
}

const fn refusal_words(why: RefusalReason) -> &'static str {
    match why {
        RefusalReason::OutOfStock => "il n’y en avait pas",
        RefusalReason::Declined => "le patient n’en voulait pas",
        RefusalReason::TooExpensive => "trop cher pour le patient",
        RefusalReason::Doubt => "un doute, à demander au spécialiste",
    }
}

/// The reason of a refusal in our code, and in that of HL7 where it has one.
fn refusal(why: RefusalReason, systems: &Systems) -> CodeableConcept {
    let hl7 = match why {
        RefusalReason::OutOfStock => Some(("outofstock", "Drug not available - out of stock")),
        RefusalReason::Doubt => Some(("clarif", "Prescription/Request requires clarification")),
        RefusalReason::Declined | RefusalReason::TooExpensive => None,
    };
    let mut reason = systems.coded("refusal", why, refusal_words(why));
    reason.coding.extend(hl7.map(|(code, display)| Coding::new(STATUS_REASON, code, display)));
    reason
}

const ACT_CODE: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
const STATUS_REASON: &str = "http://terminology.hl7.org/fhir/CodeSystem/medicationdispense-status-reason";
