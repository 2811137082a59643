//! What a post is shown of a record: allergies, problems, drugs and the last documents, each as one line. The whole is small enough for
//! a link of 40 kbit/s.

use super::{
    Unusable,
    answer::{Entry, entries, line},
};
use serde_json::Value;

/// The record of a patient in short.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Allergies and intolerances that nobody refuted.
    pub allergies: Vec<SummaryLine>,
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
}

/// A document of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentLine {
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
    let mut more = false;
    let mut of =
        |json, kind, read: fn(&Value) -> Option<SummaryLine>| -> Result<Vec<SummaryLine>, Unusable> {
            let lines: Vec<_> =
                own(json, kind, patient)?.iter().filter_map(|one| read(&one.resource)).collect();
            more |= lines.len() > LINES;
            Ok(lines.into_iter().take(LINES).collect())
        };
    let mut allergies = of(allergies, "AllergyIntolerance", allergy)?;
    allergies.sort_by_key(|one| !one.grave);
    let (problems, drugs) = (of(problems, "Condition", problem)?, of(drugs, "MedicationStatement", drug)?);
    let documents = own(documents, "DocumentReference", patient)?;
    let documents = documents.iter().filter_map(|one| document(&one.resource)).take(DOCUMENTS).collect();
    Ok(Summary { allergies, problems, drugs, documents, more })
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
    let is_wrong = matches!(code(&resource["verificationStatus"]), Some("entered-in-error" | "refuted"));
    let is_over = matches!(code(&resource["clinicalStatus"]), Some("inactive" | "resolved"));
    if is_wrong || is_over {
        return None;
    }
    let reaction = &resource["reaction"][0]["manifestation"][0];
    Some(SummaryLine {
        text: text(&resource["code"])?,
        detail: text(reaction),
        since: date(&resource["onsetDateTime"]).or_else(|| date(&resource["recordedDate"])),
        grave: resource["criticality"] == "high",
    })
}

fn problem(resource: &Value) -> Option<SummaryLine> {
    let is_wrong = matches!(code(&resource["verificationStatus"]), Some("entered-in-error" | "refuted"));
    let is_over = matches!(code(&resource["clinicalStatus"]), Some("inactive" | "resolved" | "remission"));
    if is_wrong || is_over {
        return None;
    }
    let since = date(&resource["onsetDateTime"]).or_else(|| date(&resource["recordedDate"]));
    Some(SummaryLine { text: text(&resource["code"])?, detail: None, since, grave: false })
}

fn drug(resource: &Value) -> Option<SummaryLine> {
    (resource["status"] == "active").then_some(())?;
    let since = date(&resource["effectiveDateTime"]).or_else(|| date(&resource["effectivePeriod"]["start"]));
    let detail = resource["dosage"][0]["text"].as_str().map(line).filter(|text| !text.is_empty());
    Some(SummaryLine { text: text(&resource["medicationCodeableConcept"])?, detail, since, grave: false })
}

fn document(resource: &Value) -> Option<DocumentLine> {
    (resource["status"] == "current").then_some(())?;
    let title =
        resource["content"][0]["attachment"]["title"].as_str().or_else(|| resource["description"].as_str());
    let title = title.map(line).filter(|title| !title.is_empty()).or_else(|| text(&resource["type"]))?;
    let author = resource["author"][0]["display"].as_str().map(line);
    Some(DocumentLine { title, date: date(&resource["date"]), author })
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

/// The most lines of each kind that are shown.
const LINES: usize = 12;
/// The most documents that are shown.
const DOCUMENTS: usize = 5;
