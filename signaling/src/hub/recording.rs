//! Facts on their way to the disk and back. Nothing is acknowledged, and nothing changes, before a fact is
//! durable; one that could not be stored leaves everything as it was.

use super::{Effect, Hub, Outcome, Timer};
use crate::{id::RecordId, message::session::ErrorCode, uncommitted::Entry};
use teranga_clinic::{
    consultation::Consultation,
    fact::{Fact, What},
    id::{ConsultationId, PartyId},
};

impl Hub {
    /// Sends a fact to the disk; `of` names the message that wants it.
    pub(super) fn record(
        &mut self,
        consultation: ConsultationId,
        by: Option<&PartyId>,
        what: What,
        of: &'static str,
    ) -> Outcome {
        let fact = Fact { at: self.now, by: by.cloned(), what };
        let durable = self.cases.get(consultation).map_or(0, |case| case.durable_facts);
        let number = self.uncommitted.next_number(consultation, durable);
        let entry = Entry { consultation, number, fact: fact.clone(), of };
        let record = self.uncommitted.add(entry).ok_or(ErrorCode::Storage)?;
        self.effects.push_back(Effect::Record { record, consultation, number, fact: Box::new(fact) });
        Ok(())
    }

    /// Sends a fact that no message asked for, unless one is on its way that makes it void. Returns
    /// whether it is on its way.
    pub(super) fn record_or_not(&mut self, id: ConsultationId, by: Option<&PartyId>, what: What) -> bool {
        self.uncommitted.turning(id).is_none() && self.record(id, by, what, "").is_ok()
    }

    pub(super) fn recorded(&mut self, record: RecordId, durable: bool) {
        let Some(entry) = self.uncommitted.take(record, durable) else { return };
        if !durable {
            self.unrecorded(&entry);
        } else if self.fold(&entry).is_none() {
            self.counters.faults += 1;
            self.refuse_author(&entry, ErrorCode::Internal);
        }
    }

    /// A fact is durable: folds it, and lets it have its consequences. None if it does not follow from
    /// the facts before it, which the handlers exclude.
    fn fold(&mut self, entry: &Entry) -> Option<()> {
        if let What::Requested { .. } = entry.fact.what {
            return self.opened(&entry.fact);
        }
        let case = self.cases.get_mut(entry.consultation)?;
        let was_waiting = case.is_waiting();
        case.durable_facts = entry.number.0;
        case.consultation.apply(&entry.fact).ok()?;
        self.consequences(entry, was_waiting)
    }

    fn consequences(&mut self, entry: &Entry, was_waiting: bool) -> Option<()> {
        let (id, by) = (entry.consultation, entry.fact.by.as_ref());
        match &entry.fact.what {
            What::Requested { .. } => {}
            What::Escalated { .. } => self.escalated(id),
            What::Claimed { doctor } => self.claimed(id, doctor.clone()),
            What::Entered { guest, .. } => self.entered(id, &guest.party),
            What::Left => self.left(id, by?),
            What::Noted { note } => self.noted(id, by?, note.revision),
            What::Advised { advice } => self.advised(id, by?, advice.revision),
            What::PhotoAsked { photo } | What::PhotoTaken { photo, .. } | What::PhotoMarked { photo, .. } => {
                self.photo_changed(id, *photo);
            }
            What::Cancelled | What::Closed { .. } => self.finished(entry, was_waiting),
        }
        Some(())
    }

    fn opened(&mut self, fact: &Fact) -> Option<()> {
        let consultation = Consultation::open(fact).ok()?;
        let (id, post) = (consultation.id(), consultation.post().party.clone());
        self.counters.requested += 1;
        self.timers.set(Timer::Lobby(post.clone()), None);
        self.cases.open(consultation, 1, self.now);
        self.repace(&post);
        self.stir(id);
        Some(())
    }

    fn escalated(&mut self, id: ConsultationId) {
        self.counters.escalated += 1;
        self.stir(id);
    }

    fn finished(&mut self, entry: &Entry, was_waiting: bool) {
        let withdrawn = entry.fact.what == What::Cancelled;
        self.counters.cancelled += u64::from(withdrawn);
        self.counters.closed += u64::from(!withdrawn);
        self.ended(entry.consultation, was_waiting);
    }

    fn unrecorded(&mut self, entry: &Entry) {
        self.counters.unrecorded += 1;
        match entry.fact.what {
            What::Escalated { .. } => self.retry_escalation(entry.consultation),
            _ => self.refuse_author(entry, ErrorCode::Storage),
        }
        self.stir(entry.consultation);
    }

    /// Tells whoever wanted a fact that it is none.
    fn refuse_author(&mut self, entry: &Entry, code: ErrorCode) {
        let author = entry.fact.by.as_ref().and_then(|by| self.sessions.live(by));
        if let Some(session) = author.filter(|_| !entry.of.is_empty()) {
            self.refuse(session, entry.of, code.into());
        }
    }
}
