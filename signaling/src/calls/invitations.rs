//! Invitations: the holder of a consultation brings a further person in.

use super::Calls;
use crate::{
    context::{Context, Outcome, Refusal, Sender, Timer},
    dispatch::queue_row,
    limits,
    message::{
        ServerMessage,
        call::{AnswerInvite, Invitable, Invite},
        queue::Ring,
        session::ErrorCode,
    },
    registry::{Action, Seat, Stage, Unsent},
};
use std::sync::Arc;
use teranga_clinic::{
    fact::What,
    id::{ConsultationId, PartyId},
    people::{Availability, Identity, Role},
    referral::is_ambulance,
};

impl Calls {
    /// The holder invites somebody.
    pub(crate) fn invite(cx: &mut Context, me: &Sender, invite: &Invite) -> Outcome {
        let id = invite.consultation;
        let open = cx.open_for(me, id, Action::Direct)?;
        let invited = open.room.seat(&invite.party).is_some_and(|seat| !seat.is_member());
        let has_space = invited || open.room.has_space();
        let guest = invited_guest(cx, id, invite)?;
        cx.refuse_while_turning(id)?;
        if !has_space {
            return Err(ErrorCode::RoomFull.into());
        }
        seat_invited(cx, id, guest, invite);
        Ok(())
    }

    /// Somebody who was invited accepts or declines.
    pub(crate) fn answer_invite(cx: &mut Context, me: &Sender, answer: AnswerInvite) -> Outcome {
        let id = answer.consultation;
        let seat = cx.open_for(me, id, Action::Answer)?.room.seat(me.party());
        let holds = seat.is_some_and(|seat| matches!(seat.stage, Stage::Invited { hand_over: true, .. }));
        let why = seat.and_then(|seat| seat.invited_why.clone());
        if cx.uncommitted.seating(me.party()) {
            return Ok(());
        }
        if !answer.accept {
            Self::uninvite(cx, id, me.party());
            return Ok(());
        }
        cx.refuse_while_turning(id)?;
        let guest = (*me.who).clone();
        cx.record(id, Some(me.party()), What::Entered { guest, holds, why }, "answer_invite")
    }

    /// The entry of an invited party is durable.
    pub(crate) fn entered(cx: &mut Context, id: ConsultationId, guest: &PartyId) {
        Self::close_prewarmed(cx, guest);
        if let Some(seat) = cx.registry.seat_mut(id, guest) {
            seat.stage = Stage::In;
            seat.unsent = Unsent::ALL;
        }
        cx.update_pace(guest);
        cx.mark_people_changed(id);
    }

    /// Takes an invitation back.
    pub(crate) fn uninvite(cx: &mut Context, id: ConsultationId, party: &PartyId) {
        cx.registry.unseat(party);
        cx.update_pace(party);
        cx.mark_people_changed(id);
    }

    /// Takes back the invitations that nobody answered in time.
    pub(crate) fn drop_expired_invitations(cx: &mut Context, id: ConsultationId) {
        let now = cx.now;
        let expired = |seat: &&Seat| matches!(seat.stage, Stage::Invited { until, .. } if until <= now);
        let Some(open) = cx.registry.get(id) else { return };
        let expired: Vec<_> =
            open.room.seats().iter().filter(expired).map(|seat| seat.who.party.clone()).collect();
        for party in expired {
            if !cx.uncommitted.seating(&party) {
                Self::uninvite(cx, id, &party);
            }
        }
    }

    /// Notes who may be invited now. Returns true if that has changed and the holders shall be told: at once, or a little later if it
    /// changes again and again.
    pub(crate) fn invitable_changed(&mut self, cx: &mut Context) -> bool {
        let fresh = invitable(cx);
        if fresh == self.sent_invitable {
            return false;
        }
        if !self.invitable_pace.pass(cx.now) {
            cx.timers.set(Timer::Invitable, Some(cx.now.plus_ms(limits::NEWS_EVERY_MS)));
            return false;
        }
        self.sent_invitable = fresh;
        true
    }
}

/// Rings a party that is invited and has not answered: at once, and when it comes back.
pub(crate) fn ring_invited(cx: &mut Context, party: &PartyId) {
    let Some((open, seat)) = cx.registry.seat_of(party) else { return };
    if seat.is_member() {
        return;
    }
    let invited_by = open.consultation.owner().map(|owner| owner.name.clone());
    let (id, role) = (open.consultation.id(), seat.who.role);
    let why = seat.invited_why.clone().filter(|_| role == Role::Doctor);
    if let Some(row) = queue_row(cx, id) {
        let entry = if role == Role::Doctor { row } else { row.without_patient() };
        if role == Role::Doctor {
            cx.note_rung(id, party.clone());
        }
        cx.send_to(party, ServerMessage::Ring(Ring { entry, invited_by, why }));
    }
}

/// The parties that the holder of a consultation may invite now.
pub(super) fn invitable(cx: &Context) -> Vec<Invitable> {
    let people = cx.sessions.ready().map(|(_, session)| &session.who);
    let willing = people.filter(|who| is_invitable(cx, who)).take(limits::INVITABLE);
    let offered = willing.map(|who| Invitable {
        party: who.party.clone(),
        name: who.name.clone(),
        role: who.role,
        place: who.place.clone(),
    });
    offered.collect()
}

/// True for somebody who would come: connected, not in another consultation, and a doctor only if available. The telephone of an ambulance
/// is in its own call or in none.
fn is_invitable(cx: &Context, who: &Identity) -> bool {
    let party = &who.party;
    if is_ambulance(party) {
        return false;
    }
    let willing = match who.role {
        Role::Doctor => cx.availability(party) == Availability::Available,
        Role::Guest => true,
        Role::Kiosk | Role::Operator | Role::Coordinator => false,
    };
    willing && cx.registry.of_party(party).is_none() && !cx.uncommitted.seating(party)
}

fn invited_guest(cx: &Context, id: ConsultationId, invite: &Invite) -> Result<Arc<Identity>, Refusal> {
    let session = cx.sessions.live(&invite.party).and_then(|session| cx.sessions.get(session));
    let guest = session.map(|session| session.who.clone()).filter(|who| !is_ambulance(&who.party));
    let guest = guest.ok_or(ErrorCode::NotFound)?;
    if invite.hand_over && guest.role != Role::Doctor {
        return Err(ErrorCode::NotFound.into());
    }
    let again = cx.registry.seat_of(&guest.party);
    let again = again.is_some_and(|(open, seat)| open.consultation.id() == id && !seat.is_member());
    if (again && !cx.uncommitted.seating(&guest.party)) || is_invitable(cx, &guest) {
        return Ok(guest);
    }
    let busy = matches!(guest.role, Role::Doctor | Role::Guest);
    Err(if busy { ErrorCode::Busy } else { ErrorCode::NotFound }.into())
}

fn seat_invited(cx: &mut Context, id: ConsultationId, guest: Arc<Identity>, invite: &Invite) {
    let party = guest.party.clone();
    let until = cx.now.plus_ms(cx.config.invite_ms);
    cx.registry.unseat(&party);
    cx.registry.seat(id, guest, Stage::Invited { until, hand_over: invite.hand_over });
    if let Some(seat) = cx.registry.seat_mut(id, &party) {
        seat.invited_why.clone_from(&invite.why);
    }
    ring_invited(cx, &party);
    cx.update_pace(&party);
    cx.mark_people_changed(id);
}
