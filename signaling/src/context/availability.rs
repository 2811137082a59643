//! Availability: what a specialist has declared, as long as it holds. Whoever is on duty and has declared nothing may be rung.

use super::{Context, Timer};
use crate::{contract::Effect, message::presence::PresenceBasis};
use teranga_clinic::{
    id::PartyId,
    people::{Availability, Declaration},
};

impl Context {
    /// The availability that counts for rings, whatever call the specialist is in.
    pub(crate) fn availability(&self, party: &PartyId) -> Availability {
        let declared = self.sessions.declared(party);
        match declared.filter(|_| self.presence_basis(party) == PresenceBasis::Declared) {
            Some(declared) => declared.state,
            None if self.rota.duties_of(party).next().is_some() => Availability::Available,
            None => Availability::default(),
        }
    }

    /// The way by which the availability is known.
    pub(crate) fn presence_basis(&self, party: &PartyId) -> PresenceBasis {
        match self.sessions.declared(party) {
            None => PresenceBasis::Undeclared,
            Some(Declaration { until: Some(until), .. }) if *until <= self.now => PresenceBasis::Expired,
            Some(_) => PresenceBasis::Declared,
        }
    }

    /// Keeps what a specialist declares, or forgets it, in memory and in the store.
    pub(crate) fn declare(&mut self, party: &PartyId, declaration: Option<Declaration>) {
        self.take_declaration(party, declaration);
        self.effects.push_back(Effect::Declare { party: party.clone(), declaration });
        self.changes.people = true;
    }

    /// Gives every absence that was declared without an end the one that follows from the rota of now. One that is over stays over.
    pub(crate) fn renew_absences(&mut self) {
        let open = self.sessions.all_declared().filter_map(|(party, declared)| {
            let since = declared.open_since?;
            let until = Some(self.rota.end_of_absence(party, since));
            let holds = declared.until.is_none_or(|until| until > self.now) && declared.until != until;
            holds.then(|| (party.clone(), Declaration { until, ..*declared }))
        });
        for (party, declaration) in open.collect::<Vec<_>>() {
            self.declare(&party, Some(declaration));
        }
    }

    /// Takes over what is in the store already.
    pub(crate) fn take_declaration(&mut self, party: &PartyId, declaration: Option<Declaration>) {
        self.sessions.declare(party, declaration);
        let ends = declaration.and_then(|declaration| declaration.until).filter(|until| *until > self.now);
        self.timers.set(Timer::Declared(party.clone()), ends);
    }
}
