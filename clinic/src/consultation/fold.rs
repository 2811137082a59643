//! The fold: which fact may follow in which phase, and who handles it.

use super::{
    Consultation, Illegal,
    Phase::{Deferred, FollowUp, Running, Waiting},
    appointments, consents, contributions, deferral, dispensing, prescriptions, referrals, tablets,
};
use crate::{
    case::ToldOutcome,
    fact::{Fact, What},
    referral::ReferralStep,
};

impl Consultation {
    /// Folds the next fact. One that is refused changes nothing.
    pub fn apply(&mut self, fact: &Fact) -> Result<(), Illegal> {
        let was_call = self.phase.is_call();
        fold(self, fact)?;
        if let Some(by) = fact.by.as_ref().filter(|_| !was_call) {
            self.tablets.go_on_at(by);
        }
        Ok(())
    }
}

fn fold(consultation: &mut Consultation, fact: &Fact) -> Result<(), Illegal> {
    match (&fact.what, consultation.phase) {
        (What::Requested { .. }, _) => Err(Illegal::Beginning),
        (What::Escalated { .. }, _) if consultation.is_open() && consultation.postponed.is_none() => {
            consultation.wait_on(fact)
        }
        (What::Claimed { doctor }, _) if consultation.is_open() || consultation.phase == Deferred => {
            consultation.claim(doctor, fact.at)
        }
        (What::RangAgain { why }, Waiting | Running | Deferred) => consultation.ring_again(*why, fact),
        (What::Postponed { .. }, Waiting | Running) | (What::Redirected { .. }, Running) => {
            consultation.wait_on(fact)
        }
        (What::Entered { guest, holds, .. }, Running | Deferred) => consultation.enter(guest, *holds),
        (What::Left, Running | Deferred) => consultation.leave(fact.by.as_ref()),
        (What::Noted { note }, Running | Deferred) => consultation.write(note),
        (What::Advised { advice, order_number }, Running | Deferred) => {
            consultation.sign(advice, order_number.as_ref(), fact)
        }
        (What::PhotoAsked { photo }, Running | Deferred) => {
            contributions::ask_photo(consultation, *photo, fact)
        }
        (What::PhotoTaken { photo, file }, Running | Deferred) => {
            contributions::take_photo(consultation, *photo, file, fact)
        }
        (What::PhotoMarked { photo, marks }, Running | Deferred) => {
            contributions::mark_photo(consultation, *photo, marks)
        }
        (What::TabletJoined { tablet }, _) => tablets::join(consultation, tablet),
        (What::Attached { attachment, file }, _) => {
            contributions::attach(consultation, *attachment, file, fact)
        }
        (What::ChatWritten { chat, text, asks }, Running | Deferred) => {
            contributions::write_chat(consultation, *chat, text, *asks, fact)
        }
        (What::ChatSeen { progress }, Running | Deferred) => {
            contributions::see_chat(consultation, *progress, fact)
        }
        (What::Cancelled, Waiting | Running | Deferred) => consultation.end(None, None, fact.at),
        (What::Closed { disposition, follow_up }, Running | Deferred) => {
            consultation.end(Some(*disposition), *follow_up, fact.at)
        }
        _ => fold_care(consultation, fact),
    }
}

/// What leads from advice to care: prescriptions, appointments, consent and referrals.
fn fold_care(consultation: &mut Consultation, fact: &Fact) -> Result<(), Illegal> {
    match (&fact.what, consultation.phase) {
        (What::Prescribed { signed }, Running | Deferred | FollowUp) => {
            prescriptions::prescribe(consultation, signed, fact)
        }
        (What::PrescriptionCancelled { prescription, why }, _) => {
            prescriptions::cancel(consultation, *prescription, why, fact)
        }
        (What::Appointed { appointment }, Running | Deferred | FollowUp) => {
            appointments::appoint(consultation, appointment, fact)
        }
        (What::AppointmentMoved { appointment, at }, _) => {
            appointments::move_to(consultation, *appointment, *at, fact)
        }
        (What::AppointmentCancelled { appointment, why }, _) => {
            appointments::cancel(consultation, *appointment, why, fact)
        }
        (What::Consented { said }, _) => consents::give(consultation, *said, fact),
        (What::ConsentWithdrawn { said }, _) => consents::withdraw(consultation, *said, fact),
        (What::Referred { referral }, Running | Deferred | FollowUp) => {
            referrals::refer(consultation, referral, fact)
        }
        (What::ReferralMoved { referral, actor, by_name, event, act }, _) => {
            let (at, by, event) = (fact.at, by_name.clone(), (**event).clone());
            let step = ReferralStep { at, actor: *actor, by, event, act: *act };
            referrals::step(consultation, *referral, &step, fact)
        }
        (What::Dispensed { prescription, dispensed }, _) => {
            dispensing::dispense(consultation, *prescription, dispensed, fact)
        }
        _ => fold_case(consultation, fact),
    }
}

/// The facts of deferred cases.
fn fold_case(consultation: &mut Consultation, fact: &Fact) -> Result<(), Illegal> {
    match (&fact.what, consultation.phase) {
        (What::Deferred { to, why }, Waiting | Running | Deferred) => {
            deferral::defer(consultation, to, *why, fact)
        }
        (What::Assigned { doctor, why }, Deferred) => {
            deferral::assign(consultation, doctor.as_ref(), *why, fact.at)
        }
        (What::CaseRead, Deferred | FollowUp) => deferral::read_case(consultation, fact),
        (What::Reminded, _) => deferral::remind(consultation),
        (What::Examined { intake, act }, Running | Deferred) => {
            deferral::examine(consultation, intake, *act, fact)
        }
        (What::OutcomeTold { outcome, text, act }, FollowUp) => {
            deferral::tell_outcome(consultation, ToldOutcome::new(*outcome, text, *act, fact.at), fact)
        }
        (What::OutcomeAskedAgain, FollowUp) => deferral::ask_again(consultation, fact.at),
        (What::LostToFollowUp { why }, FollowUp) => {
            deferral::end_follow_up(consultation, ToldOutcome::given_up(*why, fact.at))
        }
        (_, phase) => Err(Illegal::Phase(phase)),
    }
}
