//! The deferred cases, and the consultations whose outcome is awaited. Nobody has a seat in them, so a party may be in many.

use std::collections::{BTreeMap, BTreeSet};
use teranga_clinic::{
    consultation::Consultation,
    fact::{Fact, FactNumber},
    id::{ConsultationId, PartyId},
    time::Timestamp,
};

/// One deferred case, or one consultation whose outcome is awaited.
#[derive(Clone, Debug)]
pub(crate) struct OpenCase {
    /// The replay of its durable facts.
    pub(crate) consultation: Consultation,
    /// The number of its facts that are on the disk.
    pub(crate) durable_facts: u32,
    /// The parties whose page has it in its list.
    pub(crate) shown_to: BTreeSet<PartyId>,
    /// The time before which the clock tries nothing again, because a fact could not be stored.
    pub(crate) not_before: Timestamp,
    /// The time at which a specialist is searched again.
    pub(crate) search_at: Timestamp,
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct OpenCases {
    by_id: BTreeMap<ConsultationId, OpenCase>,
    /// Those of each specialist who is a member.
    by_party: BTreeMap<PartyId, BTreeSet<ConsultationId>>,
    /// Those of each post, by its place.
    by_place: BTreeMap<String, BTreeSet<ConsultationId>>,
    /// The number of them that a specialist has to answer or to close.
    unfinished: usize,
}

impl OpenCase {
    /// True if a specialist has to answer or to close it; false if only its outcome is awaited.
    pub(crate) const fn is_unfinished(&self) -> bool {
        self.consultation.follow_up().is_none()
    }
}

impl OpenCases {
    /// Adds one.
    pub(crate) fn add(&mut self, consultation: Consultation, durable_facts: u32) {
        let id = consultation.id();
        let case = OpenCase {
            consultation,
            durable_facts,
            shown_to: BTreeSet::new(),
            not_before: Timestamp::default(),
            search_at: Timestamp::default(),
        };
        self.by_id.insert(id, case);
        self.index(id, true);
    }

    /// Takes one out.
    pub(crate) fn remove(&mut self, id: ConsultationId) -> Option<OpenCase> {
        self.index(id, false);
        self.by_id.remove(&id)
    }

    /// Applies a durable fact. Returns false if there is no such case, or the fact does not follow from those before it.
    pub(crate) fn apply(&mut self, id: ConsultationId, number: FactNumber, fact: &Fact) -> bool {
        self.index(id, false);
        let applied = self.by_id.get_mut(&id).is_some_and(|case| {
            case.durable_facts = number.0;
            case.consultation.apply(fact).is_ok()
        });
        self.index(id, true);
        applied
    }

    /// One of them.
    pub(crate) fn get(&self, id: ConsultationId) -> Option<&OpenCase> {
        self.by_id.get(&id)
    }

    /// One of them, to change anything but its consultation.
    pub(crate) fn get_mut(&mut self, id: ConsultationId) -> Option<&mut OpenCase> {
        self.by_id.get_mut(&id)
    }

    /// All of them, in the order of their identifiers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &OpenCase> {
        self.by_id.values()
    }

    /// The number of them.
    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// The number of those that a specialist has to answer or to close.
    pub(crate) const fn unfinished(&self) -> usize {
        self.unfinished
    }

    /// Those of which a specialist is a member.
    pub(crate) fn of_party(&self, party: &PartyId) -> impl Iterator<Item = &OpenCase> {
        let ids = self.by_party.get(party).into_iter().flatten();
        ids.filter_map(|id| self.by_id.get(id))
    }

    /// Those of the post at this place, whichever of its tablets asked.
    pub(crate) fn of_place(&self, place: &str) -> impl Iterator<Item = &OpenCase> {
        let ids = self.by_place.get(place).into_iter().flatten();
        ids.filter_map(|id| self.by_id.get(id))
    }

    /// Enters a case into the index of its post and of its specialists and into the number of those to answer, or takes it out.
    fn index(&mut self, id: ConsultationId, enters: bool) {
        let Some(case) = self.by_id.get(&id) else { return };
        let counts = usize::from(case.is_unfinished());
        self.unfinished = if enters { self.unfinished + counts } else { self.unfinished - counts };
        enter(&mut self.by_place, &case.consultation.post().place.id, id, enters);
        for who in case.consultation.entered() {
            enter(&mut self.by_party, &who.party, id, enters);
        }
    }
}

/// Enters a case into an index, or takes it out.
fn enter<K: Ord + Clone>(
    index: &mut BTreeMap<K, BTreeSet<ConsultationId>>,
    key: &K,
    id: ConsultationId,
    enters: bool,
) {
    let ids = index.entry(key.clone()).or_default();
    if enters {
        ids.insert(id);
    } else {
        ids.remove(&id);
    }
    if ids.is_empty() {
        index.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use teranga_clinic::{
        case::AssignReason,
        clinical::Disposition,
        fact::What,
        people::{Addressee, Identity, Place, Role, Speciality},
        request::{Intake, Request, Urgency},
    };
    use uuid::Uuid;

    fn identity(party: &str, role: Role) -> Identity {
        let text = String::new;
        let place = Place { id: text(), name: text(), district: text(), region: text(), phone: text() };
        Identity { party: PartyId(party.into()), role, name: text().into(), place, specialities: vec![] }
    }

    fn fact(by: &str, what: What) -> Fact {
        Fact { at: Timestamp(1), by: Some(PartyId(by.into())), staff: None, what }
    }

    fn filed(number: u128) -> Consultation {
        let request = Request {
            request: ConsultationId(Uuid::from_u128(number)),
            speciality: Speciality::Surgery,
            urgency: Urgency::Urgent,
            intake: Intake::default(),
            defer_to: Some(Addressee::Speciality(Speciality::Surgery)),
            patient: None,
            appointment_with: None,
        };
        let what = What::Requested { post: identity("post", Role::Kiosk), request };
        Consultation::open(&fact("post", what)).unwrap()
    }

    #[test]
    fn a_case_whose_outcome_is_awaited_is_kept_and_does_not_count() {
        let mut cases = OpenCases::default();
        let ids = [1, 2].map(|number| {
            let case = filed(number);
            let id = case.id();
            cases.add(case, 1);
            id
        });
        let doctor = Some(identity("doctor", Role::Doctor));
        let assigned = What::Assigned { doctor, why: AssignReason::Taken };
        let closed = What::Closed { disposition: Disposition::Advice, follow_up: Some(Timestamp(9)) };
        for (number, what) in (2..).zip([assigned, closed]) {
            assert!(cases.apply(ids[0], FactNumber(number), &fact("doctor", what)));
        }
        assert_eq!((cases.len(), cases.unfinished()), (2, 1));
        for (id, left) in ids.into_iter().zip([(1, 1), (0, 0)]) {
            assert!(cases.remove(id).is_some() && cases.remove(id).is_none());
            assert_eq!((cases.len(), cases.unfinished()), left);
        }
    }
}
