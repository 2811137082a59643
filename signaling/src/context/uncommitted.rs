//! Uncommitted facts: sent to the disk, not yet known to be durable. Only the state that they will change is
//! reserved meanwhile. Every question is answered by an index, of one consultation or of one party, never by a
//! scan.

use crate::{id::RecordId, limits};
use std::collections::{BTreeMap, BTreeSet};
use teranga_clinic::{
    fact::{Fact, FactNumber, RingReason, What},
    id::{ActId, AttachmentId, ChatId, ConsultationId, PartyId, PhotoId},
};

/// One fact that is not durable yet.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The consultation it belongs to.
    pub(crate) consultation: ConsultationId,
    /// The number that the hub expects it to have.
    pub(crate) number: FactNumber,
    /// The fact itself.
    pub(crate) fact: Fact,
    /// The `type` of the message that wants it, for a refusal; empty if no message does.
    pub(crate) of: &'static str,
}

/// All uncommitted facts.
#[derive(Debug, Default)]
pub(crate) struct Uncommitted {
    by_id: BTreeMap<RecordId, Entry>,
    by_consultation: BTreeMap<ConsultationId, BTreeSet<RecordId>>,
    by_party: BTreeMap<PartyId, BTreeSet<RecordId>>,
    /// Requests by the post's region: they count against the length of the queue.
    requests_by_region: BTreeMap<String, usize>,
    /// Facts whose number was built on one that failed: the store will refuse them, too.
    doomed: BTreeSet<RecordId>,
    last: u64,
}

impl Uncommitted {
    /// Adds one; none if the disk has fallen too far behind.
    pub(crate) fn add(&mut self, entry: Entry) -> Option<RecordId> {
        if self.by_id.len() >= limits::PENDING_RECORDS {
            return None;
        }
        self.last += 1;
        let id = RecordId(self.last);
        self.by_consultation.entry(entry.consultation).or_default().insert(id);
        if let Some(party) = &entry.fact.by {
            self.by_party.entry(party.clone()).or_default().insert(id);
        }
        if let Some(region) = region_of_request(&entry.fact) {
            *self.requests_by_region.entry(region.to_owned()).or_default() += 1;
        }
        self.by_id.insert(id, entry);
        Some(id)
    }

    /// Takes one out, because its fate is known. If it failed, those numbered after it will fail, too. The failure of a
    /// doomed one dooms no further ones: the facts that were numbered on it are doomed already, and those that came
    /// later were numbered without it.
    pub(crate) fn take(&mut self, record: RecordId, durable: bool) -> Option<Entry> {
        let entry = self.by_id.remove(&record)?;
        let was_doomed = self.doomed.remove(&record);
        remove(&mut self.by_consultation, &entry.consultation, record);
        if let Some(party) = &entry.fact.by {
            remove(&mut self.by_party, party, record);
        }
        if let Some(region) = region_of_request(&entry.fact) {
            self.forget_request(region);
        }
        if !durable && !was_doomed {
            self.doom_after(&entry);
        }
        Some(entry)
    }

    /// The number of facts that wait.
    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// The number that the next fact of a consultation has, of which `durable` facts are on the disk.
    pub(crate) fn next_number(&self, id: ConsultationId, durable: u32) -> FactNumber {
        let records = self.by_consultation.get(&id).into_iter().flatten();
        let alive = records.filter(|record| !self.doomed.contains(record)).count();
        FactNumber(durable.saturating_add(u32::try_from(alive).unwrap_or(u32::MAX))).next()
    }

    /// The number of uncommitted requests in the whole country, and in one region.
    pub(crate) fn requests(&self, region: &str) -> (usize, usize) {
        let regional = self.requests_by_region.get(region).copied().unwrap_or_default();
        (self.requests_by_region.values().sum(), regional)
    }

    /// The uncommitted request under this identifier.
    pub(crate) fn request(&self, id: ConsultationId) -> Option<&Fact> {
        self.of(id).find(|fact| matches!(fact.what, What::Requested { .. }))
    }

