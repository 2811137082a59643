//! Files of a consultation, and who signed what.

use super::{CodeableConcept, Coding, Extension, Identifier, Reference};

elements! {
    /// A file that is kept elsewhere.
    DocumentReference {
        /// Logical id.
        id: String,
        /// Its name.
        master_identifier: Identifier,
        /// `current`.
        status: &'static str,
        /// Kind.
        r#type: CodeableConcept,
        /// The patient.
        subject: Reference,
        /// When it was stored.
        date: String,
        /// Whoever added it.
        author: Vec<Reference>,
        /// What is in it, in words.
        description: String,
        /// The file.
        content: Vec<DocumentContent>,
        /// Where it belongs.
        context: DocumentContext,
    }

    /// A file.
    DocumentContent {
        /// Its properties.
        attachment: Attachment,
    }

    /// Properties of a file.
    Attachment {
        /// Its SHA-256, because `hash` is a SHA-1.
        extension: Vec<Extension>,
        /// Media type.
        content_type: &'static str,
        /// Language by BCP 47.
        language: &'static str,
        /// Length in bytes.
        size: Option<u32>,
        /// Title.
        title: String,
        /// When it was made.
        creation: String,
    }

    /// Where a file belongs.
    DocumentContext {
        /// The encounter.
        encounter: Vec<Reference>,
    }

    /// Who did something to a resource, and when.
    Provenance {
        /// Logical id.
        id: String,
        /// The resources.
        target: Vec<Reference>,
        /// Time of the act.
        occurred_date_time: String,
        /// Time at which it was recorded.
        recorded: String,
        /// The act.
        activity: CodeableConcept,
        /// Who.
        agent: Vec<ProvenanceAgent>,
        /// Signature.
        signature: Vec<Signature>,
    }

    /// Somebody who acted.
    ProvenanceAgent {
        /// Part.
        r#type: CodeableConcept,
        /// Who.
        who: Reference,
        /// The structure for which they acted.
        on_behalf_of: Reference,
    }

    /// A signature.
    Signature {
        /// Purpose.
        r#type: Vec<Coding>,
        /// Time.
        when: String,
        /// Who.
        who: Reference,
        /// Format of the signature.
        sig_format: &'static str,
        /// The signature in base64.
        data: String,
    }
}
