//! What the structure that is asked has said, and what follows while the patient is already on the way to it.

use super::{Referral, ReferralActor, ReferralEvent as Event, ReferralState, ReferralStep};

impl Referral {
    /// The steps since the present structure was asked, newest first.
    fn steps_with_this_one(&self) -> impl Iterator<Item = &ReferralStep> {
        self.steps.iter().rev().take_while(|step| !matches!(step.event, Event::AskedNext { .. }))
    }

    /// The last thing that the structure has said: that it opened the letter, accepted or rejected. None if it has said nothing.
    fn answer(&self) -> Option<&ReferralStep> {
        self.steps_with_this_one().find(|step| {
            matches!(step.event, Event::Received | Event::Accepted { .. } | Event::Rejected { .. })
        })
    }

    /// True if people were told that the structure does not answer.
    pub(super) fn was_unanswered(&self) -> bool {
        self.steps_with_this_one().any(|step| step.event == Event::Unanswered)
    }

    /// True if the structure has not opened the letter so far, and it may become known that it did.
    pub fn is_unopened(&self) -> bool {
        matches!(self.state, ReferralState::Requested | ReferralState::EnRoute) && self.answer().is_none()
    }

    /// True if the structure that is asked reads the letter. One that has said no does not, until the patient arrives there all the same; one
    /// that is only noted as closed does while the patient is on the way to it.
    pub fn is_readable(&self) -> bool {
        match self.state {
            ReferralState::Rejected => false,
            ReferralState::EnRoute => {
                !self.has_rejected()
                    || self.answer().is_some_and(|step| step.actor != ReferralActor::Receiver)
            }
            _ => true,
        }
    }

    /// True if the structure said no, or was closed, while the patient is on the way to it.
    pub fn is_rejected_on_the_way(&self) -> bool {
        self.state == ReferralState::EnRoute && self.has_rejected()
    }

    /// True if the present structure said no, or was closed.
    pub(super) fn has_rejected(&self) -> bool {
        self.answer().is_some_and(|step| matches!(step.event, Event::Rejected { .. }))
    }

    /// True if an event follows for a patient who is on the way. The table says who may tell it. The road to another structure has a departure
    /// of its own.
    pub(super) fn follows_on_the_way(&self, event: &Event) -> bool {
        match event {
            Event::Received => self.is_unopened(),
            Event::Accepted { .. } => self.answer().is_none_or(|step| matches!(step.event, Event::Received)),
            Event::Rejected { .. } => !self.has_rejected(),
            Event::Departed { .. } => self.departed.is_none(),
            _ => true,
        }
    }
}