    /// The fact that will take this consultation from its holder or out of its phase: a claim, a hand-over, a withdrawal,
    /// the end.
    pub(crate) fn turning(&self, id: ConsultationId) -> Option<&Fact> {
        let turns = |what: &What| match what {
            What::Claimed { .. }
            | What::Cancelled
            | What::Closed { .. }
            | What::Deferred { .. }
            | What::Postponed { .. }
            | What::Redirected { .. } => true,
            What::RangAgain { why } => *why == RingReason::HandedOn,
            What::Entered { holds, .. } => *holds,
            _ => false,
        };
        self.of(id).find(|fact| turns(&fact.what))
    }

    /// True if any fact of this consultation is uncommitted.
    pub(crate) fn is_any(&self, id: ConsultationId) -> bool {
        self.by_consultation.contains_key(&id)
    }

    /// True if an uncommitted fact will take this call to another doctor, step or phase.
    pub(crate) fn moves_call(&self, id: ConsultationId) -> bool {
        self.turning(id).is_some() || self.escalating(id) || self.ringing_again(id)
    }

    /// True if an uncommitted fact will make this case a call that its specialist makes.
    pub(crate) fn calls_case(&self, id: ConsultationId) -> bool {
        self.of(id).any(|fact| matches!(fact.what, What::Claimed { .. }))
    }

    /// True if an uncommitted fact will end this case, make it a call, or give it to somebody else.
    pub(crate) fn moves_case(&self, id: ConsultationId) -> bool {
        let moves = |what: &What| {
            matches!(
                what,
                What::RangAgain { .. }
                    | What::Assigned { .. }
                    | What::LostToFollowUp { .. }
                    | What::OutcomeTold { .. }
            )
        };
        self.turning(id).is_some() || self.of(id).any(|fact| moves(&fact.what))
    }

    /// True if this photo's arrival is uncommitted.
    pub(crate) fn taking(&self, id: ConsultationId, photo: PhotoId) -> bool {
        self.of(id).any(|fact| matches!(fact.what, What::PhotoTaken { photo: taken, .. } if taken == photo))
    }

    /// True if an escalation of this consultation is uncommitted.
    pub(crate) fn escalating(&self, id: ConsultationId) -> bool {
        self.of(id).any(|fact| matches!(fact.what, What::Escalated { .. }))
    }

    /// True if the end of this consultation is uncommitted.
    pub(crate) fn ending(&self, id: ConsultationId) -> bool {
        self.of(id).any(|fact| matches!(fact.what, What::Cancelled | What::Closed { .. }))
    }

    /// The number of uncommitted pieces of advice in this consultation.
    pub(crate) fn advising(&self, id: ConsultationId) -> usize {
        self.of(id).filter(|fact| matches!(fact.what, What::Advised { .. })).count()
    }

    /// True if a prescription of this consultation is uncommitted.
    pub(crate) fn signing(&self, id: ConsultationId) -> bool {
        self.of(id).any(|fact| matches!(fact.what, What::Prescribed { .. }))
    }

    /// True if a prescription of this consultation, or a cancellation of one, is uncommitted.
    pub(crate) fn prescribing(&self, id: ConsultationId) -> bool {
        let is_one =
            |what: &What| matches!(what, What::Prescribed { .. } | What::PrescriptionCancelled { .. });
        self.of(id).any(|fact| is_one(&fact.what))
    }

    /// True if an answer of the patient about consent is uncommitted.
    pub(crate) fn consenting(&self, id: ConsultationId) -> bool {
        self.of(id).any(|fact| matches!(fact.what, What::Consented { .. } | What::ConsentWithdrawn { .. }))
    }

    /// True if the order of a referral of this consultation is uncommitted.
    pub(crate) fn ordering_referral(&self, id: ConsultationId) -> bool {
        self.of(id).any(|fact| matches!(fact.what, What::Referred { .. }))
    }

    /// True if a referral of this consultation, or something that happened to one, is uncommitted.
    pub(crate) fn referring(&self, id: ConsultationId) -> bool {
        self.of(id).any(|fact| matches!(fact.what, What::Referred { .. } | What::ReferralMoved { .. }))
    }

    /// True if it is uncommitted that something of a prescription of this consultation was given.
    pub(crate) fn dispensing(&self, id: ConsultationId) -> bool {
        self.of(id).any(|fact| matches!(fact.what, What::Dispensed { .. }))
    }

    /// True if an appointment of this consultation, or a change of one, is uncommitted.
    pub(crate) fn appointing(&self, id: ConsultationId) -> bool {
        self.of(id).any(|fact| is_of_appointment(&fact.what))
    }

