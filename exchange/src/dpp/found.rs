//! What the DPP answers to a document that was sent, and to the search for one. Only an answer that names the document counts as
//! "stored"; everything else is looked up.

use super::{
    answer::{Unusable, entries, is_id},
    name::is_key,
};
use serde_json::Value;
use std::fmt;
use uuid::Uuid;

/// A document that the DPP has.
#[derive(Clone, PartialEq)]
pub struct StoredDocument {
    /// The server's identifier.
    pub id: String,
    /// True if it is still marked as the current version.
    pub is_current: bool,
    /// The resource as the server gave it.
    pub resource: Value,
}

impl fmt::Debug for StoredDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredDocument").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What the answer to a document means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// The DPP has the document, under this identifier of its own.
    Stored(String),
    /// It refused the document for good.
    Refused,
    /// It does not let this server in. Nothing was stored.
    Denied,
    /// No answer, or that of a server that cannot now: the document may have been stored.
    Unknown,
    /// It answers a success that does not name the document, or that several documents meet the condition.
    Unclear,
}

/// An answer to something that was sent.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The header `Location`.
    pub location: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
}

/// Reads the answer to a document of this name about this patient. `base` is the address of the interface, as `https://dpp.example.sn/fhir`; what an
/// answer says of another host is not believed.
pub fn told(answer: Answer<'_>, base: &str, patient: &str, key: Uuid) -> Told {
    match answer.status {
        200..=299 => stored(answer, base, patient, key).map_or(Told::Unclear, Told::Stored),
        401 | 403 => Told::Denied,
        412 => Told::Unclear,
        // A time-out, a conflict with another writer, a server that is too busy or at fault.
        408 | 409 | 425 | 429 | 500.. => Told::Unknown,
        _ => Told::Refused,
    }
}

/// The server's identifier of the document, if the answer says for certain that it is there.
fn stored(answer: Answer<'_>, base: &str, patient: &str, key: Uuid) -> Option<String> {
    if answer.body.iter().all(u8::is_ascii_whitespace) {
        return created(answer.location?, base);
    }
    let body: Value = serde_json::from_slice(answer.body).ok()?;
    match body["resourceType"].as_str()? {
        "DocumentReference" if is_key(&body, key) => document(body, patient).ok().map(|document| document.id),
        "Bundle" if body["type"] == "transaction-response" => of_transaction(&body, base),
        // A remark beside the success, as `return=OperationOutcome` gives it, and no error.
        "OperationOutcome" if !has_error(&body) => created(answer.location?, base),
        _ => None,
    }
}

/// The document of a transaction all of whose parts succeeded.
fn of_transaction(bundle: &Value, base: &str) -> Option<String> {
    let entries = bundle["entry"].as_array()?;
    let is_done =
        |entry: &Value| entry["response"]["status"].as_str().is_some_and(|status| status.starts_with('2'));
    if !entries.iter().all(is_done) {
        return None;
    }
    entries.iter().find_map(|entry| created(entry["response"]["location"].as_str()?, base))
}

/// The identifier in a `Location` of a document, if it is below the address that is configured.
fn created(location: &str, base: &str) -> Option<String> {
    let path = location.strip_prefix(base).map(|path| path.trim_start_matches('/')).or_else(|| {
        let is_relative = !location.contains("://") && !location.starts_with('/');
        is_relative.then_some(location)
    })?;
    let id = path.strip_prefix("DocumentReference/")?.split('/').next()?;
    is_id(id).then(|| id.to_owned())
}

/// The documents of this name that a search has found, and whether each is about this patient.
///
/// # Errors
/// [`Unusable::OtherPatient`] if one is about somebody else, and the others for an answer that cannot be read.
pub fn found(json: &[u8], patient: &str, key: Uuid) -> Result<Vec<StoredDocument>, Unusable> {
    let mut documents = Vec::new();
    for entry in entries(json)? {
        if entry.kind() != Some("DocumentReference") || !is_key(&entry.resource, key) {
            continue;
        }
        documents.push(document(entry.resource, patient)?);
    }
    Ok(documents)
}

/// Reads one document that was asked for by the server's identifier.
///
/// # Errors
/// See [`Unusable`].
pub fn document_of(json: &[u8], id: &str, patient: &str) -> Result<StoredDocument, Unusable> {
    let resource: Value = serde_json::from_slice(json).map_err(|_| Unusable::NoJson)?;
    match resource["resourceType"].as_str() {
        Some("DocumentReference") => {}
        Some("OperationOutcome") => return Err(Unusable::Error),
        _ => return Err(Unusable::Type),
    }
    let document = document(resource, patient)?;
    if document.id == id { Ok(document) } else { Err(Unusable::Type) }
}

fn document(resource: Value, patient: &str) -> Result<StoredDocument, Unusable> {
    let subject = resource["subject"]["reference"].as_str().and_then(|name| name.rsplit('/').next());
    if subject != Some(patient) {
        return Err(Unusable::OtherPatient);
    }
    let id = id_of(&resource).ok_or(Unusable::Type)?;
    Ok(StoredDocument { id, is_current: resource["status"] == "current", resource })
}

fn id_of(resource: &Value) -> Option<String> {
    resource["id"].as_str().filter(|id| is_id(id)).map(str::to_owned)
}

fn has_error(outcome: &Value) -> bool {
    let is_grave = |issue: &Value| !matches!(issue["severity"].as_str(), Some("information" | "warning"));
    outcome["issue"].as_array().is_none_or(|issues| issues.iter().any(is_grave))
}
