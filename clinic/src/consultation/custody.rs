//! Custody: who holds a consultation, and what happens when nobody does. An absent doctor holds it until another one
//! claims it, so that it is never lost between two.

use super::{Consultation, Illegal, Phase, RingingAgain, tablets::may_ring};
use crate::{
    fact::{Fact, RingReason},
    id::PartyId,
    people::{Identity, Role},
    request::Step,
    time::Timestamp,
};

impl Consultation {
    /// The specialist who holds it; none while it waits, and after it was handed on.
    pub fn owner(&self) -> Option<&Identity> {
        self.owner.as_ref().and_then(|owner| self.find(owner))
    }

    /// The specialist who holds it or held it last; none before the first claim.
    pub fn last_owner(&self) -> Option<&Identity> {
        self.owner().or_else(|| self.formers.last())
    }

    /// Specialists who held it and were followed by another one. They may read it, and owe nothing any more.
    pub fn formers(&self) -> &[Identity] {
        &self.formers
    }

    /// The reason and the time since which it rings again; none if it waits for the first time, or its doctor is there.
    pub const fn rings_again(&self) -> Option<RingingAgain> {
        self.rings_again
    }

    /// True while a specialist may claim it: it waits, it rings again, or it is put off.
    pub fn is_open(&self) -> bool {
        let unattended = self.rings_again.is_some() || self.postponed.is_some();
        self.phase == Phase::Waiting || (self.phase == Phase::Running && unattended)
    }

    /// True if this party holds it.
    pub fn is_held_by(&self, party: &PartyId) -> bool {
        self.owner.as_ref() == Some(party)
    }

    pub(super) fn claim(&mut self, doctor: &Identity, at: Timestamp) -> Result<(), Illegal> {
        if doctor.role != Role::Doctor {
            return Err(Illegal::Actor);
        }
        if !self.is_held_by(&doctor.party) {
            self.release();
        }
        self.leave_case();
        self.phase = Phase::Running;
        self.taken_at.get_or_insert(at);
        self.formers.retain(|former| former.party != doctor.party);
        self.enter(doctor, true)
    }

    /// Rings again from the first step on. Whoever hands it on is out of it; an absent doctor holds it until another
    /// one claims it.
    pub(super) fn ring_again(&mut self, why: RingReason, fact: &Fact) -> Result<(), Illegal> {
        let by = fact.by.as_ref();
        let allowed = match why {
            RingReason::Absent => by.is_none() && self.phase == Phase::Running,
            RingReason::Asked => by.is_some_and(|by| may_ring(self, by)),
            RingReason::Due => by.is_none() && self.postponed.is_some(),
            RingReason::HandedOn => by.is_some_and(|by| self.is_held_by(by)),
        };
        if !allowed {
            return Err(Illegal::Actor);
        }
        if why == RingReason::HandedOn {
            self.release();
        }
        if self.phase == Phase::Deferred {
            self.release();
            self.leave_case();
            self.phase = Phase::Waiting;
        }
        if self.phase == Phase::Running {
            self.rings_again = Some(RingingAgain { why, since: fact.at });
        }
        self.postponed = None;
        (self.step, self.step_since) = (Step::OnCall, fact.at);
        Ok(())
    }

    /// A case becomes a call. Colleagues who were asked for an opinion are not in the call, and may still read the record.
    fn leave_case(&mut self) {
        if self.case.take().is_none() {
            return;
        }
        self.was_case = true;
        let owner = self.owner.clone();
        let (stay, out): (Vec<_>, Vec<_>) =
            self.entered.drain(..).partition(|one| Some(&one.party) == owner.as_ref());
        (self.entered, self.formers) = (stay, [std::mem::take(&mut self.formers), out].concat());
    }

