//! The clock of a case: allocation, the reminder at half of the time, the deadline, the end of an answered case, and the question for
//! the outcome, which is put again and then given up. It counts from the facts, so a restart does not stop it.

use super::{allocate::candidate, machine::Cases};
use crate::{
    context::{Context, Timer},
    registry::OpenCase,
};
use teranga_clinic::{
    case::{AssignReason, Case, FollowUp, FollowUpStep, LossReason, Turn},
    clinical::Disposition,
    fact::What,
    id::ConsultationId,
    time::Timestamp,
};

/// The time after which the search for a specialist begins again, in milliseconds. It begins at once when a doctor connects or
/// the rota changes.
const SEARCH_EVERY_MS: u64 = 30_000;

/// The pause before a fact that could not be stored is tried again, in milliseconds.
const RETRY_MS: u64 = 5_000;

impl Cases {
    /// Does what is due in a case.
    pub(crate) fn tend(cx: &mut Context, id: ConsultationId) {
        let Some(open) = cx.registry.cases.get(id) else { return };
        if cx.uncommitted.is_any(id) {
            return;
        }
        let (next, now) = (next_fact(cx, open), cx.now);
        let found = next.is_some();
        let failed = next.is_some_and(|what| !cx.record_if_possible(id, None, what));
        if let Some(open) = cx.registry.cases.get_mut(id) {
            if failed {
                open.not_before = now.plus_ms(RETRY_MS);
            } else if !found {
                open.search_at = now.plus_ms(SEARCH_EVERY_MS);
            }
        }
        Self::schedule(cx, id);
    }

    /// Does at once what is due already, and sets the next deadline.
    pub(super) fn tend_if_due(cx: &mut Context, id: ConsultationId) {
        let next = cx.registry.cases.get(id).and_then(|open| next_at(cx, open));
        if next.is_some_and(|due| due <= cx.now) {
            Self::tend(cx, id);
        } else {
            Self::schedule(cx, id);
        }
    }

    /// Sets the next deadline of a case.
    pub(crate) fn schedule(cx: &mut Context, id: ConsultationId) {
        let Some(open) = cx.registry.cases.get(id) else { return };
        let due = if cx.uncommitted.is_any(id) { None } else { next_at(cx, open) };
        cx.timers.set(Timer::Consultation(id), due);
    }

    /// A fact of the clock could not be stored: it is tried again.
    pub(crate) fn retry(cx: &mut Context, id: ConsultationId) {
        let later = cx.now.plus_ms(RETRY_MS);
        if let Some(open) = cx.registry.cases.get_mut(id) {
            open.not_before = later;
        }
        cx.mark_case_changed(id);
    }

    /// The people whom a case could be given to have changed: cases without an owner search at once, and cases whose owner has
    /// no account any more find another one.
    pub(crate) fn people_changed(cx: &mut Context) {
        let searching = |open: &&OpenCase| open.consultation.owner().is_none() || has_lost_owner(cx, open);
        let ids: Vec<_> =
            cx.registry.cases.iter().filter(searching).map(|open| open.consultation.id()).collect();
        for id in ids {
            if let Some(open) = cx.registry.cases.get_mut(id) {
                open.search_at = Timestamp::default();
            }
            cx.mark_case_changed(id);
        }
    }
}

/// The fact that is due now; none if nothing is.
fn next_fact(cx: &Context, open: &OpenCase) -> Option<What> {
    let (urgency, times, now) = (open.consultation.request().urgency, &cx.config.cases, cx.now);
    if now < open.not_before {
        return None;
    }
    if let Some(follow_up) = open.consultation.follow_up() {
        return unanswered(cx, follow_up);
    }
    let case = open.consultation.case()?;
    if has_lost_owner(cx, open) {
        let owner = open.consultation.owner().map(|owner| &owner.party);
        let next = candidate(cx, open, owner).map(|(doctor, _)| doctor);
        return Some(What::Assigned { doctor: next, why: AssignReason::Revoked });
    }
    if case.due(urgency, times) <= now {
        return Some(overdue(cx, open, case));
    }
    if open.consultation.owner().is_none()
        && let Some((doctor, why)) = candidate(cx, open, None)
    {
        return Some(What::Assigned { doctor: Some(doctor), why });
    }
    case.reminder(urgency, times).filter(|due| *due <= now).map(|_| What::Reminded)
}

/// What happens if the post does not tell the outcome: it is asked again, and in the end the patient counts as lost to follow-up.
fn unanswered(cx: &Context, follow_up: &FollowUp) -> Option<What> {
    let (step, at) = follow_up.next(&cx.config.cases);
    (at <= cx.now).then_some(match step {
        FollowUpStep::AskAgain => What::OutcomeAskedAgain,
        FollowUpStep::GiveUp => What::LostToFollowUp { why: LossReason::NoAnswer },
    })
}

/// What happens at the deadline: the case goes to another specialist, the specialist takes over from a post that does not reply, an
/// answered case ends. If there is nobody else, the specialist keeps it, and the lapse is counted.
fn overdue(cx: &Context, open: &OpenCase, case: &Case) -> What {
    let owner = open.consultation.owner();
    match case.turn {
        Turn::Specialist => {
            let next = candidate(cx, open, owner.map(|owner| &owner.party));
            let doctor = next.map(|(doctor, _)| doctor).or_else(|| owner.cloned());
            What::Assigned { doctor, why: AssignReason::Overdue }
        }
        Turn::Post => What::Assigned { doctor: owner.cloned(), why: AssignReason::NoReply },
        Turn::Closing => What::Closed { disposition: Disposition::Advice, follow_up: None },
    }
}

/// The time at which something is due next.
fn next_at(cx: &Context, open: &OpenCase) -> Option<Timestamp> {
    if let Some(follow_up) = open.consultation.follow_up() {
        // At the first question nothing is recorded, but the rows say from then on that it is due.
        let first = Some(follow_up.due).filter(|due| *due > cx.now);
        let next = first.unwrap_or_else(|| follow_up.next(&cx.config.cases).1);
        return Some(next.max(open.not_before));
    }
    let case = open.consultation.case()?;
    let (urgency, times) = (open.consultation.request().urgency, &cx.config.cases);
    let searches = open.consultation.owner().is_none() || has_lost_owner(cx, open);
    let searches = searches.then_some(open.search_at);
    let due = [Some(case.due(urgency, times)), case.reminder(urgency, times), searches];
    due.into_iter().flatten().min().map(|due| due.max(open.not_before))
}

/// True if the specialist who answers for a case is known to have no account any more. Nobody is known to have none before the hub
/// was told who has one.
fn has_lost_owner(cx: &Context, open: &OpenCase) -> bool {
    let is_gone = |party| cx.rota.find(party).is_none() && !cx.sessions.is_live(party);
    cx.rota.doctors.is_some() && open.consultation.owner().is_some_and(|owner| is_gone(&owner.party))
}
