//! Signed prescriptions: the document, its code on paper, and what became of it. A signed prescription is never edited: another one
//! replaces it, or it is cancelled. How one is drafted and checked stands in `prescribing`.

mod code;
mod left;
mod list;
mod signed;

pub use code::{code_of, ids_of_code, is_paper_holder, paper_holder};
pub use left::Undispensed;
pub use list::Prescriptions;
pub use signed::{
    Cancellation, FindingKind, Justification, LINES, PRESCRIPTIONS, PrescribedLine, PrescribedTo,
    Prescription, SignedPrescription, VALID_MS,
};
