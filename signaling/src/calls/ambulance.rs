//! The telephone of an ambulance: it enters the call of its evacuation by itself as soon as it says hello, because a doctor or the post made
//! its link. Nobody can invite it anywhere else.

use super::Calls;
use crate::{
    context::{Context, Outcome, Sender, call_of_ambulance},
    message::session::ErrorCode,
    registry::Stage,
};
use teranga_clinic::{
    fact::What,
    id::{ConsultationId, PartyId},
    referral::is_ambulance,
};

impl Calls {
    /// Empties the seat of an ambulance whose journey is over, before its page is told where it is.
    pub(crate) fn check_ambulance(cx: &mut Context, party: &PartyId) {
        let is_over = is_ambulance(party) && call_of_ambulance(cx, party).is_none();
        if is_over && cx.registry.of_party(party).is_some() {
            Self::evict(cx, party);
        }
    }

    /// Brings the telephone of an ambulance into its call, if it is not there. Anybody else stays where they are.
    pub(crate) fn bring_ambulance(cx: &mut Context, me: &Sender) {
        let party = me.party();
        if !is_ambulance(party) || cx.uncommitted.seating(party) {
            return;
        }
        let is_member = cx.registry.seat_of(party).is_some_and(|(_, seat)| seat.is_member());
        let Some(id) = call_of_ambulance(cx, party).filter(|_| !is_member) else { return };
        if let Err(refusal) = enter(cx, me, id) {
            cx.refuse(me.session, "hello", refusal);
        }
    }
}

fn enter(cx: &mut Context, me: &Sender, id: ConsultationId) -> Outcome {
    cx.refuse_while_turning(id)?;
    let party = me.party();
    if cx.registry.seat_of(party).is_none() {
        let has_space = cx.registry.get(id).is_some_and(|open| open.room.has_space());
        if !has_space {
            return Err(ErrorCode::RoomFull.into());
        }
        let until = cx.now.plus_ms(cx.config.invite_ms);
        cx.registry.seat(id, me.who.clone(), Stage::Invited { until, hand_over: false });
        cx.mark_people_changed(id);
    }
    let guest = (*me.who).clone();
    cx.record(id, Some(party), What::Entered { guest, holds: false, why: None }, "hello")
}
