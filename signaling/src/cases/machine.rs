//! The machine, and small questions that others put to it. The cases themselves are in the registry.

use crate::{context::Context, message::clinical::Close};
use teranga_clinic::{
    consultation::Consultation, fact::What, id::ConsultationId, people::Addressee, time::Timestamp,
};

const HOUR_MS: u64 = 60 * 60_000;

/// The machine of the deferred cases.
#[derive(Debug)]
pub(crate) struct Cases;

/// True if a case of this consultation is open.
pub(crate) fn is_case(cx: &Context, id: ConsultationId) -> bool {
    cx.registry.cases.get(id).is_some()
}

/// The fact that ends a consultation as its specialist says.
pub(crate) fn closing(now: Timestamp, close: Close) -> What {
    let follow_up = close.follow_up_h.map(|hours| now.plus_ms(u64::from(hours) * HOUR_MS));
    What::Closed { disposition: close.disposition, follow_up }
}

/// The addressee of a case: the one who was named, or the speciality of the request.
pub(super) fn addressee(named: Option<Addressee>, consultation: &Consultation) -> Addressee {
    named.unwrap_or(Addressee::Speciality(consultation.asked_speciality()))
}
