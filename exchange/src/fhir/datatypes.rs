//! Datatypes that several resources use. `code`, `uri` and `dateTime` are texts here.

use super::Decimal;

elements! {
    /// Version and profiles of a resource.
    Meta {
        /// Version of its content.
        version_id: String,
        /// Canonical addresses of the profiles that it claims.
        profile: Vec<String>,
    }

    /// Text for people.
    Narrative {
        /// How it was made.
        status: &'static str,
        /// XHTML in one `div`.
        div: String,
    }

    /// Something that the standard has no element for.
    Extension {
        /// What it means.
        url: String,
        /// Its parts.
        extension: Vec<Extension>,
        /// A text.
        value_string: String,
        /// A code.
        value_codeable_concept: CodeableConcept,
        /// A time.
        value_period: Period,
        /// Bytes in base64 (RFC 4648 section 4).
        value_base64_binary: String,
    }

    /// Another resource of the same document.
    Reference {
        /// Its `fullUrl`.
        reference: String,
        /// Its name for people.
        display: String,
    }

    /// A code of one system.
    Coding {
        /// The system.
        system: String,
        /// The code.
        code: String,
        /// The meaning in the words of the system.
        display: String,
    }

    /// A meaning in codes and in words.
    CodeableConcept {
        /// The codes.
        coding: Vec<Coding>,
        /// The words.
        text: String,
    }

    /// A name that is given by a system.
    Identifier {
        /// The system.
        system: String,
        /// The name in it.
        value: String,
    }

    /// A person's name.
    HumanName {
        /// Its use, as `anonymous`.
        r#use: &'static str,
        /// All of it.
        text: String,
    }

    /// A telephone number.
    ContactPoint {
        /// `phone`.
        system: &'static str,
        /// The number.
        value: String,
    }

    /// A place.
    Address {
        /// Health district.
        district: String,
        /// Medical region.
        state: String,
    }

    /// A time with a beginning and an end.
    Period {
        /// The beginning.
        start: String,
        /// The end; nothing while it goes on.
        end: String,
    }

    /// A number with a unit.
    Quantity {
        /// The number.
        value: Decimal,
        /// The unit for people.
        unit: String,
        /// The system of the code.
        system: &'static str,
        /// The unit as a code.
        code: &'static str,
    }

    /// A remark.
    Annotation {
        /// When it was made.
        time: String,
        /// The words.
        text: String,
    }
}

/// The system of LOINC.
const LOINC: &str = "http://loinc.org";
/// The system of UCUM.
const UCUM: &str = "http://unitsofmeasure.org";
/// The system of names that are URIs, as `urn:uuid:…`.
const URI: &str = "urn:ietf:rfc:3986";

impl Coding {
    /// A code of a system.
    pub fn new(system: impl Into<String>, code: impl Into<String>, display: impl Into<String>) -> Self {
        Self { system: system.into(), code: code.into(), display: display.into() }
    }

    /// A code of LOINC with its English name.
    pub fn loinc(code: &str, display: &str) -> Self {
        Self::new(LOINC, code, display)
    }
}

impl CodeableConcept {
    /// One code, and the words for it.
    pub fn new(coding: Coding, text: impl Into<String>) -> Self {
        Self { coding: vec![coding], text: text.into() }
    }

    /// Words without a code.
    pub fn words(text: impl Into<String>) -> Self {
        Self { coding: Vec::new(), text: text.into() }
    }
}

impl Annotation {
    /// Words without a time.
    pub const fn words(text: String) -> Self {
        Self { time: String::new(), text }
    }
}

impl Quantity {
    /// A number with a unit of UCUM.
    pub fn ucum(value: Decimal, code: &'static str, unit: &str) -> Self {
        Self { value, unit: unit.to_owned(), system: UCUM, code }
    }
}

impl Identifier {
    /// A UUID as a name.
    pub fn uuid(id: uuid::Uuid) -> Self {
        Self { system: URI.to_owned(), value: id.urn().to_string() }
    }
}

impl Reference {
    /// A resource of the same document.
    pub fn to(id: uuid::Uuid) -> Self {
        Self { reference: id.urn().to_string(), display: String::new() }
    }
}
