//! A signed prescription, and what became of it.

use crate::{
    dispensing::Dispensed,
    drug::ProductId,
    id::{ConsultationId, PrescriptionId},
    pii::Pii,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// The time for which a prescription may be dispensed, milliseconds: three months.
pub const VALID_MS: u64 = 90 * 24 * 60 * 60_000;

/// The most drugs of one prescription: as many as fit into its QR code.
pub const LINES: usize = 10;

/// The most prescriptions of one consultation, with those that were replaced and cancelled.
pub const PRESCRIPTIONS: usize = 20;

/// The reason why a line is questioned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// The allergies name the substance, or its class.
    Allergy,
    /// Another line has a drug of the same chemical subgroup.
    SameSubgroup,
    /// It is not to be given in this pregnancy, or only with care.
    Pregnancy,
    /// The form says that the patient is male and pregnant, so that one of them is wrong.
    MaleAndPregnant,
    /// Another line has the same substance.
    SameSubstance,
    /// A woman of child-bearing age gets a drug that is not for every pregnancy, and nobody noted whether she is pregnant.
    PregnancyUnknown,
    /// One intake is more than is published for a day divided by the usual number of intakes.
    IntakeHigh,
    /// Nothing is published for this age.
    AgeUnlisted,
    /// The amount a day is below what is published.
    DoseLow,
    /// The amount a day is above what is published.
    DoseHigh,
    /// The dose depends on age or weight, and the form does not tell them.
    PatientUnknown,
    /// The course is longer than is usual for this drug.
    CourseLong,
    /// The course is longer than the prescription is valid, three months.
    TooLong,
    /// A narcotic or psychotropic drug: each delivery needs a prescription of its own.
    NotRenewable,
    /// The drug or its dose is not in the formulary, so nothing was checked.
    Unchecked,
}

impl FindingKind {
    /// Every kind.
    pub const ALL: [Self; 15] = [
        Self::Allergy,
        Self::SameSubgroup,
        Self::Pregnancy,
        Self::MaleAndPregnant,
        Self::SameSubstance,
        Self::PregnancyUnknown,
        Self::IntakeHigh,
        Self::AgeUnlisted,
        Self::DoseLow,
        Self::DoseHigh,
        Self::PatientUnknown,
        Self::CourseLong,
        Self::TooLong,
        Self::NotRenewable,
        Self::Unchecked,
    ];

    /// True if the specialist must give a reason before signing, whatever the drug.
    pub const fn needs_answer(self) -> bool {
        !matches!(self, Self::Unchecked | Self::NotRenewable)
    }
}

/// The reason for which a questioned line stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Justification {
    /// The line, counted from 0.
    pub line: u8,
    /// The question.
    pub kind: FindingKind,
    /// The reason, in the specialist's words.
    pub why: String,
}

/// The patient as a prescription names them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PrescribedTo {
    /// Name or initials; empty if the post knows none.
    pub name: String,
    /// `F`, `M`, or empty.
    pub sex: String,
    /// Age in French words, as `27 ans`; empty if it is unknown.
    pub age: String,
}

/// One drug of a signed prescription, in the words that stand on the paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PrescribedLine {
    /// The product; none for a drug that is not in the formulary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub product: Option<ProductId>,
    /// ATC code; empty for a drug that is not in the formulary.
    pub atc: String,
    /// International name, strength and form.
    pub drug: String,
    /// How it is taken.
    pub directions: String,
    /// Days of the course.
    pub days: u16,
    /// Units of the product for the whole course; 0 where they cannot be counted.
    pub quantity: u32,
    /// Word for these units, in French; empty where they cannot be counted.
    pub unit: String,
}

/// A prescription as it was signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SignedPrescription {
    /// Identifier, which the specialist's page made.
    pub prescription: PrescriptionId,
    /// The consultation.
    pub consultation: ConsultationId,
    /// Name of the post for which it was written.
    pub post: String,
    /// The patient.
    pub patient: Pii<PrescribedTo>,
    /// The drugs.
    pub lines: Pii<Vec<PrescribedLine>>,
    /// The warnings that the specialist answered, with the reason of each.
    #[serde(default, skip_serializing_if = "no_justifications")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Pii<Vec<Justification>>>"))]
    pub justifications: Pii<Vec<Justification>>,
    /// The name of the specialist who signed.
    pub by: Pii<String>,
    /// Their number in the register of the professional order; none if it was not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub order_number: Option<Pii<String>>,
    /// Time of signing by the server's clock, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub at: Timestamp,
    /// The end of its validity, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub valid_until: Timestamp,
    /// The prescription of the same consultation that this one replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub replaces: Option<PrescriptionId>,
    /// The signed document as its QR code tells it (`docs/adr/0047-signed-prescriptions.md`).
    pub text: Pii<String>,
}

/// A prescription of a consultation, with what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Prescription {
    /// The document.
    pub signed: SignedPrescription,
    /// The prescription that replaced it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub replaced_by: Option<PrescriptionId>,
    /// Its cancellation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub cancelled: Option<Cancellation>,
    /// What was given of it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Dispensed>>"))]
    pub dispensed: Vec<Dispensed>,
}

/// The end of a prescription that nobody shall follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Cancellation {
    /// The specialist who cancelled it.
    pub by: Pii<String>,
    /// Time by the server's clock, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub at: Timestamp,
    /// The reason, in the specialist's words.
    pub why: Pii<String>,
}

impl Prescription {
    /// True if it is to be followed: nothing replaced or cancelled it.
    pub const fn is_in_force(&self) -> bool {
        self.replaced_by.is_none() && self.cancelled.is_none()
    }
}

fn no_justifications(justifications: &Pii<Vec<Justification>>) -> bool {
    justifications.reveal().is_empty()
}
