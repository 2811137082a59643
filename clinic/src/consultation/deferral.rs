//! Deferral: how a consultation becomes a case, who answers for it, whose turn it is, and how the outcome comes back.

use super::{Consultation, Illegal, Phase};
use crate::{
    case::{AssignReason, Case, DeferReason, FollowUp, ToldOutcome, Turn},
    clinical::Examination,
    fact::Fact,
    id::{ActId, PartyId},
    people::{Addressee, Identity, Role, Speciality},
    request::Intake,
    time::Timestamp,
};

impl Consultation {
    /// The state of the case; none for a call, and for a case that became one.
    pub const fn case(&self) -> Option<&Case> {
        self.case.as_ref()
    }

    /// The speciality that is asked: the one to which a case is addressed, that of the person to whom it is addressed, or that of
    /// the request. A person with several specialities, and one who never had the case, is asked as the request says.
    pub fn asked_speciality(&self) -> Speciality {
        let of_request = self.redirected.as_ref().map_or(self.request.speciality, |to| to.speciality);
        match self.case.as_ref().map(|case| &case.to) {
            Some(Addressee::Speciality(speciality)) => *speciality,
            Some(Addressee::Party(party)) => self.only_speciality(party).unwrap_or(of_request),
            None => of_request,
        }
    }

