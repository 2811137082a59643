//! Signed prescriptions in version 3 of the stored form. This file is not changed any more once it is released.

use super::v1::values;
use crate::{
    drug::ProductId,
    id::{ConsultationId, PrescriptionId},
    pii::Pii,
    prescription,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the row names the identifier as the domain does")]
pub(super) struct Prescription {
    prescription: Uuid,
    consultation: Uuid,
    post: String,
    patient: PrescribedTo,
    lines: Vec<PrescribedLine>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    justifications: Vec<Justification>,
    by: Pii<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order_number: Option<Pii<String>>,
    at: u64,
    valid_until: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    replaces: Option<Uuid>,
    text: Pii<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PrescribedTo {
    name: String,
    sex: String,
    age: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PrescribedLine {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    product: Option<String>,
    atc: String,
    drug: String,
    directions: String,
    days: u16,
    quantity: u32,
    unit: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Justification {
    line: u8,
    kind: FindingKind,
    why: String,
}

values!(FindingKind of prescription::FindingKind {
    Allergy, SameSubgroup, Pregnancy, MaleAndPregnant, SameSubstance, PregnancyUnknown, IntakeHigh, AgeUnlisted, DoseLow, DoseHigh, PatientUnknown, CourseLong, TooLong, NotRenewable,
    Unchecked
});

impl From<prescription::SignedPrescription> for Prescription {
    fn from(signed: prescription::SignedPrescription) -> Self {
        let prescription::PrescribedTo { name, sex, age } = signed.patient.into_inner();
        Self {
            prescription: signed.prescription.0,
            consultation: signed.consultation.0,
            post: signed.post,
            patient: PrescribedTo { name, sex, age },
            lines: signed.lines.into_inner().into_iter().map(Into::into).collect(),
            justifications: signed.justifications.into_inner().into_iter().map(Into::into).collect(),
            by: signed.by,
            order_number: signed.order_number,
            at: signed.at.0,
            valid_until: signed.valid_until.0,
            replaces: signed.replaces.map(|replaced| replaced.0),
            text: signed.text,
        }
    }
}

impl From<Prescription> for prescription::SignedPrescription {
    fn from(stored: Prescription) -> Self {
        let PrescribedTo { name, sex, age } = stored.patient;
        let lines: Vec<_> = stored.lines.into_iter().map(Into::into).collect();
        let justifications: Vec<_> = stored.justifications.into_iter().map(Into::into).collect();
        Self {
            prescription: PrescriptionId(stored.prescription),
            consultation: ConsultationId(stored.consultation),
            post: stored.post,
            patient: prescription::PrescribedTo { name, sex, age }.into(),
            lines: lines.into(),
            justifications: justifications.into(),
            by: stored.by,
            order_number: stored.order_number,
            at: Timestamp(stored.at),
            valid_until: Timestamp(stored.valid_until),
            replaces: stored.replaces.map(PrescriptionId),
            text: stored.text,
        }
    }
}

impl From<prescription::PrescribedLine> for PrescribedLine {
    fn from(line: prescription::PrescribedLine) -> Self {
        let prescription::PrescribedLine { product, atc, drug, directions, days, quantity, unit } = line;
        Self { product: product.map(|id| id.0), atc, drug, directions, days, quantity, unit }
    }
}

impl From<PrescribedLine> for prescription::PrescribedLine {
    fn from(line: PrescribedLine) -> Self {
        let PrescribedLine { product, atc, drug, directions, days, quantity, unit } = line;
        Self { product: product.map(ProductId), atc, drug, directions, days, quantity, unit }
    }
}

impl From<prescription::Justification> for Justification {
    fn from(answer: prescription::Justification) -> Self {
        Self { line: answer.line, kind: answer.kind.into(), why: answer.why }
    }
}

impl From<Justification> for prescription::Justification {
    fn from(answer: Justification) -> Self {
        Self { line: answer.line, kind: answer.kind.into(), why: answer.why }
    }
}