    /// The number of photos of which it is uncommitted that they were asked for.
    pub(crate) fn asking_photos(&self, id: ConsultationId) -> usize {
        self.of(id).filter(|fact| matches!(fact.what, What::PhotoAsked { .. })).count()
    }

    /// The number of uncommitted attachments of this consultation.
    pub(crate) fn attaching(&self, id: ConsultationId) -> usize {
        self.of(id).filter(|fact| matches!(fact.what, What::Attached { .. })).count()
    }

    /// True if it is uncommitted that this attachment is there.
    pub(crate) fn attaches(&self, id: ConsultationId, attachment: AttachmentId) -> bool {
        self.of(id)
            .any(|fact| matches!(fact.what, What::Attached { attachment: known, .. } if known == attachment))
    }

    /// True if this is the last uncommitted fact of this consultation, by the same party.
    pub(crate) fn ends_with(&self, id: ConsultationId, by: &PartyId, what: &What) -> bool {
        self.of(id).last().is_some_and(|fact| fact.by.as_ref() == Some(by) && fact.what == *what)
    }

    /// The uncommitted facts of the chat of this consultation.
    pub(crate) fn chat(&self, id: ConsultationId) -> impl Iterator<Item = &Fact> {
        self.of(id).filter(|fact| matches!(fact.what, What::ChatWritten { .. } | What::ChatSeen { .. }))
    }

    /// The chat message with this identifier, if it is on its way to the disk.
    pub(crate) fn writing(&self, id: ConsultationId, chat: ChatId) -> Option<&Fact> {
        self.chat(id).find(|fact| matches!(fact.what, What::ChatWritten { chat: known, .. } if known == chat))
    }

    /// The tablets that take part in this consultation once its facts are durable, the last one last. Those whose fact the store will
    /// refuse are none.
    pub(crate) fn joining(&self, id: ConsultationId) -> impl Iterator<Item = &PartyId> {
        let records = self.by_consultation.get(&id).into_iter().flatten();
        let alive = records.filter(|record| !self.doomed.contains(record));
        alive.filter_map(|record| match &self.by_id.get(record)?.fact.what {
            What::TabletJoined { tablet } => Some(&tablet.party),
            _ => None,
        })
    }

    /// The tablet at which a case will be a call: the last one that joins before its specialist's call. None if that is the tablet which
    /// has the case now.
    pub(crate) fn called_at(&self, id: ConsultationId) -> Option<&PartyId> {
        let before = self.of(id).take_while(|fact| !matches!(fact.what, What::Claimed { .. }));
        let joins = before.filter_map(|fact| match &fact.what {
            What::TabletJoined { tablet } => Some(&tablet.party),
            _ => None,
        });
        joins.last()
    }

    /// True if this party makes a case ring that is not on the disk yet.
    pub(crate) fn rings(&self, party: &PartyId) -> bool {
        self.by(party).any(|fact| matches!(fact.what, What::RangAgain { .. }))
    }

    /// The act of a post under this name, if it is on its way to the disk.
    pub(crate) fn acting(&self, id: ConsultationId, act: ActId) -> Option<&Fact> {
        let is_it = |what: &What| match what {
            What::Examined { act: known, .. } | What::OutcomeTold { act: known, .. } => *known == Some(act),
            _ => false,
        };
        self.of(id).find(|fact| is_it(&fact.what))
    }

    /// True if it is uncommitted that this consultation rings again.
    pub(crate) fn ringing_again(&self, id: ConsultationId) -> bool {
        self.of(id).any(|fact| matches!(fact.what, What::RangAgain { .. }))
    }

    /// True if an uncommitted fact gives this party a seat.
    pub(crate) fn seating(&self, party: &PartyId) -> bool {
        let seats = |what: &What| match what {
            What::Requested { request, .. } => request.defer_to.is_none(),
            What::Claimed { .. } | What::Entered { .. } => true,
            _ => false,
        };
        self.by(party).any(|fact| seats(&fact.what))
    }

    /// True if this party's departure is uncommitted.
    pub(crate) fn leaving(&self, party: &PartyId) -> bool {
        self.by(party).any(|fact| fact.what == What::Left)
    }

