//! The bodies about the patients of a post.

use serde::{Deserialize, Serialize};
use teranga_clinic::{
    id::PatientId, pii::Pii, request::Language, time::Timestamp, view::ConsultationSummary, vital::Sex,
};

/// A patient of a post, as its directory shows it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PatientLine {
    /// The patient.
    pub id: PatientId,
    /// The name or initials; none if nobody knows it.
    #[cfg_attr(test, ts(type = "string | null"))]
    pub name: Option<Pii<String>>,
    /// The number in the DPP.
    #[cfg_attr(test, ts(type = "string | null"))]
    pub dpp: Option<Pii<String>>,
    /// The year of birth, from the age; it may be one too high.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub birth_year: Option<Pii<u16>>,
    /// The sex.
    #[cfg_attr(test, ts(type = "Sex | null"))]
    pub sex: Option<Pii<Sex>>,
    /// The language spoken with the patient.
    pub language: Option<Language>,
    /// The time of the last request, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub last_at: Timestamp,
    /// The number of consultations at this post.
    pub visits: u32,
}

/// A patient of a post, with what the post had before.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PatientView {
    /// The patient.
    pub patient: PatientLine,
    /// The newest consultations.
    pub consultations: Vec<ConsultationSummary>,
    /// Patients who may be the same person. People decide that.
    pub alike: Vec<PatientLine>,
    /// What was decided, also what was undone.
    pub joins: Vec<MergeLine>,
    /// Who the patient is in the national record, as it was decided, without what was undone.
    pub identifications: Vec<IdentificationLine>,
}

/// A decision about who a patient is in the national record.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct IdentificationLine {
    /// The name by which it is undone.
    pub id: String,
    /// The number in the DPP.
    #[cfg_attr(test, ts(type = "string"))]
    pub number: Pii<String>,
    /// The name; none if nobody typed one and the record was not asked.
    #[cfg_attr(test, ts(type = "string | null"))]
    pub name: Option<Pii<String>>,
    /// True if the record itself said that this name has this number.
    pub confirmed: bool,
    /// The time of the decision, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// The member of staff who decided it, as they are named on paper; none if nobody had typed a PIN.
    #[cfg_attr(test, ts(type = "string | null"))]
    pub staff: Option<Pii<String>>,
}

/// Decides who a patient is in the national record. The server asks the record; only if it does not answer does the name count.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct IdentifyPatient {
    /// The number in the DPP.
    #[cfg_attr(test, ts(type = "string"))]
    pub number: Pii<String>,
    /// The name.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, type = "string"))]
    pub name: Option<Pii<String>>,
}

/// A decision that two patients are one person.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MergeLine {
    /// The name by which it is undone.
    pub id: String,
    /// The time of the decision, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// The member of staff who decided it, as they are named on paper; none if nobody had typed a PIN.
    #[cfg_attr(test, ts(type = "string | null"))]
    pub staff: Option<Pii<String>>,
    /// True if it was undone.
    pub undone: bool,
}

/// Decides that two patients are one person.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct JoinPatients {
    /// The patient that is taken for the other one.
    pub from: PatientId,
    /// The patient under which both are found.
    pub into: PatientId,
}
