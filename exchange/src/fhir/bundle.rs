//! A document: a Composition and everything that it refers to.

use super::{
    Composition, Consent, DocumentReference, Encounter, Identifier, Location, MedicationDispense,
    MedicationRequest, Meta, Observation, Organization, Patient, Practitioner, PractitionerRole, Provenance,
    RelatedPerson, ServiceRequest, Task, element::Absent,
};
use serde::Serialize;
use std::fmt;

/// A resource of a kind that we write.
#[derive(Clone, PartialEq, Serialize)]
#[serde(tag = "resourceType")]
#[expect(missing_docs, reason = "each is the resource of this name")]
pub enum Resource {
    Bundle(Box<Bundle>),
    Composition(Box<Composition>),
    Consent(Box<Consent>),
    DocumentReference(Box<DocumentReference>),
    Encounter(Box<Encounter>),
    Location(Box<Location>),
    MedicationDispense(Box<MedicationDispense>),
    MedicationRequest(Box<MedicationRequest>),
    Observation(Box<Observation>),
    Organization(Box<Organization>),
    Patient(Box<Patient>),
    Practitioner(Box<Practitioner>),
    PractitionerRole(Box<PractitionerRole>),
    Provenance(Box<Provenance>),
    RelatedPerson(Box<RelatedPerson>),
    ServiceRequest(Box<ServiceRequest>),
    Task(Box<Task>),
}

elements! {
    /// A collection of resources. Ours are documents.
    Bundle {
        /// Logical id.
        id: String,
        /// Version.
        meta: Meta,
        /// The name of this version of the document.
        identifier: Identifier,
        /// `document`.
        r#type: &'static str,
        /// The time at which it was put together.
        timestamp: String,
        /// The resources, the Composition first.
        entry: Vec<Entry>,
    }

    /// A resource of a Bundle.
    Entry {
        /// The name by which the others refer to it.
        full_url: String,
        /// The resource.
        resource: Option<Resource>,
    }
}

impl Absent for Resource {
    fn is_absent(&self) -> bool {
        false
    }
}

impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Resource")
    }
}

impl Bundle {
    /// The document as JSON. The same document is always the same bytes.
    ///
    /// # Panics
    /// Never: every element can be written.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(&Resource::Bundle(Box::new(self.clone()))).expect("every element can be written")
    }
}

/// A resource by its kind.
macro_rules! resources {
    ($($name:ident),+) => {$(
        impl From<$name> for Resource {
            fn from(resource: $name) -> Self {
                Self::$name(Box::new(resource))
            }
        }
    )+};
}

resources!(
    Composition,
    Consent,
    DocumentReference,
    Encounter,
    Location,
    MedicationDispense,
    MedicationRequest,
    Observation,
    Organization,
    Patient,
    Practitioner,
    PractitionerRole,
    Provenance,
    RelatedPerson,
    ServiceRequest,
    Task
);
