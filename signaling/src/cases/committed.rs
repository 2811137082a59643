//! The consequences of a durable fact of a case.

use super::{answers::own_message, machine::Cases, rows::case_gone};
use crate::{
    context::{Context, Entry, Sender, Timer, tell_consent, tell_referral},
    message::{
        ServerMessage,
        case::Recorded,
        clinical::{Closed, Saved, SavedKind},
    },
};
use teranga_clinic::{
    consultation::{Consultation, Phase},
    fact::What,
    id::{ConsultationId, PartyId},
};

/// The phase to which a fact has brought a case.
#[derive(Clone, Debug)]
pub(crate) enum Follows {
    /// It is a case, or its outcome is awaited.
    Case,
    /// It is over.
    Over(Box<Consultation>),
    /// It is a call: it rings, or its specialist called the post.
    Call(Box<Consultation>, u32),
}

impl Cases {
    /// A request is a case from its beginning.
    pub(crate) fn filed(cx: &mut Context, consultation: Consultation) {
        cx.counters.deferred += 1;
        let recorded = Recorded { consultation: consultation.id(), of: "request".to_owned(), act: None };
        cx.send_to(&consultation.post().party, ServerMessage::Recorded(recorded));
        Self::add(cx, consultation, 1);
    }

    /// Adds a case: one that was filed, one that was a call, one that is taken up after a restart.
    pub(crate) fn add(cx: &mut Context, consultation: Consultation, durable_facts: u32) {
        let id = consultation.id();
        cx.registry.cases.add(consultation, durable_facts);
        cx.mark_case_changed(id);
    }

    /// A fact of a case is durable: its author is told, and it is said what the case has become. None if the fact does not
    /// follow from those before it, which the handlers exclude.
    pub(crate) fn committed(cx: &mut Context, entry: &Entry) -> Option<Follows> {
        let id = entry.consultation;
        cx.registry.cases.apply(id, entry.number, &entry.fact).then_some(())?;
        if let What::TabletJoined { .. } = entry.fact.what {
            // What the tablet does follows, and is told to everybody.
            Self::schedule(cx, id);
            return Some(Follows::Case);
        }
        acknowledge(cx, entry);
        match &entry.fact.what {
            What::Consented { .. } | What::ConsentWithdrawn { .. } => tell_consent(cx, id),
            What::Referred { .. } | What::ReferralMoved { .. } => tell_referral(cx, id, &entry.fact.what),
            other => cx.tell_prescription(id, other),
        }
        count(cx, &entry.fact.what);
        cx.mark_case_changed(id);
        let follows = match cx.registry.cases.get(id)?.consultation.phase() {
            Phase::Deferred | Phase::FollowUp => return Some(Follows::Case),
            phase @ (Phase::Waiting | Phase::Running | Phase::Closed) => phase,
        };
        let ended = cx.registry.cases.remove(id)?;
        cx.timers.set(Timer::Consultation(id), None);
        for party in &ended.shown_to {
            cx.send_to(party, case_gone(id));
        }
        let (consultation, facts) = (Box::new(ended.consultation), ended.durable_facts);
        if follows != Phase::Closed {
            return Some(Follows::Call(consultation, facts));
        }
        tell_the_end(cx, &consultation);
        Some(Follows::Over(consultation))
    }
}

/// The members of a case hear of its end. The post of a consultation with an outcome has heard of the end already.
fn tell_the_end(cx: &mut Context, consultation: &Consultation) {
    if consultation.follow_up().is_some() {
        return;
    }
    let closed =
        Closed { consultation: consultation.id(), disposition: consultation.disposition(), deferred: false };
    cx.send_to_post(&consultation.post().place.id, &ServerMessage::Closed(closed));
    for who in consultation.entered() {
        cx.send_to(&who.party, ServerMessage::Closed(closed));
    }
}

/// Tells the author of a fact that it is durable.
fn acknowledge(cx: &mut Context, entry: &Entry) {
    let id = entry.consultation;
    let Some(by) = entry.fact.by.clone().filter(|_| !entry.of.is_empty()) else { return };
    match &entry.fact.what {
        What::Noted { note } => cx.send_to(&by, saved(id, SavedKind::Note, note.revision)),
        What::Advised { advice, .. } => advised(cx, id, &by, advice.revision),
        What::ChatWritten { .. } => {
            let count = cx.registry.cases.get(id).map_or(0, |open| open.consultation.chat().count());
            let Some(session) = cx.sessions.live(&by) else { return };
            let Some(who) = cx.sessions.get(session).map(|session| session.who.clone()) else { return };
            let message = own_message(cx, &Sender { session, who }, id, count);
            cx.send(session, message);
        }
        What::ChatSeen { .. } => {}
        _ => {
            let act = match &entry.fact.what {
                What::Examined { act, .. } | What::OutcomeTold { act, .. } => *act,
                _ => None,
            };
            let recorded = Recorded { consultation: id, of: entry.of.to_owned(), act };
            cx.send_to(&by, ServerMessage::Recorded(recorded));
        }
    }
}

/// The answer is durable: its author may say so, and the post gets it for its tablets.
fn advised(cx: &mut Context, id: ConsultationId, by: &PartyId, revision: u32) {
    cx.send_to(by, saved(id, SavedKind::Advice, revision));
    let Some(consultation) = cx.registry.cases.get(id).map(|open| &open.consultation) else { return };
    let signed = consultation.advice().iter().rev().find(|advice| advice.revision == revision).cloned();
    let place = consultation.post().place.id.clone();
    if let Some(advice) = signed {
        cx.send_to_post(&place, &ServerMessage::Advice(advice));
    }
}

fn count(cx: &mut Context, what: &What) {
    use teranga_clinic::case::AssignReason::Overdue;
    let counters = &mut cx.counters;
    match what {
        What::Advised { .. } | What::Prescribed { .. } => counters.cases_answered += 1,
        What::Assigned { why: Overdue, .. } => counters.cases_overdue += 1,
        What::Cancelled => counters.cancelled += 1,
        What::Closed { .. } => counters.closed += 1,
        _ => {}
    }
}

const fn saved(consultation: ConsultationId, what: SavedKind, revision: u32) -> ServerMessage {
    ServerMessage::Saved(Saved { consultation, what, revision })
}
