//! The signed acts of a record: advice and prescriptions, with who signed each.

use super::{encounter::period, names::Names, people::People, source::Source};
use crate::{
    fhir::{
        Annotation, Attester, CodeableConcept, Coding, Decimal, DispenseRequest, Dosage, DoseAndRate,
        Identifier, MedicationRequest, Provenance, ProvenanceAgent, Quantity, Reference, Resource, Signature,
        Timing, TimingRepeat, instant, text,
    },
    prescription::cose_of,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::collections::BTreeSet;
use teranga_clinic::{
    drug::DoseUnit,
    fact::{Fact, What},
    id::PrescriptionId,
    prescribing::{Counted, dose_word},
    prescription::{PrescribedLine, Prescription, SignedPrescription},
    time::Timestamp,
};
use uuid::Uuid;

/// The facts that a specialist signs.
fn signed(facts: &[Fact]) -> impl Iterator<Item = (usize, &Fact)> {
    facts.iter().enumerate().filter(|(_, fact)| is_signed(&fact.what))
}

/// True for what a specialist signs.
pub(super) const fn is_signed(what: &What) -> bool {
    matches!(what, What::Advised { .. } | What::Prescribed { .. } | What::PrescriptionCancelled { .. })
}

/// Everybody who signed, with the time of their last signature.
pub(super) fn attesters(facts: &[Fact], people: &People<'_>) -> Vec<Attester> {
    let mut attesters: Vec<Attester> = Vec::new();
    for (_, fact) in signed(facts) {
        let (party, time) = (people.author(fact), instant(fact.at));
        match attesters.iter_mut().find(|known| known.party == party) {
            Some(known) => known.time = time,
            None => attesters.push(Attester { mode: "professional", time, party }),
        }
    }
    attesters
}

/// A specialist who signed something of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The name, for people.
    pub name: String,
    /// The number in the register of the professional order, if the signature names one.
    pub order_number: Option<String>,
}

/// Everybody who signed, each once, in the order of their first signatures.
pub fn signers(source: &Source<'_>) -> Vec<Signer> {
    let facts = source.history.facts();
    let people = People::of(source, Names::of(source.history.consultation().id()));
    let mut known = BTreeSet::new();
    let new = signed(facts).filter_map(|(_, fact)| Some((fact, fact.by.as_ref()?)));
    new.filter(|(_, party)| known.insert(*party))
        .map(|(fact, party)| Signer { name: people.name_of(fact), order_number: people.order_number(party) })
        .collect()
}

/// The name of one drug of a prescription.
pub(super) fn line_id(names: Names, prescription: PrescriptionId, line: usize) -> Uuid {
    names.id("medication", format!("{prescription}/{line}"))
}

/// One resource for each drug of each prescription.
pub(super) fn prescriptions(source: &Source<'_>, names: Names, people: &People<'_>) -> Vec<(Uuid, Resource)> {
    let facts = source.history.facts();
    let of = |prescription: &Prescription| {
        let signed = &prescription.signed;
        let is_its_fact = |fact: &&Fact| matches!(&fact.what, What::Prescribed { signed: of } if of.prescription == signed.prescription);
        let requester =
            facts.iter().find(is_its_fact).map_or_else(|| people.post(), |fact| people.author(fact));
        let line = |(number, line): (usize, &PrescribedLine)| {
            let id = line_id(names, signed.prescription, number);
            let request =
                MedicationRequest { requester: requester.clone(), ..drug(prescription, number, line, names) };
            (id, MedicationRequest { id: id.to_string(), ..request }.into())
        };
        signed.lines.reveal().iter().enumerate().map(line).collect::<Vec<_>>()
    };
    source.history.consultation().prescriptions().all().iter().flat_map(of).collect()
}

