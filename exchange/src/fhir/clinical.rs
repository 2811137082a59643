//! What was measured, and what was prescribed.

use super::{Annotation, CodeableConcept, Identifier, Period, Quantity, Reference};

elements! {
    /// One thing that was measured, seen or asked.
    Observation {
        /// Logical id.
        id: String,
        /// `final`.
        status: &'static str,
        /// Categories.
        category: Vec<CodeableConcept>,
        /// What.
        code: CodeableConcept,
        /// The patient.
        subject: Reference,
        /// The encounter.
        encounter: Reference,
        /// When.
        effective_date_time: String,
        /// The post.
        performer: Vec<Reference>,
        /// A number with its unit.
        value_quantity: Quantity,
        /// A choice.
        value_codeable_concept: CodeableConcept,
        /// A count.
        value_integer: Option<u32>,
        /// Words.
        value_string: String,
        /// The reason why there is no value.
        data_absent_reason: CodeableConcept,
        /// Remarks.
        note: Vec<Annotation>,
        /// Parts.
        component: Vec<Component>,
    }

    /// A part of an observation.
    Component {
        /// What.
        code: CodeableConcept,
        /// A number with its unit.
        value_quantity: Quantity,
        /// The reason why there is no value.
        data_absent_reason: CodeableConcept,
    }

    /// One drug of a prescription.
    MedicationRequest {
        /// Logical id.
        id: String,
        /// `active`, `stopped` or `cancelled`.
        status: &'static str,
        /// The reason of the status.
        status_reason: CodeableConcept,
        /// `order`.
        intent: &'static str,
        /// The drug.
        medication_codeable_concept: CodeableConcept,
        /// The patient.
        subject: Reference,
        /// The encounter.
        encounter: Reference,
        /// Time of the signature.
        authored_on: String,
        /// The specialist.
        requester: Reference,
        /// The prescription.
        group_identifier: Identifier,
        /// Reasons for which a questioned line stands.
        note: Vec<Annotation>,
        /// How it is taken.
        dosage_instruction: Vec<Dosage>,
        /// What may be dispensed.
        dispense_request: DispenseRequest,
    }

    /// How a drug is taken.
    Dosage {
        /// Words.
        text: String,
        /// Time.
        timing: Timing,
    }

    /// Times of a dosage.
    Timing {
        /// How they repeat.
        repeat: TimingRepeat,
    }

    /// How times repeat.
    TimingRepeat {
        /// The length of the course.
        bounds_duration: Quantity,
    }

    /// What may be dispensed.
    DispenseRequest {
        /// When.
        validity_period: Period,
        /// How much.
        quantity: Quantity,
    }
}
