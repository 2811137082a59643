//! A doctor takes a request. Exactly one of several succeeds: the first whose fact is under way to the disk.

use super::{Dispatch, resend::show_again};
use crate::{
    context::{Context, Outcome, Refusal, Sender},
    message::{ServerMessage, queue::EntryGone, session::ErrorCode},
    registry::Unsent,
};
use teranga_clinic::{
    fact::{Fact, What},
    id::{ConsultationId, PartyId},
    people::{Identity, Role},
};

impl Dispatch {
    /// A doctor claims a request.
    pub(crate) fn claim(cx: &mut Context, me: &Sender, id: ConsultationId) -> Outcome {
        me.must_be(Role::Doctor)?;
        let open = cx.registry.get(id).ok_or_else(|| cx.absent(id))?;
        if let Some(owner) = open.consultation.owner() {
            if owner.party == *me.party() {
                return show_again(cx, me, id);
            }
            if !open.is_queued() {
                return Err(taken_by(owner));
            }
        }
        match cx.uncommitted.turning(id) {
            Some(fact) if fact.by.as_ref() == Some(me.party()) => return Ok(()),
            Some(fact) => return Err(taken(fact)),
            None if is_engaged_elsewhere(cx, me, id) => return Err(ErrorCode::Busy.into()),
            None => {}
        }
        let doctor = (*me.who).clone();
        cx.record(id, Some(me.party()), What::Claimed { doctor }, "claim")
    }

    /// A claim is durable: the other doctors see the row go, and the doctor's invitation is void.
    pub(crate) fn claimed(cx: &mut Context, id: ConsultationId, doctor: &Identity) {
        cx.counters.claimed += 1;
        Self::void_invitation(cx, &doctor.party);
        let gone = EntryGone { consultation: id, by: Some(doctor.name.clone()), returns: false };
        cx.send_to_doctors(&ServerMessage::EntryGone(gone), Some(&doctor.party));
    }

    /// Takes back the invitation of a doctor who enters another call.
    pub(crate) fn void_invitation(cx: &mut Context, doctor: &PartyId) {
        let is_invited = cx.registry.seat_of(doctor).is_some_and(|(_, seat)| !seat.is_member());
        if is_invited && let Some(elsewhere) = cx.registry.unseat(doctor) {
            cx.mark_changed(elsewhere);
        }
    }

    /// The post enters the call of its claimed request, with the transport that it has pre-warmed if it has one. It has
    /// written the record itself, which would stand in front of the first voice on a thin link.
    pub(crate) fn call_post_in(cx: &mut Context, id: ConsultationId) {
        let Some(open) = cx.registry.get_mut(id) else { return };
        let post = open.consultation.tablets().current().party.clone();
        if let Some(seat) = open.room.seat_mut(&post) {
            seat.unsent = Unsent { grant: !seat.is_joined(), record: false };
        }
        cx.update_pace(&post);
    }
}

/// True if a doctor is in another consultation, or will be. One who is in this one may take it over.
fn is_engaged_elsewhere(cx: &Context, me: &Sender, id: ConsultationId) -> bool {
    let seated = cx.registry.seat_of(me.party()).filter(|(_, seat)| seat.is_member());
    seated.is_some_and(|(open, _)| open.consultation.id() != id) || cx.uncommitted.seating(me.party())
}

pub(super) fn taken_by(owner: &Identity) -> Refusal {
    Refusal { code: ErrorCode::AlreadyTaken, by: Some(owner.name.clone()) }
}

/// The reason why a request is reserved: somebody takes it at this moment, or it is being withdrawn.
pub(super) fn taken(fact: &Fact) -> Refusal {
    match &fact.what {
        What::Claimed { doctor } | What::Entered { guest: doctor, holds: true, .. } => taken_by(doctor),
        _ => ErrorCode::NotFound.into(),
    }
}
