//! The patients of a post: found, joined and separated by the post (`own`), given the number of the national record later (`identify`), and what the post had before with a patient, for the members of a
//! consultation (`previous`). A post never sees another post's patients, and a doctor sees one only through a consultation.

mod book;
mod identify;
mod own;
mod previous;

pub(super) use book::identifications_of;

use crate::http::state::HttpState;
use axum::Router;

/// The addresses below `/api/patients`, and what stands beside a consultation.
pub(super) fn router() -> Router<HttpState> {
    own::router().merge(identify::router()).merge(previous::router())
}
