//! The parts of a FHIR R4 bundle that every list in it has in common: its entries, and the data types to which they refer.

use super::reading::Reading;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, value::RawValue};
use std::collections::HashMap;

/// The most entries of a bundle: a location, an organization and some services for each structure.
const ENTRIES_MAX: usize = 60_000;

#[derive(Deserialize)]
struct Bundle<'a> {
    #[serde(rename = "resourceType")]
    kind: String,
    #[serde(borrow, default)]
    entry: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "fullUrl", default)]
    full_url: String,
    resource: Value,
}

/// A `CodeableConcept`.
#[derive(Deserialize)]
pub(super) struct Concept {
    #[serde(rename = "coding", default)]
    pub(super) codings: Vec<Coding>,
}

/// A `Coding`.
#[derive(Deserialize)]
pub(super) struct Coding {
    #[serde(default)]
    pub(super) system: String,
    #[serde(default)]
    pub(super) code: String,
}

/// A `Reference`.
#[derive(Deserialize)]
pub(super) struct Reference {
    #[serde(default)]
    pub(super) reference: String,
}

/// A `ContactPoint`.
#[derive(Deserialize)]
pub(super) struct Telecom {
    #[serde(default)]
    system: String,
    #[serde(default)]
    value: String,
}

/// The first contact of a kind, as `phone` or `email`.
pub(super) fn contact<'a>(telecom: &'a [Telecom], kind: &str) -> Option<&'a str> {
    telecom.iter().find(|one| one.system == kind).map(|one| one.value.as_str())
}

/// A resource with its entry in the bundle.
pub(super) struct Found<T> {
    /// Where it stands, as `entry 7 (Location/abc)`.
    pub(super) at: String,
    pub(super) resource: T,
    /// The references that lead to it: `Location/abc`, and the full address of the entry.
    pub(super) names: [String; 2],
}

/// A resource that cannot be used: where it stands, and why.
pub(super) type ResourceFlaw = (String, String);

/// An entry whose resource is not read yet.
pub(super) struct Raw {
    at: String,
    /// The type of the resource, as `Location`.
    pub(super) kind: String,
    names: [String; 2],
    resource: Value,
}

impl Raw {
    /// The resource as one of this type.
    ///
    /// # Errors
    /// It has not the form of this type.
    pub(super) fn read<T: DeserializeOwned>(self) -> Result<Found<T>, ResourceFlaw> {
        let Self { at, names, resource, .. } = self;
        match serde_json::from_value(resource) {
            Ok(resource) => Ok(Found { at, resource, names }),
            Err(error) => Err((at, error.to_string())),
        }
    }
}

/// Hands over the entries of a bundle in their order. The flaws that `take` finds, and entries without a resource, are told in the reading.
///
/// # Errors
/// The sentence says why nothing can be read.
pub(super) fn read_entries<T>(
    bytes: &[u8],
    reading: &mut Reading<T>,
    mut take: impl FnMut(Raw) -> Result<(), ResourceFlaw>,
) -> Result<(), String> {
    let bundle: Bundle<'_> =
        serde_json::from_slice(bytes).map_err(|error| format!("it is no FHIR bundle: {error}"))?;
    if bundle.kind != "Bundle" {
        return Err("it is no FHIR bundle".into());
    }
    if bundle.entry.len() > ENTRIES_MAX {
        return Err(format!("a bundle has at most {ENTRIES_MAX} entries"));
    }
    for (number, entry) in (1_usize..).zip(bundle.entry) {
        if let Err((at, reason)) = raw(number, entry).and_then(&mut take) {
            reading.refuse(at, reason);
        }
    }
    Ok(())
}

fn raw(number: usize, entry: &RawValue) -> Result<Raw, ResourceFlaw> {
    let at = format!("entry {number}");
    let Entry { full_url, resource } =
        serde_json::from_str(entry.get()).map_err(|error| (at.clone(), error.to_string()))?;
    let text = |field: &str| resource.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let kind = text("resourceType");
    let name = format!("{kind}/{}", text("id"));
    let at = format!("{at} ({})", name.chars().take(80).collect::<String>());
    Ok(Raw { at, kind, names: [name, full_url], resource })
}

/// The index of each entry by its names; the first of a name counts.
pub(super) fn by_name<T>(all: &[Found<T>]) -> HashMap<String, usize> {
    let mut found = HashMap::new();
    for (index, one) in all.iter().enumerate() {
        for name in one.names.iter().filter(|name| !name.is_empty()) {
            found.entry(name.clone()).or_insert(index);
        }
    }
    found
}
