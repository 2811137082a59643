//! What a patient answered.

use super::{Attachment, CodeableConcept, Coding, Identifier, Meta, Reference};

elements! {
    /// An answer of a patient to a question about their record.
    Consent {
        /// Logical id.
        id: String,
        /// The profile that it claims.
        meta: Meta,
        /// Names.
        identifier: Vec<Identifier>,
        /// `active` for the answer that counts, `inactive` for one that a later answer replaced.
        status: &'static str,
        /// `patient-privacy`.
        scope: CodeableConcept,
        /// Kinds.
        category: Vec<CodeableConcept>,
        /// The patient.
        patient: Reference,
        /// When.
        date_time: String,
        /// Whoever answered.
        performer: Vec<Reference>,
        /// The structure that keeps the answer.
        organization: Vec<Reference>,
        /// How it was asked for and answered.
        source_attachment: Attachment,
        /// The text that was read aloud.
        policy: Vec<ConsentPolicy>,
        /// The answer.
        provision: ConsentProvision,
    }

    /// A text that somebody agrees to.
    ConsentPolicy {
        /// Its name with its version.
        uri: String,
    }

    /// What is permitted or denied.
    ConsentProvision {
        /// `permit` or `deny`.
        r#type: &'static str,
        /// For what.
        purpose: Vec<Coding>,
    }
}