    /// Takes the consultation from whoever holds it.
    pub(super) fn release(&mut self) {
        let Some(owner) = self.owner.take() else { return };
        if let Some(at) = self.entered.iter().position(|one| one.party == owner) {
            self.formers.push(self.entered.remove(at));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clinical::{Advise, Disposition},
        fact::What,
        id::ConsultationId,
        sample::{identity, sample_facts},
    };
    use uuid::Uuid;

    const ID: ConsultationId = ConsultationId(Uuid::from_u128(7));

    /// The sample after its claim and the guest's entry, with these facts behind it.
    fn after(facts: &[(Option<&str>, What)]) -> Result<Consultation, Illegal> {
        let mut consultation = Consultation::replay(&sample_facts(ID)[..3])?;
        for (at, (by, what)) in (10..).zip(facts) {
            let by = by.map(|by| PartyId(by.into()));
            consultation.apply(&Fact { at: Timestamp(at), by, staff: None, what: what.clone() })?;
        }
        Ok(consultation)
    }

    fn claimed(doctor: &str) -> (Option<&str>, What) {
        (Some(doctor), What::Claimed { doctor: identity(doctor, Role::Doctor) })
    }

    fn rang(by: Option<&str>, why: RingReason) -> (Option<&str>, What) {
        (by, What::RangAgain { why })
    }

    fn owner(consultation: &Consultation) -> Option<&str> {
        consultation.owner().map(|owner| owner.party.0.as_str())
    }

    #[test]
    fn an_absent_doctor_holds_it_until_another_one_takes_over() {
        let absent = rang(None, RingReason::Absent);
        let rings = after(std::slice::from_ref(&absent)).unwrap();
        assert!(rings.is_open());
        assert_eq!((rings.phase(), owner(&rings)), (Phase::Running, Some("doctor")));
        let taken = after(&[absent, claimed("second")]).unwrap();
        assert!(!taken.is_open());
        assert_eq!((owner(&taken), taken.formers().len()), (Some("second"), 1));
        assert!(taken.is_member(&identity("doctor", Role::Doctor)), "who held it may read it");
        assert_eq!(taken.taken_at(), Some(Timestamp(2)), "the call goes on");
    }

    #[test]
    fn the_same_doctor_comes_back_and_owes_it_again() {
        let back = after(&[rang(None, RingReason::Absent), claimed("doctor")]).unwrap();
        assert_eq!((owner(&back), back.formers().len(), back.is_open()), (Some("doctor"), 0, false));
        let returned = after(&[
            rang(Some("doctor"), RingReason::HandedOn),
            claimed("second"),
            rang(None, RingReason::Absent),
        ]);
        let returned = returned.and_then(|_| {
            after(&[
                rang(Some("doctor"), RingReason::HandedOn),
                claimed("second"),
                rang(None, RingReason::Absent),
                claimed("doctor"),
            ])
        });
        let returned = returned.unwrap();
        assert_eq!(owner(&returned), Some("doctor"));
        assert_eq!(returned.formers(), [identity("second", Role::Doctor)]);
    }

    #[test]
    fn whoever_hands_it_on_is_out_of_it_and_the_last_owner_is_known() {
        let handed_on = after(&[rang(Some("doctor"), RingReason::HandedOn)]).unwrap();
        assert_eq!((owner(&handed_on), handed_on.entered().len()), (None, 1));
        assert_eq!(handed_on.last_owner().unwrap().party.0, "doctor");
        let advice = Advise { consultation: ID, revision: 1, text: "x".into(), replaces: None };
        let signed = after(&[
            rang(Some("doctor"), RingReason::HandedOn),
            (Some("doctor"), What::Advised { advice, order_number: None }),
        ]);
        assert_eq!(signed, Err(Illegal::Actor));
    }

    #[test]
    fn calling_again_begins_with_the_first_step() {
        let second = (None, What::Escalated { step: Step::Second, why: None });
        let again = after(&[rang(None, RingReason::Absent), second, rang(Some("post"), RingReason::Asked)]);
        assert_eq!(again.unwrap().step(), (Step::OnCall, Timestamp(12)));
    }

    #[test]
    fn nobody_rings_for_another_and_nothing_rings_after_the_end() {
        for (by, why) in [
            (Some("doctor"), RingReason::Absent),
            (Some("guest"), RingReason::Asked),
            (None, RingReason::Asked),
            (Some("guest"), RingReason::HandedOn),
            (Some("post"), RingReason::HandedOn),
        ] {
            assert_eq!(after(&[rang(by, why)]), Err(Illegal::Actor));
        }
        assert_eq!(after(&[claimed("second")]), Err(Illegal::Phase(Phase::Running)), "it does not ring");
        let closed = (Some("doctor"), What::Closed { disposition: Disposition::Advice, follow_up: None });
        let after_end = after(&[closed, rang(Some("post"), RingReason::Asked)]);
        assert_eq!(after_end, Err(Illegal::Phase(Phase::Closed)));
    }

    #[test]
    fn a_correction_names_the_advice_that_it_replaces() {
        let advised = |revision, replaces| {
            let advice = Advise { consultation: ID, revision, text: "x".into(), replaces };
            (Some("doctor"), What::Advised { advice, order_number: None })
        };
        let corrected = after(&[advised(1, None), advised(2, Some(1))]).unwrap();
        assert_eq!(corrected.advice()[1].replaces, Some(1));
        assert_eq!(after(&[advised(1, None), advised(2, Some(3))]), Err(Illegal::Uncorrectable));
        assert_eq!(after(&[advised(1, Some(1))]), Err(Illegal::Uncorrectable), "not itself");
    }
}
