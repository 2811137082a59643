//! The encounter, and the request that began it.

use super::{CodeableConcept, Coding, Extension, Identifier, Period, Reference};

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

    /// A request for advice.
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
        /// The patient.
        subject: Reference,
        /// Time of the request.
        authored_on: String,
        /// The structure that asks.
        requester: Reference,
        /// The speciality that is asked.
        performer_type: CodeableConcept,
        /// The reason.
        reason_code: Vec<CodeableConcept>,
    }
}
