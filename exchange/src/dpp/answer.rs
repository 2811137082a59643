//! The answers of the DPP about who a patient is. An answer that cannot be trusted is refused with its reason, never half read.

use serde::Deserialize;
use std::fmt;
use teranga_clinic::text::clean;

/// The longest text of the national record that a post is shown, in characters. Longer ones end with "…".
pub const TEXT_CHARS: usize = 120;

/// Who was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// Nobody.
    Unknown,
    /// The patient with this number, or the only one whom the server is certain of.
    Certain(Candidate),
    /// People who may be meant, the likeliest first. Nobody is chosen for the post.
    Possible(Vec<Candidate>),
    /// The identity was joined to this other one (`link` of the type `replaced-by`), which is asked for instead, once.
    ReplacedBy(String),
}

/// How sure the server is of a match (extension `match-grade` of FHIR).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// The same person.
    Certain,
    /// Probably the same person: two questions are asked before.
    Probable,
    /// Perhaps. Such a person is not shown.
    Possible,
}

/// A patient of the DPP.
#[derive(Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The server's identifier.
    pub id: String,
    /// The name as one line.
    pub name: String,
    /// FHIR's `birthDate`: a year, a month or a day, as `1994-05`.
    pub born: Option<String>,
    /// FHIR's `gender`.
    pub gender: Option<String>,
    /// The number in the national record, if there is one.
    pub number: Option<String>,
    /// The town or village.
    pub town: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// How sure the server is.
    pub grade: Grade,
}

impl fmt::Debug for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidate").field("grade", &self.grade).finish_non_exhaustive()
    }
}

/// The reason for which an answer is not used. None of the texts holds anything of a patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// Something else than JSON came, such as XML or the page of a proxy.
    #[error("the answer is no FHIR JSON")]
    NoJson,
    /// The server answers 200 and tells of an error inside (`OperationOutcome`).
    #[error("the answer holds an error")]
    Error,
    /// Another resource than the one that was asked for.
    #[error("the answer is another resource")]
    Type,
    /// The patient has not the number that was asked for.
    #[error("the answer is about another patient")]
    OtherPatient,
    /// Two patients are said to be the only one.
    #[error("two patients are certain")]
    TwoCertain,
    /// There are more entries than anybody asked for.
    #[error("the answer has too many entries")]
    TooMany,
}

/// Reads an answer to a search or a match. `number` is the system and the number that were searched for; an answer without it is
/// about somebody else.
///
/// # Errors
/// See [`Unusable`].
pub fn lookup(json: &[u8], system: &str, number: Option<&str>) -> Result<Lookup, Unusable> {
    let entries = entries(json)?;
    let patients = entries.iter().filter_map(Entry::patient);
    // Whoever is only probable leads to nobody: that would be a way around the two questions.
    let is_meant = |patient: &Patient, search| {
        number.map_or_else(|| grade(None, search) == Grade::Certain, |number| patient.has(system, number))
    };
    let mut meant = patients.clone().filter(|(patient, search)| is_meant(patient, *search));
    if let Some(other) = meant.find_map(|(patient, _)| patient.replaced_by()) {
        return Ok(Lookup::ReplacedBy(other));
    }
    let mut found: Vec<_> = patients
        .filter(|(patient, _)| patient.active != Some(false))
        .filter_map(|(patient, search)| {
            let candidate = patient.candidate(system, grade(number, search))?;
            Some((patient, candidate))
        })
        .filter(|(_, candidate)| candidate.grade != Grade::Possible)
        .collect();
    if number.is_some_and(|number| found.iter().any(|(patient, _)| !patient.has(system, number))) {
        return Err(Unusable::OtherPatient);
    }
    // One that was joined to an identity elsewhere leads to nobody.
    found.retain(|(patient, candidate)| candidate.grade != Grade::Certain || !patient.is_replaced());
    found.sort_by_key(|(_, candidate)| candidate.grade);
    let mut found: Vec<_> = found.into_iter().map(|(_, candidate)| candidate).collect();
    match found.iter().filter(|candidate| candidate.grade == Grade::Certain).count() {
        0 if found.is_empty() => Ok(Lookup::Unknown),
        0 => Ok(Lookup::Possible(found)),
        1 => Ok(Lookup::Certain(found.swap_remove(0))),
        _ => Err(Unusable::TwoCertain),
    }
}

