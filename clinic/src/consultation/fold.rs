//! The fold: which fact may follow in which phase, and who handles it.

use super::{Consultation, Illegal, Phase, contributions, deferral};
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
            (What::Claimed { doctor }, _) if self.is_open() || self.phase == Phase::Deferred => {
                self.claim(doctor, fact.at)
            }
            (What::RangAgain { why }, Phase::Waiting | Phase::Running | Phase::Deferred) => {
                self.ring_again(*why, fact)
            }
            (What::Postponed { .. }, Phase::Waiting | Phase::Running)
            | (What::Redirected { .. }, Phase::Running) => self.wait_on(fact),
            (What::Entered { guest, holds }, Phase::Running | Phase::Deferred) => self.enter(guest, *holds),
            (What::Left, Phase::Running | Phase::Deferred) => self.leave(fact.by.as_ref()),
            (What::Noted { note }, Phase::Running | Phase::Deferred) => self.write(note),
            (What::Advised { advice, order_number }, Phase::Running | Phase::Deferred) => {
                self.sign(advice, order_number.as_ref(), fact)
            }
            (What::PhotoAsked { photo }, Phase::Running | Phase::Deferred) => {
                contributions::ask_photo(self, *photo, fact)
            }
            (What::PhotoTaken { photo, file }, Phase::Running | Phase::Deferred) => {
                contributions::take_photo(self, *photo, file, fact)
            }
            (What::PhotoMarked { photo, marks }, Phase::Running | Phase::Deferred) => {
                contributions::mark_photo(self, *photo, marks)
            }
            (What::Attached { attachment, file }, Phase::Waiting | Phase::Running | Phase::Deferred) => {
                contributions::attach(self, *attachment, file, fact)
            }
            (What::ChatWritten { chat, text, asks }, Phase::Running | Phase::Deferred) => {
                contributions::write_chat(self, *chat, text, *asks, fact)
            }
            (What::ChatSeen { progress }, Phase::Running | Phase::Deferred) => {
                contributions::see_chat(self, *progress, fact)
            }
            (What::Cancelled, Phase::Waiting | Phase::Running | Phase::Deferred) => {
                self.end(None, None, fact.at)
            }
            (What::Closed { disposition, follow_up }, Phase::Running | Phase::Deferred) => {
                self.end(Some(*disposition), *follow_up, fact.at)
            }
            (What::Deferred { to, why }, Phase::Waiting | Phase::Running | Phase::Deferred) => {
                deferral::defer(self, to, *why, fact)
            }
            (What::Assigned { doctor, why }, Phase::Deferred) => {
                deferral::assign(self, doctor.as_ref(), *why, fact.at)
            }
            (What::CaseRead, Phase::Deferred | Phase::FollowUp) => deferral::read_case(self, fact),
            (What::Reminded, _) => deferral::remind(self),
            (What::Examined { intake, act }, Phase::Running | Phase::Deferred) => {
                deferral::examine(self, intake, *act, fact)
            }
            (What::OutcomeTold { outcome, text, act }, Phase::FollowUp) => {
                deferral::tell_outcome(self, ToldOutcome::new(*outcome, text, *act, fact.at), fact)
            }
            (_, phase) => Err(Illegal::Phase(phase)),
        }
    }
}
