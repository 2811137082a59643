//! Marking what has changed.

use super::Context;
use crate::{
    id::MemberId,
    registry::{OpenConsultation, Unsent},
};
use teranga_clinic::{
    id::{ConsultationId, PartyId},
    people::{Identity, Role},
};

impl Context {
    /// Marks a consultation as changed.
    pub(crate) fn mark_changed(&mut self, id: ConsultationId) {
        self.changes.queue |= self.registry.get(id).is_some_and(OpenConsultation::is_queued);
        self.changes.consultations.insert(id);
    }

    /// Marks a deferred case as changed.
    pub(crate) fn mark_case_changed(&mut self, id: ConsultationId) {
        self.changes.cases.insert(id);
    }

    /// Marks the consultation of a member as changed; nobody sees a member of a pre-warmed room.
    pub(crate) fn mark_member_changed(&mut self, member: MemberId) {
        if let Some(id) = self.registry.of_member(member) {
            self.mark_changed(id);
        }
    }

    /// Marks that a party has come or gone.
    pub(crate) fn mark_party_changed(&mut self, who: &Identity) {
        self.changes.people |= matches!(who.role, Role::Doctor | Role::Guest);
        self.changes.reach |= who.role == Role::Coordinator;
        if let Some(id) = self.registry.of_party(&who.party) {
            self.mark_changed(id);
        }
    }

    /// Marks that doctors or guests have changed, and the consultation with them.
    pub(crate) fn mark_people_changed(&mut self, id: ConsultationId) {
        self.changes.people = true;
        self.mark_changed(id);
    }

    /// Notes what the page of a member must still be sent.
    pub(crate) fn mark_unsent(&mut self, id: ConsultationId, party: &PartyId, unsent: Unsent) {
        if let Some(seat) = self.registry.seat_mut(id, party) {
            seat.unsent = unsent;
        }
        self.mark_changed(id);
    }
}
