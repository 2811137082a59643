//! Waits that ring nobody until a time: a call that its doctor puts on hold, and a post that wants to be called back. A consultation
//! that is given to another speciality rings there at once.

use super::Dispatch;
use crate::{
    context::{Context, Outcome, Sender},
    message::{
        ServerMessage,
        call::Act,
        queue::{EntryGone, Postpone, Redirect},
        session::ErrorCode,
        waiting::Postponed,
    },
    registry::escalation::EscalationClock,
};
use teranga_clinic::{
    fact::{RingReason, What},
    id::ConsultationId,
    people::Role,
    time::Timestamp,
};

impl Dispatch {
    /// The holder puts a call on hold, or a post that waits asks to be called back.
    pub(crate) fn postpone(cx: &mut Context, me: &Sender, postpone: Postpone) -> Outcome {
        let Postpone { consultation: id, for_ms } = postpone;
        Self::must_be_able(cx, me, id, Act::Postpone)?;
        cx.refuse_while_turning(id)?;
        let until = cx.now.plus_ms(for_ms);
        cx.record(id, Some(me.party()), What::Postponed { until }, "postpone")
    }

    /// The holder gives a consultation to another speciality.
    pub(crate) fn redirect(cx: &mut Context, me: &Sender, redirect: Redirect) -> Outcome {
        let Redirect { consultation: id, speciality, why } = redirect;
        Self::must_be_able(cx, me, id, Act::Redirect)?;
        cx.held_by(me, id)?;
        cx.record(id, Some(me.party()), What::Redirected { speciality, why }, "redirect")
    }

    /// It is durable that a consultation rings nobody for now: whom it rang hear that it has stopped.
    pub(crate) fn put_off(cx: &mut Context, id: ConsultationId) {
        cx.counters.postponed += 1;
        if let Some(open) = cx.registry.get_mut(id) {
            open.sent.alerted.clear();
            open.sent.row = None;
            open.clock = EscalationClock::default();
        }
        let gone = EntryGone { consultation: id, by: None, returns: true };
        cx.send_to_doctors(&ServerMessage::EntryGone(gone), None);
        cx.mark_people_changed(id);
    }

    /// Rings again if the time has come until which it was put off. Returns true if it recorded that.
    pub(super) fn tend_postponed(cx: &mut Context, id: ConsultationId) -> bool {
        if postponed_until(cx, id).is_none_or(|until| until > cx.now) {
            return false;
        }
        let recorded = cx.record_if_possible(id, None, What::RangAgain { why: RingReason::Due });
        if !recorded {
            Self::retry_escalation(cx, id);
        }
        recorded
    }

    /// Refuses what the table of acts does not allow now.
    fn must_be_able(cx: &Context, me: &Sender, id: ConsultationId, act: Act) -> Outcome {
        let Some(open) = cx.registry.get(id) else { return Err(cx.absent(id).into()) };
        let seat = open.room.seat(me.party()).ok_or(ErrorCode::NotFound)?;
        if cx.may_now(open, seat, act) {
            return Ok(());
        }
        let is_member = me.who.role == Role::Kiosk || open.consultation.is_held_by(me.party());
        Err(if is_member { ErrorCode::Busy } else { ErrorCode::NotFound }.into())
    }
}

/// The time at which a consultation that is put off rings again; none if it is not, or an uncommitted fact decides it.
pub(super) fn postponed_until(cx: &Context, id: ConsultationId) -> Option<Timestamp> {
    let open = cx.registry.get(id)?;
    let postponed = open.consultation.detours().0?;
    let decided = cx.uncommitted.turning(id).is_some() || cx.uncommitted.ringing_again(id);
    (!decided).then(|| postponed.until.max(open.clock.not_before()))
}

/// The way in which a consultation is put off, as those in it are told.
pub(crate) fn postponed_message(cx: &Context, id: ConsultationId) -> Option<Postponed> {
    let postponed = cx.registry.get(id)?.consultation.detours().0?;
    let by = postponed.by.as_ref().map(|doctor| doctor.name.clone());
    Some(Postponed { by, for_ms: postponed.until.since_ms(cx.now) })
}
