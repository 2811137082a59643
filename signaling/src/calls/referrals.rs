//! Referrals: what happens to them comes over HTTP, because a receiver has no socket and may have no account. The hub makes it facts, in
//! every phase, and tells the post and the doctors.

use super::Calls;
use crate::{
    context::{Context, tell_of_referral},
    contract::{OverReferral, ReferralChange},
    message::ServerMessage,
};
use teranga_clinic::{
    consultation::{Consultation, Phase, referrals::referrals_of},
    fact::{Fact, What},
    id::ConsultationId,
    people::{Identity, Role},
    referral::{REFERRALS, Referral, ReferralActor, ReferralStep},
    time::Timestamp,
};

impl Calls {
    /// A referral was ordered, or something happened to it. What is there already, or does not follow, changes nothing. One fact at a time
    /// is on its way to the disk, so that of two receivers who accept one wins, and none while a fact is that may end the consultation or
    /// make it ring: whoever asked looks at the disk, and asks again.
    pub(crate) fn referral(&mut self, cx: &mut Context, change: ReferralChange) {
        let ReferralChange { consultation: id, by, author, what, known_steps, over } = change;
        if cx.uncommitted.referring(id) || cx.uncommitted.ending(id) || cx.uncommitted.moves_case(id) {
            return;
        }
        let by = by.as_deref();
        match (cx.registry.consultation(id), over) {
            (Some(open), _) if is_fresh(open, &what, known_steps) && follows(open, by, &what, cx.now) => {
                let _ = cx.record_of_anybody(id, (by, author), *what, None);
            }
            (None, Some(over)) if moved(&over.referral, &what, cx.now).is_some() => {
                let recorded = cx.record_of_anybody(id, (by, author), (*what).clone(), Some(over.at_end));
                self.late_referrals.extend(recorded.ok().map(|()| (id, over)));
            }
            _ => {}
        }
    }

    /// The fate of a step after the end of its consultation is known: if it is durable, the tablets of the post and the doctors are told.
    pub(crate) fn late_referral(&mut self, cx: &mut Context, id: ConsultationId, fact: &Fact, durable: bool) {
        let Some(over) = self.late_referrals.remove(&id).filter(|_| durable) else { return };
        let OverReferral { place, doctors, referral, .. } = *over;
        if let Some(referral) = moved(&referral, &fact.what, fact.at) {
            tell_of_referral(cx, &place, &doctors, &ServerMessage::Referral(Box::new(referral)));
        }
    }
}

/// True if nothing has happened to the referral since whoever says this looked at it.
fn is_fresh(open: &Consultation, what: &What, known_steps: Option<usize>) -> bool {
    let What::ReferralMoved { referral, .. } = what else { return true };
    let steps = referrals_of(open).find(*referral).map(|known| known.steps.len());
    known_steps.is_none_or(|known| steps == Some(known))
}

/// True if the fact follows from those before it.
fn follows(open: &Consultation, by: Option<&Identity>, what: &What, now: Timestamp) -> bool {
    let known = referrals_of(open);
    match what {
        What::Referred { referral } => {
            let is_doctor = by.is_some_and(|by| by.role == Role::Doctor && open.is_member(by));
            let goes_on = matches!(open.phase(), Phase::Running | Phase::Deferred | Phase::FollowUp);
            is_doctor && goes_on && known.find(referral.referral).is_none() && known.all().len() < REFERRALS
        }
        What::ReferralMoved { referral, actor, .. } => {
            is_by(open, *actor, by)
                && known.find(*referral).is_some_and(|known| moved(known, what, now).is_some())
        }
        _ => false,
    }
}

/// True if somebody is what a step says. A receiver was checked with their account or their code.
fn is_by(open: &Consultation, actor: ReferralActor, by: Option<&Identity>) -> bool {
    match actor {
        ReferralActor::Post => by.is_some_and(|by| by.role == Role::Kiosk && open.is_of_post(by)),
        ReferralActor::Doctor => by.is_some_and(|by| by.role == Role::Doctor && open.is_member(by)),
        ReferralActor::Receiver => true,
        ReferralActor::Server => by.is_none(),
    }
}

/// The referral after a step; none if the step does not follow.
fn moved(referral: &Referral, what: &What, at: Timestamp) -> Option<Referral> {
    let What::ReferralMoved { actor, by_name, event, act, .. } = what else { return None };
    let (by, event) = (by_name.clone(), (**event).clone());
    let mut referral = referral.clone();
    referral.apply(&ReferralStep { at, actor: *actor, by, event, act: *act }).ok()?;
    Some(referral)
}
