//! The code of a prescription, for where there is no camera.

use crate::{
    code,
    id::{PartyId, PrescriptionId},
};

/// The code of a prescription, as `7K3M9-QRT2X`.
pub fn code_of(id: PrescriptionId) -> String {
    code::code_of(id.0)
}

/// The name in the audit log of whoever reads a prescription with its paper, whom nobody knows.
pub fn paper_holder(id: PrescriptionId) -> PartyId {
    PartyId(format!("{PAPER}{id}"))
}

/// True if a party of the audit log is whoever has the paper of a prescription.
pub fn is_paper_holder(party: &PartyId) -> bool {
    party.0.starts_with(PAPER)
}

/// The first and the last identifier with this code; none if it is no code.
pub fn ids_of_code(code: &str) -> Option<(PrescriptionId, PrescriptionId)> {
    code::ids_of_code(code).map(|(first, last)| (PrescriptionId(first), PrescriptionId(last)))
}

/// The beginning of the names of those who have the paper of a prescription. No account and no tablet has such a name.
const PAPER: &str = "ordonnance:";