    /// The speciality of a member who has exactly one.
    fn only_speciality(&self, party: &PartyId) -> Option<Speciality> {
        match self.member(party)?.specialities.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// The form with the newest values.
    pub fn intake(&self) -> &Intake {
        self.examinations.last().map_or(&self.request.intake, |last| &last.intake)
    }

    /// The examinations after the request, oldest first.
    pub fn examinations(&self) -> &[Examination] {
        &self.examinations
    }

    /// All examinations, oldest first, if there was one after the request: the form of the request is the first of them.
    pub(super) fn all_examinations(&self) -> Vec<Examination> {
        let first = Examination { at: self.requested_at, intake: self.request.intake.clone(), act: None };
        let first = (!self.examinations.is_empty()).then_some(first);
        first.into_iter().chain(self.examinations.iter().cloned()).collect()
    }

    /// True for a call that was a deferred case before.
    pub const fn was_case(&self) -> bool {
        self.was_case
    }

    /// The question what became of the patient; none if it is not asked.
    pub const fn follow_up(&self) -> Option<&FollowUp> {
        self.follow_up.as_ref()
    }
}

/// Makes it a case, or gives the case to another addressee. Whoever held the call answers for it; whoever gives it to
/// another addressee does not any more.
pub(super) fn defer(
    consultation: &mut Consultation,
    to: &Addressee,
    why: DeferReason,
    fact: &Fact,
) -> Result<(), Illegal> {
    if !may_defer(consultation, why, fact) {
        return Err(Illegal::Actor);
    }
    if why == DeferReason::Readdressed {
        consultation.release();
        let case = consultation.case.as_mut().ok_or(Illegal::Phase(consultation.phase))?;
        (case.to, case.why, case.read_at, case.assigned) = (to.clone(), why, None, None);
        return Ok(());
    }
    consultation.phase = Phase::Deferred;
    (consultation.rings_again, consultation.postponed) = (None, None);
    consultation.case = Some(Case::begun(to.clone(), why, fact.at));
    Ok(())
}

/// Gives the case to a specialist, or takes it from the one who let the deadline pass.
pub(super) fn assign(
    consultation: &mut Consultation,
    doctor: Option<&Identity>,
    why: AssignReason,
    at: Timestamp,
) -> Result<(), Illegal> {
    if doctor.is_some_and(|doctor| doctor.role != Role::Doctor) {
        return Err(Illegal::Actor);
    }
    if doctor.is_none_or(|doctor| !consultation.is_held_by(&doctor.party)) {
        consultation.release();
    }
    if let Some(doctor) = doctor {
        consultation.formers.retain(|former| former.party != doctor.party);
        consultation.enter(doctor, true)?;
    }
    let case = consultation.case.as_mut().ok_or(Illegal::Phase(consultation.phase))?;
    match why {
        AssignReason::NoReply => case.give_turn(Turn::Specialist, at),
        AssignReason::Overdue => {
            case.lapses = case.lapses.saturating_add(1);
            case.give_turn(case.turn, at);
        }
        _ => {}
    }
    if why != AssignReason::NoReply {
        (case.assigned, case.read_at) = (doctor.map(|_| why), None);
    }
    Ok(())
}

/// The person who holds the case was reminded of it.
pub(super) fn remind(consultation: &mut Consultation) -> Result<(), Illegal> {
    consultation.case.as_mut().ok_or(Illegal::Phase(consultation.phase))?.reminded = true;
    Ok(())
}

/// The specialist who answers for the case opened it, or the post opened the answer.
pub(super) fn read_case(consultation: &mut Consultation, fact: &Fact) -> Result<(), Illegal> {
    let by = fact.by.as_ref().ok_or(Illegal::Actor)?;
    let (is_post, holds) = (consultation.tablets.contains(by), consultation.is_held_by(by));
    let case = consultation.case.as_mut().ok_or(Illegal::Phase(consultation.phase))?;
    match (is_post, holds) {
        (true, _) => case.answer_read_at = Some(fact.at),
        (_, true) => case.read_at = Some(fact.at),
        _ => return Err(Illegal::Actor),
    }
    Ok(())
}

pub(super) fn examine(
    consultation: &mut Consultation,
    intake: &Intake,
    act: Option<ActId>,
    fact: &Fact,
) -> Result<(), Illegal> {
    if !fact.by.as_ref().is_some_and(|by| consultation.tablets.contains(by)) {
        return Err(Illegal::Actor);
    }
    consultation.examinations.push(Examination { at: fact.at, intake: intake.clone(), act });
    if let Some(case) = &mut consultation.case {
        case.post_replied(fact.at);
    }
    Ok(())
}

pub(super) fn tell_outcome(
    consultation: &mut Consultation,
    told: ToldOutcome,
    fact: &Fact,
) -> Result<(), Illegal> {
    consultation.author(fact)?;
    end_follow_up(consultation, told)
}

/// The outcome is known, or given up: the consultation is over.
pub(super) fn end_follow_up(consultation: &mut Consultation, told: ToldOutcome) -> Result<(), Illegal> {
    let follow_up = consultation.follow_up.as_mut().ok_or(Illegal::Phase(consultation.phase))?;
    consultation.ended_at = Some(told.at);
    follow_up.told = Some(told);
    consultation.phase = Phase::Closed;
    Ok(())
}

/// The post was asked again what became of the patient.
pub(super) fn ask_again(consultation: &mut Consultation, at: Timestamp) -> Result<(), Illegal> {
    consultation.follow_up.as_mut().ok_or(Illegal::Phase(consultation.phase))?.ask_again(at);
    Ok(())
}

/// True if whoever did it may make it a case for this reason, or give the case to another addressee.
fn may_defer(consultation: &Consultation, why: DeferReason, fact: &Fact) -> bool {
    let by = fact.by.as_ref();
    let (is_call, tablet) = (consultation.phase != Phase::Deferred, &consultation.tablets.current().party);
    match why {
        DeferReason::Chosen => is_call && by == Some(tablet),
        DeferReason::Unanswered => is_call && by.is_none() && consultation.is_open(),
        DeferReason::LinkLost => is_call && by.is_none() && consultation.phase == Phase::Running,
        DeferReason::Converted => is_call && by.is_some_and(|by| consultation.is_held_by(by)),
        DeferReason::Readdressed => !is_call && by.is_none_or(|by| !consultation.tablets.contains(by)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        case::{CaseTimes, FollowUpStep, LossReason, Outcome},
        clinical::{Advise, Disposition},
        fact::{RingReason, What},
        id::ChatId,
        request::Urgency,
        sample::{SAMPLE as ID, after, identity},
    };
    use Turn::{Closing, Post, Specialist};
    use uuid::Uuid;

    fn deferred(by: Option<&str>, why: DeferReason) -> (Option<&str>, What) {
        (by, What::Deferred { to: Addressee::Speciality(Speciality::Paediatrics), why })
    }

    fn assigned(doctor: Option<&str>, why: AssignReason) -> (Option<&str>, What) {
        (None, What::Assigned { doctor: doctor.map(|doctor| identity(doctor, Role::Doctor)), why })
    }

    fn wrote(by: &str, number: u128, asks: bool) -> (Option<&str>, What) {
        (Some(by), What::ChatWritten { chat: ChatId(Uuid::from_u128(number)), text: "?".into(), asks })
    }

    fn advised(by: &str, revision: u32) -> (Option<&str>, What) {
        let advice = Advise { consultation: ID, revision, text: "repos".into(), replaces: None };
        (Some(by), What::Advised { advice, order_number: None })
    }

    fn turn(consultation: &Consultation) -> Turn {
        consultation.case().unwrap().turn
    }

    #[test]
    fn a_request_that_nobody_answered_becomes_a_case_for_a_speciality() {
        let case = after(1, &[deferred(None, DeferReason::Unanswered)]).unwrap();
        assert_eq!((case.phase(), case.owner()), (Phase::Deferred, None));
        assert_eq!(case.asked_speciality(), Speciality::Paediatrics);
        assert_eq!(turn(&case), Turn::Specialist);
        let refused = after(3, &[deferred(None, DeferReason::Unanswered)]);
        assert_eq!(refused, Err(Illegal::Actor), "a doctor holds the call");
    }

    #[test]
    fn the_doctor_of_a_call_answers_for_the_case_that_it_becomes() {
        let case = after(3, &[deferred(Some("doctor"), DeferReason::Converted)]).unwrap();
        assert!(case.is_held_by(&PartyId("doctor".into())));
        let lost = after(3, &[deferred(None, DeferReason::LinkLost)]).unwrap();
        assert!(lost.is_held_by(&PartyId("doctor".into())));
        assert_eq!(after(3, &[deferred(Some("guest"), DeferReason::Converted)]), Err(Illegal::Actor));
    }

    #[test]
    fn question_reply_and_answer_move_the_turn_and_begin_the_time_anew() {
        let facts = [
            deferred(Some("post"), DeferReason::Chosen),
            assigned(Some("doctor"), AssignReason::OnDuty),
            (Some("doctor"), What::CaseRead),
            wrote("doctor", 1, true),
            wrote("post", 2, false),
            advised("doctor", 1),
            (Some("post"), What::CaseRead),
            wrote("post", 3, false),
        ];
        let turns: Vec<_> =
            (1..=facts.len()).map(|count| turn(&after(1, &facts[..count]).unwrap())).collect();
        assert_eq!(
            turns,
            [Specialist, Specialist, Specialist, Post, Specialist, Closing, Closing, Specialist]
        );
        let whole = after(1, &facts).unwrap();
        let case = whole.case().unwrap();
        assert_eq!((case.read_at, case.answered_at), (Some(Timestamp(12)), Some(Timestamp(15))));
        assert_eq!((case.answer_read_at, case.clock_since), (Some(Timestamp(16)), Timestamp(17)));
    }

    #[test]
    fn a_deadline_that_passes_takes_the_case_from_its_specialist_and_begins_anew() {
        let begun =
            [deferred(Some("post"), DeferReason::Chosen), assigned(Some("doctor"), AssignReason::OnDuty)];
        let times = CaseTimes::default();
        let case = after(1, &begun).unwrap();
        let due = case.case().unwrap().due(Urgency::Stat, &times);
        assert_eq!(due, Timestamp(10 + 15 * 60_000));
        assert_eq!(case.case().unwrap().reminder(Urgency::Stat, &times), Some(Timestamp(10 + 15 * 30_000)));
        let over =
            [begun.to_vec(), vec![(None, What::Reminded), assigned(Some("second"), AssignReason::Overdue)]];
        let over = after(1, &over.concat()).unwrap();
        let case = over.case().unwrap();
        assert_eq!((case.lapses, case.clock_since, case.reminded), (1, Timestamp(13), false));
        assert_eq!(over.owner().unwrap().party, PartyId("second".into()));
        assert!(over.is_member(&identity("doctor", Role::Doctor)), "the former specialist may still read it");
        let minutes = |lapses: u16| {
            let case = Case { lapses, ..case.clone() };
            case.due(Urgency::Stat, &times).since_ms(case.clock_since) / 60_000
        };
        assert_eq!([0, 2, 3, 4, 9, 99].map(minutes), [15, 15, 30, 60, 24 * 60, 24 * 60]);
    }

    #[test]
    fn a_case_for_a_person_asks_the_speciality_of_that_person() {
        use Speciality::{Obstetrics, Paediatrics, Surgery};
        let asked = |specialities: &[Speciality]| {
            let doctor = Identity { specialities: specialities.to_vec(), ..identity("ba", Role::Doctor) };
            let to = Addressee::Party(doctor.party.clone());
            let overdue = What::Assigned { doctor: None, why: AssignReason::Overdue };
            let facts = [
                (Some("post"), What::Deferred { to, why: DeferReason::Chosen }),
                (None, What::Assigned { doctor: Some(doctor), why: AssignReason::Addressed }),
                (None, overdue),
            ];
            [1, 2, 3].map(|count| after(1, &facts[..count]).unwrap().asked_speciality())
        };
        assert_eq!(asked(&[Surgery]), [Obstetrics, Surgery, Surgery], "also after the deadline has passed");
        assert_eq!(asked(&[Paediatrics, Surgery]), [Obstetrics; 3], "which one was meant is not known");
        assert_eq!(asked(&[]), [Obstetrics; 3]);
    }

    #[test]
    fn a_case_becomes_a_call_and_a_call_a_case() {
        let doctor = || identity("doctor", Role::Doctor);
        let facts = [
            deferred(Some("post"), DeferReason::Chosen),
            (Some("doctor"), What::Claimed { doctor: doctor() }),
            deferred(Some("doctor"), DeferReason::Converted),
            (Some("post"), What::RangAgain { why: RingReason::Asked }),
        ];
        let call = after(1, &facts[..2]).unwrap();
        assert_eq!((call.phase(), call.case()), (Phase::Running, None));
        let rings = after(1, &facts).unwrap();
        assert_eq!((rings.phase(), rings.is_open(), rings.owner()), (Phase::Waiting, true, None));
        assert_eq!(rings.last_owner().unwrap().party, PartyId("doctor".into()), "who may be preferred");
        let colleague = identity("colleague", Role::Doctor);
        let asked = (Some("doctor"), What::Entered { guest: colleague, holds: false, why: None });
        let with_colleague = [&facts[..1], &[assigned(Some("doctor"), AssignReason::Taken), asked]].concat();
        let call = after(1, &[&with_colleague[..], &facts[1..2]].concat()).unwrap();
        assert_eq!((call.entered().len(), call.formers().len()), (1, 1), "the colleague is not in the call");
    }

    #[test]
    fn a_consultation_with_an_awaited_outcome_ends_when_it_is_told() {
        let close =
            |follow_up| (Some("doctor"), What::Closed { disposition: Disposition::Evacuation, follow_up });
        let told =
            (Some("post"), What::OutcomeTold { outcome: Outcome::Arrived, text: "".into(), act: None });
        let awaited = after(3, &[close(Some(Timestamp(99)))]).unwrap();
        assert_eq!((awaited.phase(), awaited.follow_up().unwrap().due), (Phase::FollowUp, Timestamp(99)));
        assert_eq!((awaited.ended_at(), awaited.disposition()), (None, Some(Disposition::Evacuation)));
        let over = after(3, &[close(Some(Timestamp(99))), told.clone()]).unwrap();
        assert_eq!((over.phase(), over.ended_at()), (Phase::Closed, Some(Timestamp(11))));
        assert_eq!(over.follow_up().unwrap().told.as_ref().unwrap().outcome, Outcome::Arrived);
        assert!(after(3, &[close(None), told]).is_err(), "nobody asked for it");
    }

    #[test]
    fn a_post_that_does_not_answer_is_asked_twice_more_and_then_the_patient_counts_as_lost() {
        const DAY_MS: u64 = 24 * 60 * 60_000;
        let times = CaseTimes::default();
        let asks = Some(Timestamp(99));
        let close = (Some("doctor"), What::Closed { disposition: Disposition::Evacuation, follow_up: asks });
        let again = || (None, What::OutcomeAskedAgain);
        let next = |asked: usize| {
            let facts = std::iter::once(close.clone()).chain((0..asked).map(|_| again()));
            let awaited = after(3, &facts.collect::<Vec<_>>()).unwrap();
            let follow_up = awaited.follow_up().unwrap();
            let (step, at) = follow_up.next(&times);
            (step, at.since_ms(follow_up.asked_at) / DAY_MS)
        };
        assert_eq!(next(0), (FollowUpStep::AskAgain, 1));
        assert_eq!(next(1), (FollowUpStep::AskAgain, 2), "three days after the first question");
        assert_eq!(next(2), (FollowUpStep::GiveUp, 11), "two weeks after the first question");
        let lost = (None, What::LostToFollowUp { why: LossReason::NoAnswer });
        let over = after(3, &[close, again(), again(), lost.clone()]).unwrap();
        assert_eq!((over.phase(), over.ended_at()), (Phase::Closed, Some(Timestamp(13))));
        let told = over.follow_up().unwrap().told.clone().unwrap();
        assert_eq!((told.outcome, told.lost), (Outcome::LostToFollowUp, Some(LossReason::NoAnswer)));
        assert!(after(3, &[lost]).is_err(), "nobody asked for it");
    }

    #[test]
    fn a_new_examination_shows_in_the_record_and_keeps_the_first_form() {
        let intake = Intake { reason: "céphalées".into(), ..Intake::default() };
        let examined =
            after(3, &[(Some("post"), What::Examined { intake: intake.clone(), act: None })]).unwrap();
        let record = examined.record_for(Role::Doctor);
        assert_eq!(record.intake, intake);
        let values: Vec<_> = record.examinations.iter().map(|one| (one.at, &one.intake)).collect();
        assert_eq!(values, [(Timestamp(1), &Intake::default()), (Timestamp(10), &intake)], "over time");
        assert!(after(3, &[]).unwrap().record_for(Role::Doctor).examinations.is_empty());
        assert_eq!(examined.request().intake, Intake::default());
        assert_eq!(after(3, &[(Some("doctor"), What::Examined { intake, act: None })]), Err(Illegal::Actor));
    }
}
