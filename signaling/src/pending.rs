//! Facts on their way to the disk. What they will change is reserved meanwhile, and nothing else is.

use crate::{id::RecordId, limits};
use std::collections::BTreeMap;
use teranga_clinic::{
    fact::{Fact, What},
    id::{ConsultationId, PartyId, PhotoId},
};

/// One fact that is not durable yet.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) consultation: ConsultationId,
    pub(crate) fact: Fact,
    /// The `type` of the message that wants it, for a refusal.
    pub(crate) of: &'static str,
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    by_id: BTreeMap<RecordId, Entry>,
    last: u64,
}

impl Pending {
    /// Adds one; none if the disk has fallen too far behind.
    pub(crate) fn add(&mut self, entry: Entry) -> Option<RecordId> {
        if self.by_id.len() >= limits::PENDING_RECORDS {
            return None;
        }
        self.last += 1;
        let id = RecordId(self.last);
        self.by_id.insert(id, entry);
        Some(id)
    }

    /// Its fate is known.
    pub(crate) fn take(&mut self, record: RecordId) -> Option<Entry> {
        self.by_id.remove(&record)
    }

    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Requests on their way: they count against the queue's length.
    pub(crate) fn requests(&self) -> usize {
        self.facts().filter(|(_, fact)| matches!(fact.what, What::Requested { .. })).count()
    }

    /// The request on its way under this identifier.
    pub(crate) fn request(&self, id: ConsultationId) -> Option<&Fact> {
        self.of(id).find(|fact| matches!(fact.what, What::Requested { .. }))
    }

    /// The fact that will take this consultation out of its phase: a claim, a withdrawal, the end.
    pub(crate) fn turning(&self, id: ConsultationId) -> Option<&Fact> {
        let turns =
            |what: &What| matches!(what, What::Claimed { .. } | What::Cancelled | What::Closed { .. });
        self.of(id).find(|fact| turns(&fact.what))
    }

    /// Whether this photo's arrival is on its way.
    pub(crate) fn taking(&self, id: ConsultationId, photo: PhotoId) -> bool {
        self.of(id).any(|fact| matches!(fact.what, What::PhotoTaken { photo: taken, .. } if taken == photo))
    }

    /// Whether an escalation of it is on its way.
    pub(crate) fn escalating(&self, id: ConsultationId) -> bool {
        self.of(id).any(|fact| matches!(fact.what, What::Escalated { .. }))
    }

    /// Whether a fact is on its way that gives this party a seat.
    pub(crate) fn seating(&self, party: &PartyId) -> bool {
        let seats = |what: &What| {
            matches!(what, What::Requested { .. } | What::Claimed { .. } | What::Entered { .. })
        };
        self.facts().any(|(_, fact)| fact.by.as_ref() == Some(party) && seats(&fact.what))
    }

    /// Whether this party's departure is on its way.
    pub(crate) fn leaving(&self, party: &PartyId) -> bool {
        self.facts().any(|(_, fact)| fact.by.as_ref() == Some(party) && fact.what == What::Left)
    }

    fn of(&self, id: ConsultationId) -> impl Iterator<Item = &Fact> {
        self.facts().filter(move |(consultation, _)| *consultation == id).map(|(_, fact)| fact)
    }

    fn facts(&self) -> impl Iterator<Item = (ConsultationId, &Fact)> {
        self.by_id.values().map(|entry| (entry.consultation, &entry.fact))
    }
}
