//! Reading the records of consultations, their photos and attachments in both directions, the patients of a post, and where they can be evacuated to.

mod appointments;
mod archive;
pub(super) mod asker;
mod attachments;
mod consents;
pub(super) mod consultations;
pub(super) mod dispensing;
mod durable;
mod fhir;
mod patients;
mod photos;
mod pieces;
mod prescriptions;
mod readers;
mod stock;
mod structures;
mod verification;
mod who_has_seen;

use super::state::HttpState;
use axum::{Extension, Router};
use readers::Readers;
use std::sync::Arc;

/// The addresses below `/api/consultations` and `/api/patients`.
pub(super) fn router() -> Router<HttpState> {
    let files = photos::router().merge(attachments::router()).layer(Extension(Arc::<Readers>::default()));
    consultations::router()
        .merge(files)
        .merge(patients::router())
        .merge(prescriptions::router())
        .merge(dispensing::router())
        .merge(stock::router())
        .merge(structures::router())
        .merge(consents::router())
        .merge(who_has_seen::router())
        .merge(fhir::router())
        .merge(appointments::router())
        .merge(archive::router())
}
