//! The questions to the DPP. A name never stands in an address, because addresses are written into logs.

use serde_json::{Value, json};
use std::fmt::Write as _;

/// A request to a FHIR server, relative to its base address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FhirRequest {
    /// What is asked.
    pub method: Method,
    /// The path with its query, as `Patient?identifier=…`; empty for the base address.
    pub path: String,
    /// The JSON; none for a [`Method::Get`].
    pub body: Option<String>,
    /// The condition under which it is done.
    pub condition: Option<Condition>,
}

/// The condition of a request (FHIR R4 sections 3.1.0.8.2 and 3.1.0.4.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Nothing is found by this search (`If-None-Exist`).
    IfNoneExist(String),
    /// The resource has this version (`If-Match`).
    IfMatch(String),
}

/// The method of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads or searches.
    Get,
    /// Makes, or operates.
    Post,
    /// Replaces.
    Put,
}

impl FhirRequest {
    pub(super) const fn get(path: String) -> Self {
        Self { method: Method::Get, path, body: None, condition: None }
    }

    pub(super) const fn post(path: String, body: String) -> Self {
        Self { method: Method::Post, path, body: Some(body), condition: None }
    }
}

/// What a post knows of a patient without a number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traits {
    /// The name as it was typed.
    pub name: String,
    /// The year of birth, if the age is known.
    pub birth_year: Option<u16>,
    /// FHIR's `female` or `male`, if it is known.
    pub gender: Option<&'static str>,
}

/// The patient with a number of this system (ITI-78).
pub fn by_number(system: &str, number: &str) -> FhirRequest {
    FhirRequest::get(format!(
        "Patient?identifier={}%7C{}&active=true&_count={CANDIDATES}",
        escape(system),
        escape(number)
    ))
}

/// One patient, whose identifier the server gave before.
pub fn by_id(id: &str) -> FhirRequest {
    FhirRequest::get(format!("Patient/{}", escape(id)))
}

/// The patients who may be meant by these traits (ITI-119).
pub fn by_traits(traits: &Traits) -> FhirRequest {
    let mut patient = json!({ "resourceType": "Patient", "name": [{ "text": traits.name }] });
    if let Some(year) = traits.birth_year {
        patient["birthDate"] = json!(format!("{year:04}"));
    }
    if let Some(gender) = traits.gender {
        patient["gender"] = json!(gender);
    }
    let parameter = |name: &str, key: &str, value: Value| json!({ "name": name, key: value });
    let parameters = json!({ "resourceType": "Parameters", "parameter": [
        parameter("resource", "resource", patient),
        parameter("count", "valueInteger", json!(CANDIDATES)),
        parameter("onlyCertainMatches", "valueBoolean", json!(false)),
    ] });
    FhirRequest::post("Patient/$match".to_owned(), parameters.to_string())
}

/// What the record of a patient is read with: allergies, problems, drugs, and the last documents (ITI-67).
pub fn record_requests(patient: &str) -> [FhirRequest; 4] {
    let patient = reference_to(patient);
    let of = |resource: &str, rest: &str| FhirRequest::get(format!("{resource}?patient={patient}{rest}"));
    [
        of("AllergyIntolerance", "&_count=50"),
        of("Condition", "&_count=50"),
        of("MedicationStatement", "&status=active&_count=50"),
        of("DocumentReference", "&status=current&_sort=-date&_count=5"),
    ]
}

/// The value of a search for what is about a patient. Servers that do not understand an identifier alone would find nothing.
pub(super) fn reference_to(patient: &str) -> String {
    format!("Patient%2F{}", escape(patient))
}

/// Percent-encodes all but the unreserved characters of RFC 3986 section 2.3.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

/// The most candidates that are asked for.
const CANDIDATES: u8 = 5;
