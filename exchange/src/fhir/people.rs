//! People and places.

use super::{Address, CodeableConcept, ContactPoint, Extension, HumanName, Identifier, Reference};

elements! {
    /// The patient, as the post knows them.
    Patient {
        /// Logical id.
        id: String,
        /// How the identity was verified.
        extension: Vec<Extension>,
        /// Numbers.
        identifier: Vec<Identifier>,
        /// Name, as it was typed.
        name: Vec<HumanName>,
        /// `female`, `male`, or nothing.
        gender: &'static str,
        /// The language that is spoken with the patient.
        communication: Vec<Communication>,
    }

    /// A language.
    Communication {
        /// The language by BCP 47.
        language: CodeableConcept,
        /// True if it is spoken with the patient.
        preferred: Option<bool>,
    }

    /// Somebody who speaks for the patient.
    RelatedPerson {
        /// Logical id.
        id: String,
        /// The patient.
        patient: Reference,
        /// What they are to the patient.
        relationship: Vec<CodeableConcept>,
    }

    /// A health professional.
    Practitioner {
        /// Logical id.
        id: String,
        /// Number in the register of the professional order.
        identifier: Vec<Identifier>,
        /// Name.
        name: Vec<HumanName>,
    }

    /// What somebody is, and where.
    PractitionerRole {
        /// Logical id.
        id: String,
        /// The person.
        practitioner: Reference,
        /// The structure.
        organization: Reference,
        /// Profession.
        code: Vec<CodeableConcept>,
        /// Specialities.
        specialty: Vec<CodeableConcept>,
    }

    /// A health structure as an organisation.
    Organization {
        /// Logical id.
        id: String,
        /// Its name in our register.
        identifier: Vec<Identifier>,
        /// Name.
        name: String,
        /// Telephone.
        telecom: Vec<ContactPoint>,
        /// District and region.
        address: Vec<Address>,
    }

    /// A health structure as a place.
    Location {
        /// Logical id.
        id: String,
        /// `active`.
        status: &'static str,
        /// Name.
        name: String,
        /// District and region.
        address: Address,
        /// The organisation.
        managing_organization: Reference,
    }
}
