//! What the telephone of an ambulance is told, and what it may say. It hears and speaks in the call of one evacuation, and learns nothing
//! of the patient: everything that is not on these lists stays away from it, also what is added to the protocol later.

use super::Context;
use crate::{
    message::{ClientMessage, ServerMessage, call::Call, clinical::Closed, session::Welcome},
    registry::OpenConsultation,
};
use teranga_clinic::{
    consultation::referrals::referrals_of,
    id::{ConsultationId, PartyId},
    referral::referral_of_ambulance,
};

/// A message as the telephone of an ambulance may read it; none if it may not.
pub(crate) fn for_ambulance(message: ServerMessage) -> Option<ServerMessage> {
    Some(match message {
        ServerMessage::Welcome(welcome) => {
            let call = welcome.call.map(without_patient);
            ServerMessage::Welcome(Welcome { call, waiting: None, ..welcome })
        }
        ServerMessage::Call(call) => ServerMessage::Call(without_patient(call)),
        ServerMessage::Closed(closed) => ServerMessage::Closed(Closed { disposition: None, ..closed }),
        ServerMessage::Beat(_)
        | ServerMessage::Pace(_)
        | ServerMessage::Error(_)
        | ServerMessage::Bye(_)
        | ServerMessage::Answer(_)
        | ServerMessage::Streams(_)
        | ServerMessage::Caps(_) => message,
        _ => return None,
    })
}

/// True for what the telephone of an ambulance may say: that it is there, its voice, and that it leaves.
pub(crate) const fn may_say(message: &ClientMessage) -> bool {
    matches!(
        message,
        ClientMessage::Hello(_)
            | ClientMessage::Beat(_)
            | ClientMessage::Join(_)
            | ClientMessage::Offer(_)
            | ClientMessage::Measured(_)
            | ClientMessage::VoiceOnly(_)
            | ClientMessage::Screen(_)
            | ClientMessage::Voice(_)
            | ClientMessage::Leave(_)
            | ClientMessage::Rejoin(_)
    )
}

/// The call in which the telephone of an ambulance may be now: the one of its own evacuation, while that goes on and the patient has not
/// arrived.
pub(crate) fn call_of_ambulance(cx: &Context, party: &PartyId) -> Option<ConsultationId> {
    let referral = referral_of_ambulance(party)?;
    let travels = |open: &&OpenConsultation| {
        let known = referrals_of(&open.consultation).find(referral);
        known.is_some_and(|known| known.state.keeps_ambulance())
    };
    let call = match cx.registry.seat_of(party) {
        Some((open, _)) => Some(open).filter(|open| !open.is_waiting()).filter(travels),
        None => cx.registry.running().find(travels),
    };
    call.map(|open| open.consultation.id())
}

fn without_patient(call: Call) -> Call {
    Call { record: None, invitable: Vec::new(), postponed: None, ..call }
}