/// One identity of the DPP, which was asked for by the server's identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneIdentity {
    /// The patient.
    pub candidate: Candidate,
    /// True unless it was given up, or joined to another one.
    pub in_use: bool,
    /// The identity to which it was joined at the same server.
    pub replaced_by: Option<String>,
}

/// Reads one patient who was asked for by the server's identifier.
///
/// # Errors
/// See [`Unusable`].
pub fn patient(json: &[u8], system: &str, id: &str) -> Result<OneIdentity, Unusable> {
    let patient: Patient = resource(json, "Patient")?;
    if patient.id.as_deref() != Some(id) {
        return Err(Unusable::OtherPatient);
    }
    let candidate = patient.candidate(system, Grade::Certain).ok_or(Unusable::Type)?;
    let in_use = patient.active != Some(false) && !patient.is_replaced();
    Ok(OneIdentity { candidate, in_use, replaced_by: patient.replaced_by() })
}

/// A search by a number has no grades: the server compared the number itself.
fn grade(number: Option<&str>, search: Option<&Search>) -> Grade {
    let code = search.and_then(Search::grade);
    match (number, code) {
        (Some(_), _) | (None, Some("certain")) => Grade::Certain,
        (None, Some("probable")) => Grade::Probable,
        _ => Grade::Possible,
    }
}

/// The entries of a search set.
pub(super) fn entries(json: &[u8]) -> Result<Vec<Entry>, Unusable> {
    let bundle: Bundle = resource(json, "Bundle")?;
    let has_error = bundle.entry.iter().any(|entry| {
        entry.kind() == Some("OperationOutcome")
            && entry.resource["issue"].as_array().is_some_and(|issues| issues.iter().any(is_grave))
    });
    if has_error {
        return Err(Unusable::Error);
    }
    if bundle.entry.len() > ENTRIES { Err(Unusable::TooMany) } else { Ok(bundle.entry) }
}

fn is_grave(issue: &serde_json::Value) -> bool {
    matches!(issue["severity"].as_str(), Some("error" | "fatal"))
}

/// Reads a resource of this type.
fn resource<T: for<'a> Deserialize<'a>>(json: &[u8], wanted: &str) -> Result<T, Unusable> {
    let value: serde_json::Value = serde_json::from_slice(json).map_err(|_| Unusable::NoJson)?;
    match value["resourceType"].as_str() {
        Some("OperationOutcome") => Err(Unusable::Error),
        Some(kind) if kind == wanted => serde_json::from_value(value).map_err(|_| Unusable::Type),
        _ => Err(Unusable::Type),
    }
}

/// One line of a text: composed (NFC), without characters that nobody sees or that turn the direction of writing, at most [`TEXT_CHARS`] characters.
pub(super) fn line(text: &str) -> String {
    let text = clean(text).split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= TEXT_CHARS {
        return text;
    }
    text.chars().take(TEXT_CHARS - 1).chain(['…']).collect()
}

/// One line of a text, or none if there is nothing in it: an answer that was not given is never the right one.
fn told(text: Option<&str>) -> Option<String> {
    text.map(line).filter(|text| !text.is_empty())
}

#[derive(Deserialize)]
struct Bundle {
    #[serde(default)]
    entry: Vec<Entry>,
}

#[derive(Deserialize)]
pub(super) struct Entry {
    #[serde(default)]
    pub(super) resource: serde_json::Value,
    search: Option<Search>,
}

impl Entry {
    pub(super) fn kind(&self) -> Option<&str> {
        self.resource["resourceType"].as_str()
    }

