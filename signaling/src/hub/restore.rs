//! Restoring: after a restart, before anything else is handled, the hub takes up again what was going on.

use super::Hub;
use crate::{cases::Cases, dispatch::Dispatch};
use teranga_clinic::{
    consultation::{Consultation, Illegal, Phase},
    fact::{Fact, What},
    id::ConsultationId,
    people::Identity,
    time::Timestamp,
};

/// The reason why a consultation could not be restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// Its facts do not follow from each other.
    #[error(transparent)]
    Illegal(#[from] Illegal),
    /// It is open already, or somebody in it has a seat in another one.
    #[error("the consultation contradicts another one that was restored before")]
    Conflict,
}

impl Hub {
    /// Takes a consultation up again: every open one, and those that ended within
    /// [`FINISHED_MS`](crate::limits::FINISHED_MS), so that a post which was away still gets its advice, and a request
    /// that is said again is not opened twice.
    ///
    /// # Errors
    /// See [`RestoreError`]; nothing has changed then.
    pub fn restore(&mut self, id: ConsultationId, facts: &[Fact]) -> Result<(), RestoreError> {
        let facts = &in_order(facts, self.cx.now);
        let consultation = Consultation::replay(facts)?;
        if consultation.id() != id {
            return Err(Illegal::Foreign.into());
        }
        match consultation.ended_at() {
            Some(ended_at) => self.dispatch.recently_closed.remember(&consultation, ended_at),
            None if matches!(consultation.phase(), Phase::Deferred | Phase::FollowUp) => {
                Cases::add(&mut self.cx, consultation, u32::try_from(facts.len()).unwrap_or(u32::MAX));
                Cases::schedule(&mut self.cx, id);
            }
            None => self.reopen(consultation, facts)?,
        }
        Ok(())
    }

    /// Learns from a consultation of the last days, open or not, how long posts wait and who followed which patient.
    pub fn learn(&mut self, facts: &[Fact]) {
        self.cx.past.learn_all(&in_order(facts, self.cx.now));
    }

    fn reopen(&mut self, consultation: Consultation, facts: &[Fact]) -> Result<(), RestoreError> {
        let (id, cx) = (consultation.id(), &mut self.cx);
        let is_seated = |who: &Identity| cx.registry.of_party(&who.party).is_some();
        let seated =
            is_seated(consultation.tablets().current()) || consultation.entered().iter().any(is_seated);
        if seated || cx.registry.get(id).is_some() {
            return Err(RestoreError::Conflict);
        }
        // Whoever was there before the restart is given the time to come back.
        let now = cx.now;
        cx.registry.open(consultation, u32::try_from(facts.len()).unwrap_or(u32::MAX), now);
        cx.mark_changed(id);
        Dispatch::schedule(cx, id);
        Ok(())
    }
}

/// The facts with times that a clock which was set back cannot have spoilt: none is later than the one after it, and none later than now.
/// What was recorded by a clock that was ahead counts as recorded now, so that its next step is not late by as much as the clock was wrong;
/// what it sets for later moves with it.
pub fn in_order(facts: &[Fact], now: Timestamp) -> Vec<Fact> {
    let mut facts = facts.to_vec();
    let mut latest = now;
    for fact in facts.iter_mut().rev() {
        latest = latest.min(fact.at);
        let ahead_ms = fact.at.since_ms(latest);
        fact.at = latest;
        bring_forward(&mut fact.what, ahead_ms);
    }
    facts
}

/// Moves the time that a fact sets for later, which was told by a clock that was so much ahead.
const fn bring_forward(what: &mut What, ahead_ms: u64) {
    if let What::Postponed { until: later, .. } | What::Closed { follow_up: Some(later), .. } = what {
        *later = Timestamp(later.0.saturating_sub(ahead_ms));
    }
}
