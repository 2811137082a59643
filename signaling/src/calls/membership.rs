//! Membership of a call: leaving, coming back, and giving a transport up.

use super::Calls;
use crate::{
    context::{Context, Outcome, Sender},
    contract::MediaOrder,
    message::{ServerMessage, call::Released, clinical::Closed, session::ErrorCode},
    registry::{Action, Stage, Unsent},
};
use teranga_clinic::{
    case::DeferReason,
    fact::What,
    id::{ConsultationId, PartyId},
    people::{Addressee, Identity, Role},
};

impl Calls {
    /// A member leaves the call.
    pub(crate) fn leave(cx: &mut Context, me: &Sender, id: ConsultationId) -> Outcome {
        cx.open_for(me, id, Action::Leave)?;
        cx.refuse_while_turning(id)?;
        if leaves_for_good(cx, id, &me.who) {
            cx.record(id, Some(me.party()), What::Left, "leave")?;
        }
        Self::leave_seat(cx, id, me.party());
        Ok(())
    }

    /// The departure of a guest is durable.
    pub(crate) fn left(cx: &mut Context, id: ConsultationId, guest: &PartyId) {
        Self::drop_transport(cx, id, guest);
        cx.registry.unseat(guest);
        cx.update_pace(guest);
        cx.mark_people_changed(id);
    }

    /// A doctor does not hold a consultation any more and is out of it: another one took it over, or it was handed on.
    pub(crate) fn released(cx: &mut Context, id: ConsultationId, doctor: &PartyId, by: Option<&Identity>) {
        Self::left(cx, id, doctor);
        let by = by.map(|by| by.name.clone());
        cx.send_to(doctor, ServerMessage::Released(Released { consultation: id, by }));
        // A page of the version before knows only this message; any other one has left the call with the first.
        cx.send_to(
            doctor,
            ServerMessage::Closed(Closed { consultation: id, disposition: None, deferred: false }),
        );
    }

    /// A member comes back to a call it has left.
    pub(crate) fn rejoin(cx: &mut Context, me: &Sender, id: ConsultationId) -> Outcome {
        cx.open_for(me, id, Action::Attend)?;
        if cx.uncommitted.leaving(me.party()) {
            return Err(ErrorCode::NotFound.into());
        }
        Self::drop_transport(cx, id, me.party());
        if let Some(seat) = cx.registry.seat_mut(id, me.party()) {
            seat.stage = Stage::In;
        }
        cx.mark_unsent(id, me.party(), Unsent::ALL);
        cx.update_pace(me.party());
        Ok(())
    }

    /// Gives the transport of a seat up: it is torn down, and the next one has a new member number.
    pub(crate) fn drop_transport(cx: &mut Context, id: ConsultationId, party: &PartyId) {
        let Some(open) = cx.registry.get_mut(id) else { return };
        let room = open.room.id;
        let Some(seat) = open.room.seat_mut(party).filter(|seat| seat.is_joined()) else { return };
        seat.drop_transport();
        if let Some(member) = cx.registry.renew_member(id, party) {
            cx.tokens.revoke_member(member);
            cx.order(MediaOrder::Leave { room, member });
        }
        cx.mark_changed(id);
    }

    /// Marks a member as out of the call; the seat is kept.
    pub(crate) fn leave_seat(cx: &mut Context, id: ConsultationId, party: &PartyId) {
        Self::drop_transport(cx, id, party);
        let seat = cx.registry.seat_mut(id, party);
        let Some(seat) = seat.filter(|seat| seat.is_member()) else { return };
        seat.stage = Stage::Left;
        let member = seat.member;
        cx.tokens.revoke_member(member);
        cx.update_pace(party);
        cx.mark_changed(id);
    }

    /// The place of a page that says hello: one that is back with its transport keeps it, any other begins with a
    /// fresh join token.
    pub(crate) fn resume_place(cx: &mut Context, me: &Sender, same_page: bool) {
        Self::resume_prewarmed(cx, me.party(), same_page);
        let Some((open, seat)) = cx.registry.seat_of(me.party()) else { return };
        let (id, keeps) = (open.consultation.id(), same_page && seat.can_keep_transport());
        if !keeps {
            Self::drop_transport(cx, id, me.party());
        }
        cx.mark_unsent(id, me.party(), Unsent { grant: !keeps, record: true });
    }

    /// Empties the seat of a revoked party: a request is withdrawn, an invitation taken back, a guest is out. A request that was a case
    /// is one again, for the other tablets of the post. Whoever is needed to end the consultation properly keeps an empty seat.
    pub(crate) fn evict(cx: &mut Context, party: &PartyId) {
        let Some((open, seat)) = cx.registry.seat_of(party) else { return };
        let (id, waiting, member, who) =
            (open.consultation.id(), open.is_waiting(), seat.is_member(), seat.who.clone());
        if waiting && open.consultation.was_case() {
            let to = Addressee::Speciality(open.consultation.asked_speciality());
            cx.record_if_possible(id, None, What::Deferred { to, why: DeferReason::Unanswered });
        } else if waiting {
            cx.record_if_possible(id, None, What::Cancelled);
        } else if member && leaves_for_good(cx, id, &who) {
            cx.record_if_possible(id, Some(party), What::Left);
        } else if !member && !cx.uncommitted.seating(party) {
            Self::uninvite(cx, id, party);
        }
        Self::leave_seat(cx, id, party);
    }
}

/// True if the departure of this party is for good; the post and the holder keep their seat.
fn leaves_for_good(cx: &Context, id: ConsultationId, who: &Identity) -> bool {
    let holds = |party: &PartyId| cx.registry.get(id).is_some_and(|open| open.consultation.is_held_by(party));
    who.role != Role::Kiosk && !holds(&who.party) && !cx.uncommitted.leaving(&who.party)
}