    fn of(&self, id: ConsultationId) -> impl Iterator<Item = &Fact> {
        self.facts(self.by_consultation.get(&id))
    }

    fn by(&self, party: &PartyId) -> impl Iterator<Item = &Fact> {
        self.facts(self.by_party.get(party))
    }

    fn facts<'a>(&'a self, records: Option<&'a BTreeSet<RecordId>>) -> impl Iterator<Item = &'a Fact> {
        records.into_iter().flatten().filter_map(|record| self.by_id.get(record)).map(|entry| &entry.fact)
    }

    fn doom_after(&mut self, failed: &Entry) {
        let records = self.by_consultation.get(&failed.consultation).into_iter().flatten();
        let after = records.filter(|record| self.by_id[record].number > failed.number).copied();
        self.doomed.extend(after.collect::<Vec<_>>());
    }

    fn forget_request(&mut self, region: &str) {
        let Some(count) = self.requests_by_region.get_mut(region) else { return };
        *count -= 1;
        if *count == 0 {
            self.requests_by_region.remove(region);
        }
    }
}

fn region_of_request(fact: &Fact) -> Option<&str> {
    match &fact.what {
        What::Requested { post, request } if request.defer_to.is_none() => Some(&post.place.region),
        _ => None,
    }
}

fn remove<K: Ord>(index: &mut BTreeMap<K, BTreeSet<RecordId>>, key: &K, record: RecordId) {
    let Some(records) = index.get_mut(key) else { return };
    records.remove(&record);
    if records.is_empty() {
        index.remove(key);
    }
}

/// True for a fact of an appointment.
pub(crate) const fn is_of_appointment(what: &What) -> bool {
    matches!(what, What::Appointed { .. } | What::AppointmentMoved { .. } | What::AppointmentCancelled { .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use teranga_clinic::time::Timestamp;
    use uuid::Uuid;

    const ID: ConsultationId = ConsultationId(Uuid::from_u128(1));

    fn add(uncommitted: &mut Uncommitted, durable: u32) -> (RecordId, FactNumber) {
        let fact = Fact { at: Timestamp(1), by: None, staff: None, what: What::Cancelled };
        let number = uncommitted.next_number(ID, durable);
        let record = uncommitted.add(Entry { consultation: ID, number, fact, of: "" });
        (record.expect("there is room"), number)
    }

    #[test]
    fn numbers_follow_the_durable_facts_and_those_under_way() {
        let mut uncommitted = Uncommitted::default();
        assert_eq!(add(&mut uncommitted, 0).1, FactNumber::FIRST);
        let (second, number) = add(&mut uncommitted, 0);
        assert_eq!(number, FactNumber(2));
        assert_eq!(uncommitted.next_number(ConsultationId(Uuid::from_u128(2)), 0), FactNumber::FIRST);
        assert!(uncommitted.take(second, false).is_some());
        assert_eq!(add(&mut uncommitted, 0).1, FactNumber(2), "a failed fact gives its number back");
    }

    #[test]
    fn facts_numbered_on_a_failed_one_do_not_count() {
        let mut uncommitted = Uncommitted::default();
        let (first, _) = add(&mut uncommitted, 4);
        let (second, _) = add(&mut uncommitted, 4);
        uncommitted.take(first, false);
        let (third, number) = add(&mut uncommitted, 4);
        assert_eq!(number, FactNumber(5), "the second one will be refused");
        uncommitted.take(second, false);
        assert_eq!(uncommitted.next_number(ID, 4), FactNumber(6), "the third one still counts");
        uncommitted.take(third, true);
        assert_eq!(uncommitted.next_number(ID, 5), FactNumber(6));
        assert_eq!(uncommitted.len(), 0);
    }
    #[test]
    fn a_doomed_fact_does_not_doom_those_that_were_numbered_without_it() {
        let mut uncommitted = Uncommitted::default();
        let (first, _) = add(&mut uncommitted, 4);
        let (second, _) = add(&mut uncommitted, 4);
        uncommitted.take(first, false);
        let numbers = [(); 3].map(|()| add(&mut uncommitted, 4).1);
        assert_eq!(numbers, [5, 6, 7].map(FactNumber));
        uncommitted.take(second, false);
        assert_eq!(
            uncommitted.next_number(ID, 4),
            FactNumber(8),
            "none of the three was built on the second"
        );
    }
}
