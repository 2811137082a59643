//! The code of a prescription, for where there is no camera.

use crate::{code, id::PrescriptionId};

/// The code of a prescription, as `7K3M9-QRT2X`.
pub fn code_of(id: PrescriptionId) -> String {
    code::code_of(id.0)
}

/// The first and the last identifier with this code; none if it is no code.
pub fn ids_of_code(code: &str) -> Option<(PrescriptionId, PrescriptionId)> {
    code::ids_of_code(code).map(|(first, last)| (PrescriptionId(first), PrescriptionId(last)))
}
