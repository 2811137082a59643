//! The fold: which fact may follow in which phase, and who handles it.

use super::{
    Consultation, Illegal,
    Phase::{Deferred, FollowUp, Running, Waiting},
    contributions, deferral,
};
use crate::{
    case::ToldOutcome,
    fact::{Fact, What},
};

impl Consultation {
    /// Folds the next fact. One that is refused changes nothing.
    pub fn apply(&mut self, fact: &Fact) -> Result<(), Illegal> {
        match (&fact.what, self.phase) {
            (What::Requested { .. }, _) => Err(Illegal::Beginning),
            (What::Escalated { .. }, _) if self.is_open() && self.postponed.is_none() => self.wait_on(fact),
            (What::Claimed { doctor }, _) if self.is_open() || self.phase == Deferred => {
                self.claim(doctor, fact.at)
            }
            (What::RangAgain { why }, Waiting | Running | Deferred) => self.ring_again(*why, fact),
            (What::Postponed { .. }, Waiting | Running) | (What::Redirected { .. }, Running) => {
                self.wait_on(fact)
            }
            (What::Entered { guest, holds, .. }, Running | Deferred) => self.enter(guest, *holds),
            (What::Left, Running | Deferred) => self.leave(fact.by.as_ref()),
            (What::Noted { note }, Running | Deferred) => self.write(note),
            (What::Advised { advice, order_number }, Running | Deferred) => {
                self.sign(advice, order_number.as_ref(), fact)
            }
            (What::PhotoAsked { photo }, Running | Deferred) => contributions::ask_photo(self, *photo, fact),
            (What::PhotoTaken { photo, file }, Running | Deferred) => {
                contributions::take_photo(self, *photo, file, fact)
            }
            (What::PhotoMarked { photo, marks }, Running | Deferred) => {
                contributions::mark_photo(self, *photo, marks)
            }
            (What::Attached { attachment, file }, _) => contributions::attach(self, *attachment, file, fact),
            (What::ChatWritten { chat, text, asks }, Running | Deferred) => {
                contributions::write_chat(self, *chat, text, *asks, fact)
            }
            (What::ChatSeen { progress }, Running | Deferred) => {
                contributions::see_chat(self, *progress, fact)
            }
            (What::Cancelled, Waiting | Running | Deferred) => self.end(None, None, fact.at),
            (What::Closed { disposition, follow_up }, Running | Deferred) => {
                self.end(Some(*disposition), *follow_up, fact.at)
            }
            (What::Deferred { to, why }, Waiting | Running | Deferred) => {
                deferral::defer(self, to, *why, fact)
            }
            (What::Assigned { doctor, why }, Deferred) => {
                deferral::assign(self, doctor.as_ref(), *why, fact.at)
            }
            (What::CaseRead, Deferred | FollowUp) => deferral::read_case(self, fact),
            (What::Reminded, _) => deferral::remind(self),
            (What::Examined { intake, act }, Running | Deferred) => {
                deferral::examine(self, intake, *act, fact)
            }
            (What::OutcomeTold { outcome, text, act }, FollowUp) => {
                deferral::tell_outcome(self, ToldOutcome::new(*outcome, text, *act, fact.at), fact)
            }
            (What::OutcomeAskedAgain, FollowUp) => deferral::ask_again(self, fact.at),
            (What::LostToFollowUp { why }, FollowUp) => {
                deferral::end_follow_up(self, ToldOutcome::given_up(*why, fact.at))
            }
            (_, phase) => Err(Illegal::Phase(phase)),
        }
    }
}
