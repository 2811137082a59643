//! The table of contents of a document.

use super::{CodeableConcept, Extension, Identifier, Meta, Narrative, Reference};

elements! {
    /// A document for people: who wrote it, about whom, and its sections.
    Composition {
        /// Logical id.
        id: String,
        /// Version.
        meta: Meta,
        /// Short text of the whole.
        text: Narrative,
        /// What the standard has no element for.
        extension: Vec<Extension>,
        /// The name that all versions have.
        identifier: Identifier,
        /// `preliminary`, `final` or `amended`.
        status: &'static str,
        /// Kind of document.
        r#type: CodeableConcept,
        /// The patient.
        subject: Reference,
        /// The encounter.
        encounter: Reference,
        /// Time of the newest part.
        date: String,
        /// Whoever answers for it.
        author: Vec<Reference>,
        /// Title.
        title: String,
        /// Confidentiality, by v3-Confidentiality.
        confidentiality: &'static str,
        /// Whoever signed parts of it.
        attester: Vec<Attester>,
        /// The version that this one replaces.
        relates_to: Vec<RelatesTo>,
        /// The sections.
        section: Vec<Section>,
    }

    /// Somebody who signed.
    Attester {
        /// `professional`.
        mode: &'static str,
        /// Time of the last signature.
        time: String,
        /// The person.
        party: Reference,
    }

    /// Another version of the document.
    RelatesTo {
        /// `replaces`.
        code: &'static str,
        /// Its name.
        target_identifier: Identifier,
    }

    /// A section.
    Section {
        /// Title.
        title: String,
        /// Kind of section.
        code: CodeableConcept,
        /// Text.
        text: Narrative,
        /// The resources that say the same as data.
        entry: Vec<Reference>,
    }
}
