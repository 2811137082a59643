//! The clock of what waits: escalation to the next step, and the end of what everybody has deserted.

use super::{Dispatch, ring_again::rings_again_at};
use crate::{
    context::{Context, Timer},
    registry::escalation::next_step,
};
use teranga_clinic::{fact::What, id::ConsultationId, time::Timestamp};

/// The pause before an escalation that could not be stored is tried again, in milliseconds.
const RETRY_MS: u64 = 5_000;

impl Dispatch {
    /// Does what is due: a deserted consultation ends, one whose doctor is absent rings again, one that rings escalates.
    pub(crate) fn tend(cx: &mut Context, id: ConsultationId) {
        if deserted_at(cx, id).is_some_and(|due| due <= cx.now) {
            cx.record_if_possible(id, None, What::Cancelled);
        } else if Self::tend_holder(cx, id) {
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
        let due =
            [escalates_at(cx, id), cx.invitation_ends_at(id), deserted_at(cx, id), rings_again_at(cx, id)];
        cx.timers.set(Timer::Consultation(id), due.into_iter().flatten().min());
    }

    fn escalate(cx: &mut Context, id: ConsultationId) {
        let step = cx.registry.get(id).and_then(|open| next_step(open.consultation.step().0));
        let Some(step) = step else { return };
        if !cx.record_if_possible(id, None, What::Escalated { step }) {
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

/// The time at which a consultation of which nobody is connected ends by itself.
fn deserted_at(cx: &Context, id: ConsultationId) -> Option<Timestamp> {
    let since = cx.registry.get(id)?.deserted_since?;
    let ending = cx.uncommitted.turning(id).is_some();
    (!ending).then(|| since.plus_ms(cx.config.deserted_ms))
}
