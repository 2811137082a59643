//! The parts of FHIR R4 resources that a list of structures needs, and who refers to whom.

use crate::directory::reading::Reading;
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

/// A `Location`.
#[derive(Deserialize)]
pub(super) struct Location {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) status: String,
    #[serde(rename = "type", default)]
    pub(super) kinds: Vec<Concept>,
    #[serde(rename = "managingOrganization")]
    pub(super) managing_organization: Option<Reference>,
    #[serde(rename = "partOf")]
    pub(super) part_of: Option<Reference>,
    pub(super) position: Option<Degrees>,
    #[serde(default)]
    telecom: Vec<Telecom>,
    #[serde(rename = "hoursOfOperation", default)]
    pub(super) hours: Vec<OpenHours>,
    #[serde(rename = "extension", default)]
    pub(super) extensions: Vec<Extension>,
    pub(super) meta: Option<Meta>,
}

/// An `Organization`.
#[derive(Deserialize)]
pub(super) struct Organization {
    #[serde(default)]
    pub(super) name: String,
    pub(super) active: Option<bool>,
    #[serde(rename = "type", default)]
    kinds: Vec<Concept>,
    #[serde(rename = "partOf")]
    pub(super) part_of: Option<Reference>,
    #[serde(default)]
    telecom: Vec<Telecom>,
}

/// A `HealthcareService`.
#[derive(Deserialize)]
pub(super) struct Service {
    active: Option<bool>,
    #[serde(default)]
    location: Vec<Reference>,
    #[serde(rename = "type", default)]
    pub(super) kinds: Vec<Concept>,
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
    reference: String,
}

/// A position, degrees.
#[derive(Deserialize)]
pub(super) struct Degrees {
    pub(super) latitude: f64,
    pub(super) longitude: f64,
}

#[derive(Deserialize)]
struct Telecom {
    #[serde(default)]
    system: String,
    #[serde(default)]
    value: String,
}

/// Hours of operation.
#[derive(Deserialize)]
pub(super) struct OpenHours {
    #[serde(rename = "daysOfWeek", default)]
    pub(super) days: Vec<String>,
    #[serde(rename = "allDay", default)]
    pub(super) all_day: bool,
}

/// An extension with a code.
#[derive(Deserialize)]
pub(super) struct Extension {
    #[serde(default)]
    pub(super) url: String,
    #[serde(rename = "valueCode")]
    pub(super) code: Option<String>,
}

/// The `Meta` of a resource.
#[derive(Deserialize)]
pub(super) struct Meta {
    #[serde(rename = "lastUpdated", default)]
    pub(super) last_updated: String,
}

/// A resource with its entry in the bundle.
pub(super) struct Found<T> {
    /// Where it stands, as `entry 7 (Location/abc)`.
    pub(super) at: String,
    pub(super) resource: T,
    names: [String; 2],
}

/// A location of the bundle.
pub(super) type Located = Found<Location>;
/// An organization of the bundle.
pub(super) type Managed = Found<Organization>;

/// What a bundle has, by the references to it: `Location/abc`, or the full address of the entry.
#[derive(Default)]
pub(super) struct Resources {
    pub(super) locations: Vec<Located>,
    organizations: Vec<Managed>,
    services: Vec<Service>,
    location_names: HashMap<String, usize>,
    organization_names: HashMap<String, usize>,
    services_at: HashMap<usize, Vec<usize>>,
}

impl Resources {
    /// Reads a bundle. The reading holds the entries that are of a known kind and cannot be read.
    ///
    /// # Errors
    /// The sentence says why nothing can be read.
    pub(super) fn read(bytes: &[u8]) -> Result<(Self, Reading), String> {
        let bundle: Bundle<'_> =
            serde_json::from_slice(bytes).map_err(|error| format!("it is no FHIR bundle: {error}"))?;
        if bundle.kind != "Bundle" {
            return Err("it is no FHIR bundle".into());
        }
        if bundle.entry.len() > ENTRIES_MAX {
            return Err(format!("a bundle has at most {ENTRIES_MAX} entries"));
        }
        let (mut all, mut reading) = (Self::default(), Reading::default());
        for (number, entry) in (1..).zip(bundle.entry) {
            if let Err((at, reason)) = all.take(number, entry) {
                reading.refuse(at, reason);
            }
        }
        all.location_names = by_name(&all.locations);
        all.organization_names = by_name(&all.organizations);
        all.connect_services();
        Ok((all, reading))
    }