    fn patient(&self) -> Option<(Patient, Option<&Search>)> {
        (self.kind() == Some("Patient")).then_some(())?;
        Some((Patient::deserialize(&self.resource).ok()?, self.search.as_ref()))
    }
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    extension: Vec<Extension>,
}

impl Search {
    fn grade(&self) -> Option<&str> {
        self.extension.iter().find(|one| one.url == MATCH_GRADE).and_then(|one| one.code.as_deref())
    }
}

#[derive(Deserialize)]
struct Extension {
    #[serde(default)]
    url: String,
    #[serde(rename = "valueCode")]
    code: Option<String>,
}

/// The fields of a patient that are read (FHIR R4 section 8.1).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Patient {
    id: Option<String>,
    active: Option<bool>,
    #[serde(default)]
    identifier: Vec<Identifier>,
    #[serde(default)]
    name: Vec<HumanName>,
    gender: Option<String>,
    birth_date: Option<String>,
    #[serde(default)]
    telecom: Vec<Contact>,
    #[serde(default)]
    address: Vec<Address>,
    #[serde(default)]
    link: Vec<Link>,
}

#[derive(Deserialize)]
struct Identifier {
    system: Option<String>,
    value: Option<String>,
}

#[derive(Deserialize)]
struct HumanName {
    text: Option<String>,
    family: Option<String>,
    #[serde(default)]
    given: Vec<String>,
}

#[derive(Deserialize)]
struct Contact {
    system: Option<String>,
    value: Option<String>,
}

#[derive(Deserialize)]
struct Address {
    city: Option<String>,
}

#[derive(Deserialize)]
struct Link {
    #[serde(rename = "type")]
    kind: Option<String>,
    other: Option<Reference>,
}

impl Link {
    fn is_replaced_by(&self) -> bool {
        self.kind.as_deref() == Some("replaced-by")
    }
}

#[derive(Deserialize)]
struct Reference {
    reference: Option<String>,
}

impl Patient {
    fn candidate(&self, system: &str, grade: Grade) -> Option<Candidate> {
        let id = self.id.clone().filter(|id| is_id(id))?;
        let name = self.name.first().map(HumanName::text).filter(|name| !name.is_empty())?;
        let number = self.identifier.iter().find(|one| one.system.as_deref() == Some(system));
        let phone = self.telecom.iter().find(|one| one.system.as_deref() == Some("phone"));
        Some(Candidate {
            id,
            name,
            born: told(self.birth_date.as_deref()),
            gender: told(self.gender.as_deref()),
            number: told(number.and_then(|one| one.value.as_deref())),
            town: told(self.address.first().and_then(|one| one.city.as_deref())),
            phone: told(phone.and_then(|one| one.value.as_deref())),
            grade,
        })
    }

    fn has(&self, system: &str, number: &str) -> bool {
        let is_it =
            |one: &Identifier| one.system.as_deref() == Some(system) && one.value.as_deref() == Some(number);
        self.identifier.iter().any(is_it)
    }

    fn is_replaced(&self) -> bool {
        self.link.iter().any(Link::is_replaced_by)
    }

    fn replaced_by(&self) -> Option<String> {
        let link = self.link.iter().find(|link| link.is_replaced_by())?;
        let reference = link.other.as_ref()?.reference.as_deref()?;
        reference.strip_prefix("Patient/").filter(|id| is_id(id)).map(str::to_owned)
    }
}

impl HumanName {
    fn text(&self) -> String {
        let parts =
            || self.given.iter().chain(&self.family).map(String::as_str).collect::<Vec<_>>().join(" ");
        line(&self.text.clone().unwrap_or_else(parts))
    }
}

/// True for an identifier of FHIR (R4 section 2.24.0.1, type `id`) that stands in a path for itself (RFC 3986 section 3.3).
pub(super) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && !matches!(text, "." | "..")
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
}

const MATCH_GRADE: &str = "http://hl7.org/fhir/StructureDefinition/match-grade";

/// The most entries of an answer that is read.
const ENTRIES: usize = 200;
