//! What was measured, what was prescribed, and what was given of it.

use super::{Annotation, CodeableConcept, Decimal, Identifier, Period, Quantity, Reference};

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

    /// What was given of one drug of a prescription, or why it was not.
    MedicationDispense {
        /// Logical id.
        id: String,
        /// `completed` or `declined`.
        status: &'static str,
        /// The reason for which nothing was given.
        status_reason_codeable_concept: CodeableConcept,
        /// The drug.
        medication_codeable_concept: CodeableConcept,
        /// The patient.
        subject: Reference,
        /// The encounter.
        context: Reference,
        /// Whoever gave it.
        performer: Vec<DispensePerformer>,
        /// Where.
        location: Reference,
        /// The line of the prescription.
        authorizing_prescription: Vec<Reference>,
        /// The whole or a part.
        r#type: CodeableConcept,
        /// How much.
        quantity: Quantity,
        /// When the patient got it.
        when_handed_over: String,
    }

    /// Somebody who dispensed.
    DispensePerformer {
        /// Who.
        actor: Reference,
    }

    /// How a drug is taken.
    Dosage {
        /// Words.
        text: String,
        /// Time.
        timing: Timing,
        /// How much at each time.
        dose_and_rate: Vec<DoseAndRate>,
    }

    /// An amount of a dosage.
    DoseAndRate {
        /// How much.
        dose_quantity: Quantity,
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
        /// Times in a period.
        frequency: Option<u32>,
        /// The length of a period.
        period: Decimal,
        /// The unit of the period, `d`.
        period_unit: &'static str,
    }

    /// What may be dispensed.
    DispenseRequest {
        /// When.
        validity_period: Period,
        /// How much.
        quantity: Quantity,
    }
}