    /// The location to which a reference leads.
    pub(super) fn location(&self, to: &Reference) -> Option<&Located> {
        self.location_names.get(&to.reference).map(|index| &self.locations[*index])
    }

    /// The organization to which a reference leads.
    pub(super) fn organization(&self, to: &Reference) -> Option<&Managed> {
        self.organization_names.get(&to.reference).map(|index| &self.organizations[*index])
    }

    /// The services that are offered at a location and not withdrawn.
    pub(super) fn services_at(&self, location: &Located) -> impl Iterator<Item = &Service> {
        let index = self.location_names.get(&location.names[0]);
        let services = index.and_then(|index| self.services_at.get(index));
        services.into_iter().flatten().map(|index| &self.services[*index])
    }

    fn take(&mut self, number: usize, entry: &RawValue) -> Result<(), (String, String)> {
        let at = format!("entry {number}");
        let Entry { full_url, resource } =
            serde_json::from_str(entry.get()).map_err(|error| (at.clone(), error.to_string()))?;
        let text = |field: &str| resource.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
        let kind = text("resourceType");
        let name = format!("{kind}/{}", text("id"));
        let at = format!("{at} ({})", name.chars().take(80).collect::<String>());
        let names = [name, full_url];
        match kind.as_str() {
            "Location" => self.locations.push(Found { resource: of(resource, &at)?, at, names }),
            "Organization" => self.organizations.push(Found { resource: of(resource, &at)?, at, names }),
            "HealthcareService" => self.services.push(of(resource, &at)?),
            _ => (),
        }
        Ok(())
    }

    fn connect_services(&mut self) {
        for (index, service) in self.services.iter().enumerate() {
            let places = service.location.iter().filter_map(|at| self.location_names.get(&at.reference));
            for place in places.filter(|_| service.active.unwrap_or(true)) {
                self.services_at.entry(*place).or_default().push(index);
            }
        }
    }
}

fn of<T: DeserializeOwned>(resource: Value, at: &str) -> Result<T, (String, String)> {
    serde_json::from_value(resource).map_err(|error| (at.to_owned(), error.to_string()))
}

/// The index of each entry by its names; the first of a name counts.
fn by_name<T>(all: &[Found<T>]) -> HashMap<String, usize> {
    let mut found = HashMap::new();
    for (index, one) in all.iter().enumerate() {
        for name in one.names.iter().filter(|name| !name.is_empty()) {
            found.entry(name.clone()).or_insert(index);
        }
    }
    found
}

fn is_a(kinds: &[Concept], system: &str, code: &str) -> bool {
    kinds.iter().flat_map(|kind| &kind.codings).any(|coding| coding.system == system && coding.code == code)
}

fn telephone(telecom: &[Telecom]) -> Option<&str> {
    telecom.iter().find(|one| one.system == "phone").map(|one| one.value.as_str())
}

impl Located {
    /// True if one of its types has this code.
    pub(super) fn is_a(&self, system: &str, code: &str) -> bool {
        is_a(&self.resource.kinds, system, code)
    }

    /// Its first telephone number.
    pub(super) fn telephone(&self) -> Option<&str> {
        telephone(&self.resource.telecom)
    }
}

impl Managed {
    /// True if one of its types has this code.
    pub(super) fn is_a(&self, system: &str, code: &str) -> bool {
        is_a(&self.resource.kinds, system, code)
    }

    /// Its first telephone number.
    pub(super) fn telephone(&self) -> Option<&str> {
        telephone(&self.resource.telecom)
    }
}
