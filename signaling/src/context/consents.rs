//! The consent of a patient, for calls and cases alike: who is told of it.

use super::Context;
use crate::{
    message::{ServerMessage, clinical::ConsentTold},
    registry::OpenConsultation,
};
use teranga_clinic::{consultation::consents::consents, id::ConsultationId};

/// An answer is durable: whoever is in the call reads it, and so do the tablets of the post and the doctors of a case.
pub(crate) fn tell_consent(cx: &mut Context, id: ConsultationId) {
    let Some(consultation) = cx.registry.consultation(id) else { return };
    let Some(consent) = consents(consultation).last().cloned() else { return };
    let (place, entered) = (consultation.post().place.id.clone(), consultation.entered().to_vec());
    let in_call = cx.registry.get(id).map(OpenConsultation::members);
    let is_case = in_call.is_none();
    let told = in_call.unwrap_or_else(|| entered.into_iter().map(|who| who.party).collect());
    let message = ServerMessage::Consent(Box::new(ConsentTold { consultation: id, consent }));
    if is_case {
        cx.send_to_post(&place, &message);
    }
    for party in &told {
        cx.send_to(party, message.clone());
    }
}
