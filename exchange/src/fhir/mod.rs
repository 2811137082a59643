//! The resources of FHIR R4 (4.0.1) that we write, and of each only the elements that we fill. Nothing is read here. An element
//! without content is not written, so that no `null`, `[]` or `{}` ever stands in a document.

#[macro_use]
mod element;
mod bundle;
mod clinical;
mod composition;
mod consent;
mod datatypes;
mod decimal;
mod documents;
mod encounter;
mod instant;
mod people;
mod words;

pub use bundle::{Bundle, Entry, Resource};
pub use clinical::{
    Component, DispensePerformer, DispenseRequest, Dosage, DoseAndRate, MedicationDispense,
    MedicationRequest, Observation, Timing, TimingRepeat,
};
pub use composition::{Attester, Composition, RelatesTo, Section};
pub use consent::{Consent, ConsentPolicy, ConsentProvision};
pub use datatypes::{
    Address, Annotation, CodeableConcept, Coding, ContactPoint, Extension, HumanName, Identifier, Meta,
    Narrative, Period, Quantity, Reference,
};
pub use decimal::Decimal;
pub use documents::{
    Attachment, DocumentContent, DocumentContext, DocumentReference, Provenance, ProvenanceAgent, Signature,
};
pub use encounter::{
    Encounter, EncounterLocation, Hospitalization, Participant, ServiceRequest, StatusHistory, Task,
    TaskOutput,
};
pub use instant::{french_moment, instant};
pub use people::{
    Communication, Location, Organization, Patient, Practitioner, PractitionerRole, RelatedPerson,
};
pub use words::{escaped, text};
