//! The order: which structure is asked for what, and the letter that goes with the patient.

use crate::{
    id::{ConsultationId, ReferralId},
    people::Place,
    pii::Pii,
    request::Urgency,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// The largest number of structures that are asked after the first one.
pub const OTHERS: usize = 4;

/// What the patient needs and the post does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// Caesarean section.
    Cesarean,
    /// An operating theatre.
    Surgery,
    /// Blood transfusion.
    Transfusion,
    /// Care of a sick newborn.
    Neonatal,
    /// X-ray or ultrasound.
    Imaging,
    /// Laboratory.
    Laboratory,
    /// A maternity ward.
    Maternity,
}

impl Need {
    /// Every need.
    pub const ALL: [Self; 7] = [
        Self::Cesarean,
        Self::Surgery,
        Self::Transfusion,
        Self::Neonatal,
        Self::Imaging,
        Self::Laboratory,
        Self::Maternity,
    ];
}

/// The letter to the receiving structure ("fiche de liaison"). Each field has 2,000 characters at most and may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// The patient in one line: name or initials, age, sex, weight.
    pub patient: Pii<String>,
    /// The reason of the referral.
    pub reason: Pii<String>,
    /// Vital signs and findings, one a line.
    pub findings: Pii<String>,
    /// What was done: treatment, advice, prescriptions in force.
    pub done: Pii<String>,
    /// What could not be examined.
    pub not_examined: Pii<String>,
    /// What the receiver is asked.
    pub question: Pii<String>,
}

/// The order of a doctor to send a patient to another structure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ReferralOrder {
    /// Identifier, which the doctor's page made.
    pub referral: ReferralId,
    /// The consultation.
    pub consultation: ConsultationId,
    /// The structure that is asked first.
    pub structure: Place,
    /// The structures that are asked after it, in this order, if one rejects or does not answer; [`OTHERS`] at most.
    pub others: Vec<Place>,
    /// What the patient needs.
    pub needs: Vec<Need>,
    /// The urgency of the consultation.
    pub urgency: Urgency,
    /// The letter.
    pub letter: Letter,
    /// The name of the doctor who ordered it.
    pub by: Pii<String>,
    /// Their number in the register of the professional order; none if it was not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub order_number: Option<Pii<String>>,
    /// Time by the server's clock, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub at: Timestamp,
    /// The code with which the structure that is asked now opens the letter without an account, as `7K3M9-QRT2X`. Each one that is asked
    /// after the first one has another code, as `7K3M9-QRT2X-4F7ZP`.
    pub code: Pii<String>,
}
