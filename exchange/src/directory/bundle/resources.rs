//! The parts of FHIR R4 resources that a list of structures needs, and who refers to whom.

use crate::directory::{
    fhir::{Concept, Found, Raw, Reference, ResourceFlaw, Telecom, by_name, contact, read_entries},
    reading::Reading,
};
use serde::Deserialize;
use std::collections::HashMap;

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

/// A position, degrees.
#[derive(Deserialize)]
pub(super) struct Degrees {
    pub(super) latitude: f64,
    pub(super) longitude: f64,
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
        let (mut all, mut reading) = (Self::default(), Reading::default());
        read_entries(bytes, &mut reading, |entry| all.take(entry))?;
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

    fn take(&mut self, entry: Raw) -> Result<(), ResourceFlaw> {
        match entry.kind.as_str() {
            "Location" => self.locations.push(entry.read()?),
            "Organization" => self.organizations.push(entry.read()?),
            "HealthcareService" => self.services.push(entry.read()?.resource),
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

fn is_a(kinds: &[Concept], system: &str, code: &str) -> bool {
    kinds.iter().flat_map(|kind| &kind.codings).any(|coding| coding.system == system && coding.code == code)
}

impl Location {
    /// True if one of its types has this code.
    pub(super) fn is_a(&self, system: &str, code: &str) -> bool {
        is_a(&self.kinds, system, code)
    }

    /// Its first telephone number.
    pub(super) fn telephone(&self) -> Option<&str> {
        contact(&self.telecom, "phone")
    }
}

impl Organization {
    /// True if one of its types has this code.
    pub(super) fn is_a(&self, system: &str, code: &str) -> bool {
        is_a(&self.kinds, system, code)
    }

    /// Its first telephone number.
    pub(super) fn telephone(&self) -> Option<&str> {
        contact(&self.telecom, "phone")
    }
}