/// Who signed what. A prescription has a signature of its own by its specialist's key; advice is signed by the session of whoever
/// wrote it, so that its provenance holds none.
pub(super) fn provenances(source: &Source<'_>, names: Names, people: &People<'_>) -> Vec<(Uuid, Resource)> {
    let of = |(number, fact): (usize, &Fact)| {
        let id = names.id("provenance", number.to_string());
        let provenance = Provenance {
            id: id.to_string(),
            target: targets(source, names, &fact.what),
            occurred_date_time: instant(fact.at),
            recorded: instant(fact.at),
            activity: activity(&fact.what),
            agent: vec![ProvenanceAgent {
                r#type: CodeableConcept {
                    coding: vec![Coding::new(AGENT, "author", "Author")],
                    text: String::new(),
                },
                who: people.author(fact),
                on_behalf_of: Reference::default(),
            }],
            signature: signature(fact, people).into_iter().collect(),
        };
        (id, provenance.into())
    };
    signed(source.history.facts()).map(of).collect()
}

/// Who wrote down something that nobody signs, when it happened, and when the server learned it.
pub(super) fn written_down(
    id: Uuid,
    target: Vec<Reference>,
    (occurred, recorded): (Timestamp, Timestamp),
    (who, words): (Reference, &str),
) -> (Uuid, Resource) {
    let coding = vec![Coding::new(OPERATION, CREATE.0, CREATE.1)];
    let provenance = Provenance {
        id: id.to_string(),
        target,
        occurred_date_time: instant(occurred),
        recorded: instant(recorded),
        activity: CodeableConcept { coding, text: words.to_owned() },
        agent: vec![ProvenanceAgent {
            r#type: CodeableConcept {
                coding: vec![Coding::new(AGENT, "enterer", "Enterer")],
                text: String::new(),
            },
            who,
            on_behalf_of: Reference::default(),
        }],
        signature: Vec::new(),
    };
    (id, provenance.into())
}

fn drug(
    prescription: &Prescription,
    number: usize,
    line: &PrescribedLine,
    names: Names,
) -> MedicationRequest {
    let signed = &prescription.signed;
    let (status, status_reason) = status(prescription);
    MedicationRequest {
        status,
        status_reason,
        intent: "order",
        medication_codeable_concept: medication(line),
        subject: names.subject(),
        encounter: names.in_encounter(),
        authored_on: instant(signed.at),
        group_identifier: Identifier::uuid(signed.prescription.0),
        note: reasons(signed, number),
        dosage_instruction: vec![dosage(line)],
        dispense_request: DispenseRequest {
            validity_period: period(signed.at, Some(signed.valid_until)),
            quantity: amount(line, line.quantity),
        },
        ..MedicationRequest::default()
    }
}

/// How the drug of a line is taken: its words, and the numbers that they say.
fn dosage(line: &PrescribedLine) -> Dosage {
    let days = Quantity::ucum(Decimal::whole(line.days), "d", if line.days < 2 { "jour" } else { "jours" });
    let bounds_duration = if line.days == 0 { Quantity::default() } else { days };
    let counted = Counted::of(line);
    let often = counted.and_then(|counted| counted.per_day).map_or_else(TimingRepeat::default, |times| {
        let (frequency, period) = (Some(u32::from(times)), Decimal::whole(1));
        TimingRepeat { frequency, period, period_unit: "d", ..TimingRepeat::default() }
    });
    let dose = counted.and_then(|counted| counted.dose);
    Dosage {
        text: text(&line.directions),
        timing: Timing { repeat: TimingRepeat { bounds_duration, ..often } },
        dose_and_rate: dose.map(|dose| DoseAndRate { dose_quantity: dose_of(dose) }).into_iter().collect(),
    }
}

/// A dose. Units that UCUM knows have their code; a tablet is a word.
fn dose_of((milli, unit): (u32, DoseUnit)) -> Quantity {
    let value = if milli % 1_000 == 0 { Decimal::whole(milli / 1_000) } else { Decimal::thousandths(milli) };
    let unit_word = dose_word(unit, milli);
    match unit {
        DoseUnit::Ml => Quantity::ucum(value, "mL", unit_word),
        DoseUnit::Unit => Quantity::ucum(value, "[iU]", unit_word),
        DoseUnit::Drop => Quantity::ucum(value, "[drp]", unit_word),
        _ => Quantity { value, unit: unit_word.to_owned(), ..Quantity::default() },
    }
}

