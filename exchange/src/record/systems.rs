//! The names of the systems that a record speaks of. None of those of Senegal is public yet, so all of them are configuration.

use crate::fhir::{CodeableConcept, Coding, Extension};
use serde::Serialize;
use serde_json::Value;

/// The systems of identifiers and codes, and the beginning of the names that are ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Systems {
    /// The numbers of patients in the DPP.
    pub dpp: String,
    /// The numbers in the register of the professional order.
    pub order_number: String,
    /// The names of health structures.
    pub structure: String,
    /// The beginning of the names of our code systems.
    pub codes: String,
    /// The beginning of the names of our extensions.
    pub extensions: String,
    /// The sentence by which a patient is asked to share the record, with its version.
    pub consent_policy: String,
}

impl Default for Systems {
    /// Names for examples (RFC 6963), which say that no authority gave them.
    fn default() -> Self {
        let of = |name: &str| format!("urn:example:teranga:not-official:{name}");
        Self {
            dpp: of("dpp"),
            order_number: of("order-number"),
            structure: of("structure"),
            codes: of("codes:"),
            extensions: of("extensions:"),
            consent_policy: of("policies:record-sharing:1"),
        }
    }
}

impl Systems {
    /// A code of one of our systems.
    pub(super) fn coding(&self, system: &str, code: &str) -> Coding {
        Coding::new(format!("{}{system}", self.codes), code, "")
    }

    /// A code of one of our systems with its French words.
    pub(super) fn concept(&self, system: &str, code: &str, words: &str) -> CodeableConcept {
        CodeableConcept::new(self.coding(system, code), words)
    }

    /// A value of ours, whose code is its name on the wire with hyphens, and its French words.
    pub(super) fn coded(&self, system: &str, value: impl Serialize, words: &str) -> CodeableConcept {
        let name = serde_json::to_value(value).ok();
        let code = name.as_ref().and_then(Value::as_str).map(|name| name.replace('_', "-"));
        self.concept(system, &code.unwrap_or_default(), words)
    }

    /// One of our extensions, without a value yet.
    pub(super) fn extension(&self, name: &str) -> Extension {
        Extension { url: format!("{}{name}", self.extensions), ..Extension::default() }
    }
}
