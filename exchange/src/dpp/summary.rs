//! What a post is shown of a record: allergies, problems, drugs and the last documents, each as one line. The whole is small enough for
//! a link of 40 kbit/s.

use super::{
    Unusable,
    answer::{Entry, entries, is_id, line},
};
use serde_json::Value;
use teranga_clinic::prescribing::{KnownAllergy, denies_allergies};

/// The record of a patient in short.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Allergies and intolerances that nobody refuted.
    pub allergies: Vec<SummaryLine>,
    /// What the checks of a prescription must know of all of them, also of those that are not shown.
    pub known: Vec<KnownAllergy>,
    /// Problems that are not resolved.
    pub problems: Vec<SummaryLine>,
    /// Drugs that are taken.
    pub drugs: Vec<SummaryLine>,
    /// The last documents, the newest first.
    pub documents: Vec<DocumentLine>,
    /// True if there is more than is shown.
    pub more: bool,
}

/// One line of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryLine {
    /// What it is.
    pub text: String,
    /// What is added: the reaction of an allergy, the dose of a drug.
    pub detail: Option<String>,
    /// FHIR's date as far as it is known, as `2024-03`.
    pub since: Option<String>,
    /// True for an allergy of high criticality.
    pub grave: bool,
    /// True for an entry that says that no allergy is known.
    pub denies: bool,
}

/// A document of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentLine {
    /// The server's identifier, with which it is opened; none if it cannot be.
    pub id: Option<String>,
    /// Its title or kind.
    pub title: String,
    /// FHIR's `instant` of its making.
    pub date: Option<String>,
    /// Its author as the record names them.
    pub author: Option<String>,
}

/// Reads the answers to the four questions of [`record_requests`](super::record_requests), in their order. `patient` is the server's
/// identifier; an entry about somebody else makes the whole unusable.
///
/// # Errors
/// See [`Unusable`].
pub fn summary(answers: [&[u8]; 4], patient: &str) -> Result<Summary, Unusable> {
    let [allergies, problems, drugs, documents] = answers;
    let allergies = own(allergies, "AllergyIntolerance", patient)?;
    let known = allergies.iter().filter_map(|one| known_allergy(&one.resource)).collect();
    // The grave ones come first, so that none of them is left out.
    let mut allergies: Vec<_> = allergies.iter().filter_map(|one| allergy(&one.resource)).collect();
    allergies.sort_by_key(|one| !one.grave);
    let mut more = allergies.len() > LINES;
    allergies.truncate(LINES);
    let mut of =
        |json, kind, read: fn(&Value) -> Option<SummaryLine>| -> Result<Vec<SummaryLine>, Unusable> {
            let lines: Vec<_> =
                own(json, kind, patient)?.iter().filter_map(|one| read(&one.resource)).collect();
            more |= lines.len() > LINES;
            Ok(lines.into_iter().take(LINES).collect())
        };
    let (problems, drugs) = (of(problems, "Condition", problem)?, of(drugs, "MedicationStatement", drug)?);
    let documents = own(documents, "DocumentReference", patient)?;
    let documents = documents.iter().filter_map(|one| document(&one.resource)).take(DOCUMENTS).collect();
    Ok(Summary { allergies, known, problems, drugs, documents, more })
}

/// The entries of this kind, all of which must be about the patient.
fn own(json: &[u8], kind: &str, patient: &str) -> Result<Vec<Entry>, Unusable> {
    let entries: Vec<_> = entries(json)?.into_iter().filter(|entry| entry.kind() == Some(kind)).collect();
    let is_own = |entry: &Entry| {
        let subject = ["patient", "subject"].map(|key| entry.resource[key]["reference"].as_str());
        let id = subject.into_iter().flatten().next().and_then(|reference| reference.rsplit('/').next());
        id == Some(patient)
    };
    if entries.iter().all(is_own) { Ok(entries) } else { Err(Unusable::OtherPatient) }
}

fn allergy(resource: &Value) -> Option<SummaryLine> {
    stands(resource).then_some(())?;
    // An allergy without words is shown by its code: it must not be lost.
    let coded = || resource["code"]["coding"][0]["code"].as_str().map(line).filter(|code| !code.is_empty());
    let substance = || text(&resource["reaction"][0]["substance"]);
    let text_of = text(&resource["code"]).or_else(substance).or_else(coded)?;
    let denies = says_none(resource);
    Some(SummaryLine {
        text: text_of,
        detail: text(&resource["reaction"][0]["manifestation"][0]),
        since: date(&resource["onsetDateTime"]).or_else(|| date(&resource["recordedDate"])),
        grave: resource["criticality"] == "high" && !denies,
        denies,
    })
}

/// What the checks of a prescription must know of an allergy; none for one that is over, and for an entry that says that there is none.
fn known_allergy(resource: &Value) -> Option<KnownAllergy> {
    if !stands(resource) || says_none(resource) {
        return None;
    }
    let none = Vec::new();
    let reactions = resource["reaction"].as_array().unwrap_or(&none);
    let substances = reactions.iter().map(|reaction| &reaction["substance"]);
    let concepts = || std::iter::once(&resource["code"]).chain(substances.clone());
    let names = concepts().flat_map(names).take(NAMES).collect();
    let is_atc = |coding: &&Value| coding["system"] == ATC;
    let codes = concepts().flat_map(codings).filter(is_atc).filter_map(|coding| coding["code"].as_str());
    let codes = codes.map(str::trim).filter(|code| code.len() <= ATC_BYTES).take(NAMES);
    Some(KnownAllergy { names, atc: codes.map(str::to_uppercase).collect() })
}