/// The drug of a line.
pub(super) fn medication(line: &PrescribedLine) -> CodeableConcept {
    let atc = Some(Coding::new(ATC, text(&line.atc), "")).filter(|coding| !coding.code.is_empty());
    CodeableConcept { coding: atc.into_iter().collect(), text: text(&line.drug) }
}

/// So many units of a line; nothing for one whose units cannot be counted.
pub(super) fn amount(line: &PrescribedLine, quantity: u32) -> Quantity {
    if line.quantity == 0 || quantity == 0 {
        return Quantity::default();
    }
    let value = Decimal::whole(quantity);
    if line.unit == "ml" {
        return Quantity::ucum(value, "mL", "ml");
    }
    Quantity { value, unit: text(&line.unit), ..Quantity::default() }
}

/// The status of a prescription, and why it is not in force.
fn status(prescription: &Prescription) -> (&'static str, CodeableConcept) {
    match (&prescription.cancelled, prescription.replaced_by) {
        (Some(cancelled), _) => ("cancelled", CodeableConcept::words(text(cancelled.why.reveal()))),
        (None, Some(by)) => ("stopped", CodeableConcept::words(format!("Remplacée par l’ordonnance {by}"))),
        (None, None) => ("active", CodeableConcept::default()),
    }
}

/// The reasons for which a questioned line stands, in the specialist's words.
fn reasons(signed: &SignedPrescription, number: usize) -> Vec<Annotation> {
    let of_line = signed.justifications.reveal().iter().filter(|one| usize::from(one.line) == number);
    of_line.map(|one| Annotation::words(text(&one.why))).filter(|note| !note.text.is_empty()).collect()
}

/// What a signature is about: the drugs of a prescription, or the document in which the advice stands.
fn targets(source: &Source<'_>, names: Names, what: &What) -> Vec<Reference> {
    let id = match what {
        What::Prescribed { signed } => Some(signed.prescription),
        What::PrescriptionCancelled { prescription, .. } => Some(*prescription),
        _ => None,
    };
    let known = id.and_then(|id| source.history.consultation().prescriptions().find(id));
    let lines = known.map_or(0, |known| known.signed.lines.reveal().len());
    match id.filter(|_| lines > 0) {
        Some(id) => (0..lines).map(|line| Reference::to(line_id(names, id, line))).collect(),
        None => vec![Reference::to(names.composition())],
    }
}

/// The kind of a signed act. The value set of FHIR knows a cancellation only as a revision, so both codes say it.
fn activity(what: &What) -> CodeableConcept {
    let (codes, words): (&[_], _) = match what {
        What::Advised { advice, .. } if advice.replaces.is_some() => (&[REVISE], "Conseil corrigé"),
        What::Advised { .. } => (&[CREATE], "Conseil signé"),
        What::PrescriptionCancelled { .. } => (&[REVISE, ("CANCEL", "cancel")], "Ordonnance annulée"),
        _ => (&[CREATE], "Ordonnance signée"),
    };
    let coding = codes.iter().map(|(code, display)| Coding::new(OPERATION, *code, *display)).collect();
    CodeableConcept { coding, text: words.to_owned() }
}

/// The signature of a prescription as its QR code holds it: a `COSE_Sign1` that carries what it signs.
fn signature(fact: &Fact, people: &People<'_>) -> Option<Signature> {
    let What::Prescribed { signed } = &fact.what else { return None };
    Some(Signature {
        r#type: vec![Coding::new(PURPOSE, "1.2.840.10065.1.12.1.1", "Author's Signature")],
        when: instant(signed.at),
        who: people.author(fact),
        sig_format: "application/cose",
        data: STANDARD.encode(cose_of(signed.text.reveal())?),
    })
}

const ATC: &str = "http://www.whocc.no/atc";
const AGENT: &str = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";
const OPERATION: &str = "http://terminology.hl7.org/CodeSystem/v3-DataOperation";
const CREATE: (&str, &str) = ("CREATE", "create");
const REVISE: (&str, &str) = ("UPDATE", "revise");
const PURPOSE: &str = "urn:iso-astm:E1762-95:2013";
