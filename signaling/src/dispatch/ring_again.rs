//! A consultation whose doctor is not there rings again: by the clock, because the post calls, or because its doctor hands it
//! on. Whoever claims it then takes it over.

use super::{Dispatch, claims::taken_by, queue::position_of};
use crate::{
    context::{Context, Outcome, Sender},
    message::{
        ServerMessage,
        call::{Act, HandOn, MemberState, RingBack, RingsAgain},
        session::ErrorCode,
    },
    registry::{Action, Stage, escalation::EscalationClock},
};
use std::sync::Arc;
use teranga_clinic::{
    fact::{RingReason, What},
    id::{ConsultationId, PartyId},
    people::Role,
    time::Timestamp,
};

/// The least time between two rings that a post asks for, in milliseconds: each of them is a fact.
const ASK_AGAIN_MS: u64 = 10_000;

impl Dispatch {
    /// A post calls doctors again, or the holder calls back a post that has left.
    pub(crate) fn ring_again(cx: &mut Context, me: &Sender, id: ConsultationId) -> Outcome {
        let open = cx.open_for(me, id, Action::RingAgain)?;
        let seat = open.room.seat(me.party()).ok_or(ErrorCode::NotFound)?;
        if !cx.may_now(open, seat, Act::RingAgain) {
            return Err(ErrorCode::Busy.into());
        }
        if me.who.role != Role::Kiosk {
            let post = open.consultation.tablets().current().party.clone();
            if !cx.sessions.may_ring(me.party(), cx.now) {
                return Err(ErrorCode::TooFast.into());
            }
            let back = RingBack { consultation: id, by: me.who.name.clone() };
            cx.send_to(&post, ServerMessage::RingBack(back));
            return Ok(());
        }
        let asked_lately = open.consultation.rings_again().is_some_and(|rings| {
            rings.why == RingReason::Asked && cx.now < rings.since.plus_ms(ASK_AGAIN_MS)
        });
        if asked_lately || cx.uncommitted.ringing_again(id) {
            return Ok(());
        }
        cx.refuse_while_turning(id)?;
        cx.record(id, Some(me.party()), What::RangAgain { why: RingReason::Asked }, "ring_again")
    }

    /// The holder hands a consultation on, and claims another request with the same tap.
    pub(crate) fn hand_on(&mut self, cx: &mut Context, me: &Sender, hand_on: HandOn) -> Outcome {
        let id = hand_on.consultation;
        cx.held_by(me, id)?;
        if let Some(next) = hand_on.take {
            let wanted = cx.registry.get(next).filter(|_| next != id).ok_or(ErrorCode::NotFound)?;
            if let Some(owner) = wanted.consultation.owner().filter(|_| !wanted.is_queued()) {
                return Err(taken_by(owner));
            }
            self.next_claims.insert(me.party().clone(), next);
        } else {
            self.next_claims.remove(me.party());
        }
        let recorded =
            cx.record(id, Some(me.party()), What::RangAgain { why: RingReason::HandedOn }, "hand_on");
        if recorded.is_err() {
            self.next_claims.remove(me.party());
        }
        recorded
    }

    /// A doctor has handed a consultation on and is free: the claim that waited for it follows.
    pub(crate) fn claim_next(&mut self, cx: &mut Context, doctor: &PartyId) {
        let Some(next) = self.next_claims.remove(doctor) else { return };
        let Some(session) = cx.sessions.live(doctor) else { return };
        let Some(who) = cx.sessions.get(session).map(|session| session.who.clone()) else { return };
        if let Err(refusal) = Self::claim(cx, &Sender { session, who }, next) {
            cx.refuse(session, "claim", refusal);
        }
    }

    /// It is durable that a consultation rings again: everybody is rung anew.
    pub(crate) fn rang_again(cx: &mut Context, id: ConsultationId) {
        cx.counters.rang_again += 1;
        if let Some(open) = cx.registry.get_mut(id) {
            open.sent.alerted.clear();
            open.sent.row = None;
            open.clock = EscalationClock::default();
        }
        cx.mark_people_changed(id);
    }

    /// Rings again if that is due, and stops ringing if the doctor is back. Returns true if it recorded that.
    pub(super) fn tend_holder(cx: &mut Context, id: ConsultationId) -> bool {
        if rings_again_at(cx, id).is_some_and(|due| due <= cx.now) {
            let recorded = cx.record_if_possible(id, None, What::RangAgain { why: RingReason::Absent });
            if !recorded {
                Self::retry_escalation(cx, id);
            }
            return recorded;
        }
        false
    }

    /// The doctor of a consultation that rings again is back: it is theirs as before.
    pub(crate) fn welcome_back(cx: &mut Context, id: ConsultationId) {
        let Some(open) = cx.registry.get(id).filter(|open| open.consultation.rings_again().is_some()) else {
            return;
        };
        let back = open.holder().filter(|seat| seat.state(true) == MemberState::Here);
        let Some(doctor) = back.map(|seat| Arc::clone(&seat.who)) else { return };
        let party = doctor.party.clone();
        cx.record_if_possible(id, Some(&party), What::Claimed { doctor: (*doctor).clone() });
    }
}

/// The time at which a running consultation rings again, because its doctor is absent and the post did not leave; none if it
/// rings already, or an uncommitted fact decides it.
pub(super) fn rings_again_at(cx: &Context, id: ConsultationId) -> Option<Timestamp> {
    let open = cx.registry.get(id).filter(|open| !open.is_queued())?;
    let since = open.holder_away_since.filter(|_| !open.is_waiting())?;
    let waits = open.post().is_some_and(|post| post.stage == Stage::In);
    let decided = cx.uncommitted.turning(id).is_some() || cx.uncommitted.ringing_again(id);
    (waits && !decided).then(|| since.plus_ms(cx.config.ring_again_ms).max(open.clock.not_before()))
}

/// The way in which a consultation rings again, as those in it are told.
pub(crate) fn rings_again_message(cx: &Context, id: ConsultationId) -> Option<RingsAgain> {
    let open = cx.registry.get(id)?;
    let rings = open.consultation.rings_again()?;
    let position = position_of(cx, id)?;
    let by = open.consultation.last_owner().map(|doctor| doctor.name.clone());
    Some(RingsAgain { why: rings.why, by, status: position.message(open, cx.now) })
}
