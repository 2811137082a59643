//! Referrals, for calls and cases alike: who is told of one.

use super::Context;
use crate::message::ServerMessage;
use teranga_clinic::{
    consultation::{Consultation, referrals::referrals_of},
    fact::What,
    id::{ConsultationId, PartyId},
    people::Role,
};

/// A fact of a referral is durable: the tablets of the post and the doctors of the consultation get the referral as it is now.
pub(crate) fn tell_referral(cx: &mut Context, id: ConsultationId, what: &What) {
    let referral = match what {
        What::Referred { referral } => referral.referral,
        What::ReferralMoved { referral, .. } => *referral,
        _ => return,
    };
    let Some(consultation) = cx.registry.consultation(id) else { return };
    let Some(referral) = referrals_of(consultation).find(referral).cloned() else { return };
    let (place, doctors) = (consultation.post().place.id.clone(), doctors_of(consultation));
    tell_of_referral(cx, &place, &doctors, &ServerMessage::Referral(Box::new(referral)));
}

/// Sends a referral to the tablets of a post and to these doctors.
pub(crate) fn tell_of_referral(cx: &mut Context, place: &str, doctors: &[PartyId], message: &ServerMessage) {
    cx.send_to_post(place, message);
    for doctor in doctors {
        cx.send_to(doctor, message.clone());
    }
}

/// The doctors who are in a consultation, or held it.
fn doctors_of(consultation: &Consultation) -> Vec<PartyId> {
    let all = consultation.entered().iter().chain(consultation.formers());
    all.filter(|who| who.role == Role::Doctor).map(|who| who.party.clone()).collect()
}
