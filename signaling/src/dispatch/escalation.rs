//! The clock of what waits: escalation to the next step, and then a deferred case, so that nobody is lost.

use super::{
    Dispatch,
    order::{rank, rings_more_at},
    put_off::postponed_until,
    ring_again::rings_again_at,
};
use crate::{
    context::{Context, Timer},
    presence::on_duty,
    registry::escalation::next_step,
};
use teranga_clinic::{
    case::DeferReason, consultation::Phase, fact::What, id::ConsultationId, people::Addressee,
    time::Timestamp,
};

/// The pause before an escalation that could not be stored is tried again, in milliseconds.
const RETRY_MS: u64 = 5_000;

impl Dispatch {
    /// Does what is due: a consultation that nobody answered or whose post is out of reach becomes a case, one whose doctor is absent
    /// rings again, one that rings escalates.
    pub(crate) fn tend(cx: &mut Context, id: ConsultationId) {
        if let Some((_, why)) = deferral(cx, id).filter(|(due, _)| *due <= cx.now) {
            Self::defer(cx, id, why);
        } else if Self::tend_holder(cx, id) || Self::tend_postponed(cx, id) {
            // Recorded: the clock goes on from there.
        } else if escalates_at(cx, id).is_some_and(|due| due <= cx.now) {
            Self::escalate(cx, id);
        }
        cx.mark_changed(id);
    }

    /// An escalation could not be stored: the clock tries again, it does not stop.
    pub(crate) fn retry_escalation(cx: &mut Context, id: ConsultationId) {
        let later = cx.now.plus_ms(RETRY_MS);
        if let Some(open) = cx.registry.get_mut(id) {
            open.clock.postpone(later);
        }
        cx.mark_changed(id);
    }

    /// Sets the next deadline of a consultation.
    pub(crate) fn schedule(cx: &mut Context, id: ConsultationId) {
        let doctors = on_duty(cx);
        let rings_more =
            cx.registry.get(id).and_then(|open| rings_more_at(cx, open, &rank(cx, open, &doctors)));
        let due = [
            escalates_at(cx, id),
            cx.invitation_ends_at(id),
            deferral(cx, id).map(|(due, _)| due),
            rings_again_at(cx, id),
            postponed_until(cx, id),
            rings_more,
        ];
        cx.timers.set(Timer::Consultation(id), due.into_iter().flatten().min());
    }

    fn defer(cx: &mut Context, id: ConsultationId, why: DeferReason) {
        let speciality = cx.registry.get(id).map(|open| open.consultation.asked_speciality());
        let Some(to) = speciality.map(Addressee::Speciality) else { return };
        if !cx.record_if_possible(id, None, What::Deferred { to, why }) {
            Self::retry_escalation(cx, id);
        }
    }

    fn escalate(cx: &mut Context, id: ConsultationId) {
        let Some(open) = cx.registry.get(id) else { return };
        let why = open.clock.reason(&open.consultation, &cx.config.steps, cx.now);
        let Some(step) = next_step(open.consultation.step().0) else { return };
        if !cx.record_if_possible(id, None, What::Escalated { step, why: Some(why) }) {
            Self::retry_escalation(cx, id);
        }
    }
}

/// The time at which a consultation that rings escalates; none while an uncommitted fact decides it.
fn escalates_at(cx: &Context, id: ConsultationId) -> Option<Timestamp> {
    let open = cx.registry.get(id).filter(|open| open.is_ringing())?;
    let uncommitted = &cx.uncommitted;
    let decided =
        uncommitted.turning(id).is_some() || uncommitted.escalating(id) || uncommitted.ringing_again(id);
    if decided { None } else { open.clock.due(&open.consultation, &cx.config.steps) }
}

/// The time at which a consultation becomes a deferred case by itself, and the reason: nobody took it on the last step, or its post is
/// out of reach. None while an uncommitted fact decides it.
fn deferral(cx: &Context, id: ConsultationId) -> Option<(Timestamp, DeferReason)> {
    let open = cx.registry.get(id).filter(|_| !cx.uncommitted.moves_call(id))?;
    let unanswered = open.defers_at(cx.config.defer_ms).filter(|_| open.is_ringing());
    let unanswered = unanswered.map(|due| (due, DeferReason::Unanswered));
    let lost = open.post_away_since.filter(|_| open.consultation.phase() == Phase::Running);
    let lost = lost.map(|since| since.plus_ms(cx.config.link_lost_ms).max(open.clock.not_before()));
    let lost = lost.map(|due| (due, DeferReason::LinkLost));
    unanswered.into_iter().chain(lost).min_by_key(|(due, _)| *due)
}
