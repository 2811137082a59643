//! Sending facts to the disk. Nothing is acknowledged, and nothing changes, before a fact is durable.

use super::{Context, Outcome, uncommitted::Entry};
use crate::{contract::Effect, message::session::ErrorCode};
use teranga_clinic::{
    fact::{Fact, What},
    id::{ConsultationId, PartyId},
};

impl Context {
    /// Sends a fact to the disk, under the number that must follow. `of` names the message that wants it.
    pub(crate) fn record(
        &mut self,
        consultation: ConsultationId,
        by: Option<&PartyId>,
        what: What,
        of: &'static str,
    ) -> Outcome {
        let fact = Fact { at: self.now, by: by.cloned(), what };
        let durable = self.registry.get(consultation).map_or(0, |open| open.durable_facts);
        let number = self.uncommitted.next_number(consultation, durable);
        let entry = Entry { consultation, number, fact: fact.clone(), of };
        let record = self.uncommitted.add(entry).ok_or(ErrorCode::Storage)?;
        self.effects.push_back(Effect::Record { record, consultation, number, fact: Box::new(fact) });
        Ok(())
    }

    /// Sends a fact that no message asked for, unless an uncommitted one would make it void. Returns true if it was
    /// sent.
    pub(crate) fn record_if_possible(
        &mut self,
        id: ConsultationId,
        by: Option<&PartyId>,
        what: What,
    ) -> bool {
        self.uncommitted.turning(id).is_none() && self.record(id, by, what, "").is_ok()
    }
}