/// True for an allergy that nobody refuted and that is not over.
fn stands(resource: &Value) -> bool {
    let is_wrong = matches!(code(&resource["verificationStatus"]), Some("entered-in-error" | "refuted"));
    let is_over = matches!(code(&resource["clinicalStatus"]), Some("inactive" | "resolved"));
    !is_wrong && !is_over
}

/// True for an entry by which a record says that no allergy is known: by its code, or in words. One with a reaction is an allergy whatever it is called,
/// and so is a grave one that only words deny.
fn says_none(resource: &Value) -> bool {
    if resource["reaction"].as_array().is_some_and(|all| !all.is_empty()) {
        return false;
    }
    let concept = &resource["code"];
    let by_code = codings(concept)
        .iter()
        .any(|coding| coding["code"].as_str().is_some_and(|code| NONE_KNOWN.contains(&code)));
    let names = names(concept);
    let in_words = || !names.is_empty() && names.iter().all(|name| denies_allergies(name));
    by_code || (resource["criticality"] != "high" && in_words())
}

/// Every name of a `CodeableConcept`: its text, and the displays of its codings.
fn names(concept: &Value) -> Vec<String> {
    let displays = codings(concept).iter().filter_map(|coding| coding["display"].as_str());
    concept["text"].as_str().into_iter().chain(displays).map(line).filter(|name| !name.is_empty()).collect()
}

fn codings(concept: &Value) -> &[Value] {
    concept["coding"].as_array().map_or(&[], Vec::as_slice)
}

fn problem(resource: &Value) -> Option<SummaryLine> {
    let is_wrong = matches!(code(&resource["verificationStatus"]), Some("entered-in-error" | "refuted"));
    let is_over = matches!(code(&resource["clinicalStatus"]), Some("inactive" | "resolved" | "remission"));
    if is_wrong || is_over {
        return None;
    }
    let since = date(&resource["onsetDateTime"]).or_else(|| date(&resource["recordedDate"]));
    Some(SummaryLine { text: text(&resource["code"])?, detail: None, since, grave: false, denies: false })
}

fn drug(resource: &Value) -> Option<SummaryLine> {
    (resource["status"] == "active").then_some(())?;
    let since = date(&resource["effectiveDateTime"]).or_else(|| date(&resource["effectivePeriod"]["start"]));
    let detail = resource["dosage"][0]["text"].as_str().map(line).filter(|text| !text.is_empty());
    Some(SummaryLine {
        text: text(&resource["medicationCodeableConcept"])?,
        detail,
        since,
        grave: false,
        denies: false,
    })
}

fn document(resource: &Value) -> Option<DocumentLine> {
    (resource["status"] == "current").then_some(())?;
    let title =
        resource["content"][0]["attachment"]["title"].as_str().or_else(|| resource["description"].as_str());
    let title = title.map(line).filter(|title| !title.is_empty()).or_else(|| text(&resource["type"]))?;
    let author = resource["author"][0]["display"].as_str().map(line);
    let id = resource["id"].as_str().filter(|id| is_id(id)).map(str::to_owned);
    Some(DocumentLine { id, title, date: date(&resource["date"]), author })
}

/// The text of a `CodeableConcept`, or the display of its first coding that has one.
fn text(concept: &Value) -> Option<String> {
    let coded = || concept["coding"].as_array()?.iter().find_map(|coding| coding["display"].as_str());
    concept["text"].as_str().or_else(coded).map(line).filter(|text| !text.is_empty())
}

fn code(concept: &Value) -> Option<&str> {
    concept["coding"][0]["code"].as_str()
}

/// A date or an instant, if it looks like one.
fn date(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    let is_part = |byte: u8| byte.is_ascii_digit() || b"T:.+Z-".contains(&byte);
    let begins = text.bytes().take(4).all(|byte| byte.is_ascii_digit());
    ((4..=35).contains(&text.len()) && begins && text.bytes().all(is_part)).then(|| text.to_owned())
}

/// The system of codes of drugs.
const ATC: &str = "http://www.whocc.no/atc";

/// The codes that say that no allergy is known: of SNOMED CT, as the International Patient Summary uses it, and of its own system
/// `absent-unknown-uv-ips`.
const NONE_KNOWN: &[&str] = &[
    "716186003",
    "409137002",
    "429625007",
    "428607008",
    "428197003",
    "716184000",
    "716220001",
    "no-known-allergies",
    "no-known-medication-allergies",
    "no-known-environmental-allergies",
    "no-known-food-allergies",
];

/// The longest code of a drug, in bytes.
const ATC_BYTES: usize = 7;
/// The most names, and the most codes, of one allergy.
const NAMES: usize = 20;
/// The most lines of each kind that are shown.
const LINES: usize = 12;
/// The most documents that are shown.
const DOCUMENTS: usize = 5;
