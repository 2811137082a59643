//! Pre-warming: whoever will soon be in a call brings its transport up meanwhile, in a room of its own. That is a post
//! that fills in its form, and a specialist for whom a request rings. The post's request takes its room over, the
//! specialist who takes it moves there. A form that is given up and a bell that falls silent close the room, and so
//! does time.

use super::Calls;
use crate::{
    context::{Context, Outcome, Refusal, Sender, Timer},
    contract::MediaOrder,
    id::RoomId,
    limits,
    message::{ServerMessage, call::Prepared, session::ErrorCode},
    registry::{PrewarmedRoom, Stage, Unsent},
};
use std::sync::Arc;
use teranga_clinic::{
    id::{ConsultationId, PartyId},
    people::{Identity, Role},
};

impl Calls {
    /// A page asks for a pre-warmed room, or gives it up.
    pub(crate) fn prepare(cx: &mut Context, me: &Sender, on: bool) -> Outcome {
        if !on {
            Self::close_prewarmed(cx, me.party());
            return Ok(());
        }
        let near = may_prepare(cx, me)?;
        if cx.registry.prewarmed.of(me.party()).is_none() {
            cx.registry.prewarm(me.who.clone(), near);
            let until = cx.now.plus_ms(limits::PREPARED_MS);
            cx.timers.set(Timer::Prewarmed(me.party().clone()), Some(until));
        }
        send_prepared(cx, me);
        Ok(())
    }

    /// Closes a party's pre-warmed room, if it has one.
    pub(crate) fn close_prewarmed(cx: &mut Context, party: &PartyId) {
        let Some(prewarmed) = take_prewarmed(cx, party) else { return };
        cx.tokens.revoke_member(prewarmed.seat.member);
        cx.order(MediaOrder::CloseRoom { room: prewarmed.room });
    }

    /// A page that is back with its transport keeps its room; any other begins anew.
    pub(crate) fn resume_prewarmed(cx: &mut Context, party: &PartyId, same_page: bool) {
        let stands = cx.registry.prewarmed.of(party).is_some_and(|own| own.seat.can_keep_transport());
        if !(same_page && stands) {
            Self::close_prewarmed(cx, party);
        }
    }

    /// Seats the doctor who has taken a request, with the transport that was pre-warmed while it rang, if there
    /// is one. It was in a room of its own before, and heard nobody.
    pub(crate) fn seat_holder(cx: &mut Context, id: ConsultationId, doctor: &Identity) {
        if !may_move(cx, id, &doctor.party) {
            Self::close_prewarmed(cx, &doctor.party);
        }
        let (own, to) = (take_prewarmed(cx, &doctor.party), cx.registry.get(id).map(|open| open.room.id));
        let (Some(PrewarmedRoom { room, mut seat }), Some(to)) = (own, to) else {
            return cx.registry.seat(id, Arc::new(doctor.clone()), Stage::In);
        };
        seat.unsent = Unsent { grant: !seat.is_joined(), record: true };
        if seat.is_joined() {
            cx.order(MediaOrder::Move { room, member: seat.member, to });
        }
        cx.registry.put(id, seat);
    }
}

/// True if the pre-warmed seat of a specialist can go on in the room of this consultation: a transport never leaves its
/// shard.
fn may_move(cx: &Context, id: ConsultationId, party: &PartyId) -> bool {
    let (own, open) = (cx.registry.prewarmed.of(party), cx.registry.get(id));
    let near = |own: &PrewarmedRoom| open.is_some_and(|open| own.room.shard == open.room.id.shard);
    own.is_some_and(|own| near(own) || !own.seat.is_joined())
}

fn take_prewarmed(cx: &mut Context, party: &PartyId) -> Option<PrewarmedRoom> {
    cx.timers.set(Timer::Prewarmed(party.clone()), None);
    cx.registry.prewarmed.take(party)
}

/// Sends a join token, unless the transport stands.
fn send_prepared(cx: &mut Context, me: &Sender) {
    let Some(own) = cx.registry.prewarmed.of(me.party()) else { return };
    let (member, joined) = (own.seat.member, own.seat.is_joined());
    let grant = (!joined).then(|| cx.join_token(me.session, member));
    cx.send(me.session, ServerMessage::Prepared(Prepared { grant }));
}

/// Refuses who may not pre-warm. Returns the room on whose shard a specialist's room must be.
fn may_prepare(cx: &Context, me: &Sender) -> Result<Option<RoomId>, Refusal> {
    let near = match me.who.role {
        Role::Kiosk => None,
        Role::Doctor => Some(ringing_for(cx, me).ok_or(ErrorCode::NotFound)?),
        Role::Guest | Role::Operator | Role::Coordinator => return Err(ErrorCode::NotFound.into()),
    };
    let has_one = cx.registry.prewarmed.of(me.party()).is_some();
    if cx.is_engaged(me.party()) {
        Err(ErrorCode::Busy.into())
    } else if cx.draining {
        Err(ErrorCode::Draining.into())
    } else if !has_one && cx.registry.prewarmed.count(me.who.role) >= limits::PREPARED {
        Err(ErrorCode::QueueFull.into())
    } else {
        Ok(near)
    }
}

/// The room of the first request that rings for a specialist.
fn ringing_for(cx: &Context, me: &Sender) -> Option<RoomId> {
    cx.registry.queue().find(|open| open.sent.alerted.contains(&me.session)).map(|open| open.room.id)
}
