//! Postponement and redirection: a wait that rings nobody until a time, and a consultation that is given to another speciality.
//! Neither has a doctor meanwhile, so that any doctor may take it and its post can call again at any moment.

use super::{Consultation, Illegal, Phase, RingingAgain};
use crate::{
    fact::{Fact, RingReason, What},
    request::Step,
    wait::{Postponement, Redirection},
};

impl Consultation {
    /// The wait that rings nobody for now, and the last change of the speciality; none of what did not happen.
    pub const fn detours(&self) -> (Option<&Postponement>, Option<&Redirection>) {
        (self.postponed.as_ref(), self.redirected.as_ref())
    }

    /// Goes on waiting in another way: further doctors ring, nobody rings until a time, or another speciality is asked.
    pub(super) fn wait_on(&mut self, fact: &Fact) -> Result<(), Illegal> {
        let by = fact.by.as_ref();
        let holds = by.is_some_and(|by| self.is_held_by(by));
        match &fact.what {
            What::Escalated { step, .. } if *step <= self.step => return Err(Illegal::Backwards),
            What::Escalated { step, .. } => (self.step, self.step_since) = (*step, fact.at),
            What::Postponed { until }
                if holds || (by == Some(&self.tablets.current().party) && self.is_open()) =>
            {
                let doctor = self.owner().filter(|_| holds).cloned();
                if holds {
                    self.release();
                }
                if self.phase == Phase::Running {
                    self.rings_again = None;
                }
                self.postponed = Some(Postponement { until: *until, by: doctor });
            }
            What::Redirected { speciality, why } if holds => {
                self.release();
                self.redirected = Some(Redirection { speciality: *speciality, why: why.clone() });
                self.rings_again = Some(RingingAgain { why: RingReason::HandedOn, since: fact.at });
                (self.step, self.step_since) = (Step::OnCall, fact.at);
            }
            _ => return Err(Illegal::Actor),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        people::{Role, Speciality},
        pii::Pii,
        sample::{after, identity},
        time::Timestamp,
    };

    const LATER: Timestamp = Timestamp(600_000);

    const fn postponed(by: &str) -> (Option<&str>, What) {
        (Some(by), What::Postponed { until: LATER })
    }

    fn claimed(doctor: &str) -> (Option<&str>, What) {
        (Some(doctor), What::Claimed { doctor: identity(doctor, Role::Doctor) })
    }

    const DUE: (Option<&str>, What) = (None, What::RangAgain { why: RingReason::Due });

    #[test]
    fn a_call_on_hold_has_no_doctor_knows_whose_it_was_and_may_be_taken() {
        let held = after(3, &[postponed("doctor")]).unwrap();
        assert_eq!((held.phase(), held.owner(), held.is_open()), (Phase::Running, None, true));
        assert_eq!(held.detours().0.unwrap().by.as_ref().unwrap().party.0, "doctor");
        assert_eq!(held.last_owner().unwrap().party.0, "doctor");
        for doctor in ["doctor", "second"] {
            let taken = after(3, &[postponed("doctor"), claimed(doctor)]).unwrap();
            assert_eq!((taken.owner().unwrap().party.0.as_str(), taken.detours().0), (doctor, None));
        }
    }

    #[test]
    fn it_rings_by_itself_when_the_time_has_come_and_sooner_if_the_post_calls() {
        for ring in [DUE, (Some("post"), What::RangAgain { why: RingReason::Asked })] {
            let rings = after(3, &[postponed("doctor"), ring.clone()]).unwrap();
            assert_eq!((rings.detours().0, rings.step()), (None, (Step::OnCall, Timestamp(11))));
            assert!(rings.rings_again().is_some(), "{ring:?}");
        }
        let waiting = after(1, &[postponed("post"), DUE]).unwrap();
        assert_eq!((waiting.phase(), waiting.detours().0), (Phase::Waiting, None));
    }

    #[test]
    fn only_its_post_and_its_doctor_put_it_off_and_nothing_is_due_before() {
        assert!(after(1, &[postponed("post"), postponed("post")]).is_ok(), "another time");
        assert_eq!(after(3, &[postponed("post")]), Err(Illegal::Actor), "the doctor is there");
        assert_eq!(after(3, &[postponed("guest")]), Err(Illegal::Actor));
        assert_eq!(after(3, &[DUE]), Err(Illegal::Actor), "nothing was put off");
        let early = after(1, &[postponed("post"), (None, What::Escalated { step: Step::Second, why: None })]);
        assert_eq!(early, Err(Illegal::Phase(Phase::Waiting)), "what is put off does not escalate");
    }

    #[test]
    fn another_speciality_is_asked_with_the_reason_and_the_doctor_is_out_of_it() {
        let why: Pii<String> = "avis chirurgical".into();
        let redirect = What::Redirected { speciality: Speciality::Surgery, why: why.clone() };
        let redirected = after(3, &[(Some("doctor"), redirect.clone())]).unwrap();
        assert_eq!(redirected.asked_speciality(), Speciality::Surgery);
        assert_eq!((redirected.owner(), redirected.is_open()), (None, true));
        assert_eq!(redirected.detours().1.unwrap().why, why);
        assert_eq!(after(3, &[(Some("guest"), redirect)]), Err(Illegal::Actor));
    }
}
