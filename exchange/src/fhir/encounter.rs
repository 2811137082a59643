//! The encounter, the request that began it, and requests to other structures.

use super::{Annotation, CodeableConcept, Coding, Extension, Identifier, Period, Reference};

elements! {
    /// The consultation from the request to the end.
    Encounter {
        /// Logical id.
        id: String,
        /// Changes of mode.
        extension: Vec<Extension>,
        /// Names.
        identifier: Vec<Identifier>,
        /// Status.
        status: &'static str,
        /// Earlier statuses.
        status_history: Vec<StatusHistory>,
        /// Class, by v3-ActCode.
        class: Coding,
        /// Urgency, by v3-ActPriority.
        priority: CodeableConcept,
        /// The patient.
        subject: Reference,
        /// The request.
        based_on: Vec<Reference>,
        /// Everybody who took part.
        participant: Vec<Participant>,
        /// From the request to the end.
        period: Period,
        /// The reason.
        reason_code: Vec<CodeableConcept>,
        /// The end.
        hospitalization: Hospitalization,
        /// Where the patient is.
        location: Vec<EncounterLocation>,
        /// The structure that answers for the encounter.
        service_provider: Reference,
    }

    /// A status that an encounter had.
    StatusHistory {
        /// Status.
        status: &'static str,
        /// When.
        period: Period,
    }

    /// Somebody who took part for some time.
    Participant {
        /// Part, by v3-ParticipationType.
        r#type: Vec<CodeableConcept>,
        /// When.
        period: Period,
        /// Who.
        individual: Reference,
    }

    /// How an encounter ended.
    Hospitalization {
        /// Disposition.
        discharge_disposition: CodeableConcept,
    }

    /// A place of an encounter.
    EncounterLocation {
        /// The place.
        location: Reference,
    }

    /// A request for advice, or for another structure to take the patient.
    ServiceRequest {
        /// Logical id.
        id: String,
        /// Names.
        identifier: Vec<Identifier>,
        /// Status.
        status: &'static str,
        /// `order`.
        intent: &'static str,
        /// `routine`, `urgent` or `stat`.
        priority: &'static str,
        /// What is asked for.
        code: CodeableConcept,
        /// What it needs.
        order_detail: Vec<CodeableConcept>,
        /// The patient.
        subject: Reference,
        /// The encounter in which it was made.
        encounter: Reference,
        /// Time of the request.
        authored_on: String,
        /// Whoever asks.
        requester: Reference,
        /// The speciality that is asked.
        performer_type: CodeableConcept,
        /// The structures that are asked.
        performer: Vec<Reference>,
        /// The reason.
        reason_code: Vec<CodeableConcept>,
        /// What goes with it in words.
        note: Vec<Annotation>,
    }

    /// What one structure was asked to do with a request, and what it did.
    Task {
        /// Logical id.
        id: String,
        /// Status.
        status: &'static str,
        /// The reason of the status.
        status_reason: CodeableConcept,
        /// The status in the words of the post.
        business_status: CodeableConcept,
        /// `order`.
        intent: &'static str,
        /// `routine`, `urgent` or `stat`.
        priority: &'static str,
        /// `fulfill`.
        code: CodeableConcept,
        /// The request.
        focus: Reference,
        /// The patient.
        r#for: Reference,
        /// The encounter.
        encounter: Reference,
        /// Time since which the structure is asked.
        authored_on: String,
        /// Time of the newest step.
        last_modified: String,
        /// Whoever asks.
        requester: Reference,
        /// The structure that is asked.
        owner: Reference,
        /// The steps.
        note: Vec<Annotation>,
        /// What came of it.
        output: Vec<TaskOutput>,
    }

    /// Something that came of a task.
    TaskOutput {
        /// Kind.
        r#type: CodeableConcept,
        /// Words.
        value_string: String,
    }
}
