//! What the structure that is asked has said, and what follows while the patient is already on the way to it.

use super::{Referral, ReferralEvent as Event, ReferralState, ReferralStep};

impl Referral {
    /// The last thing that is known of the structure that is asked now: that it opened the letter, accepted or rejected, or that it was
    /// noticed not to answer. None if nothing is.
    pub(super) fn answer(&self) -> Option<&ReferralStep> {
        let of_this_one =
            self.steps.iter().rev().take_while(|step| !matches!(step.event, Event::AskedNext { .. }));
        of_this_one.into_iter().find(|step| {
            matches!(
                step.event,
                Event::Received | Event::Accepted { .. } | Event::Rejected { .. } | Event::Unanswered
            )
        })
    }

    /// True if the structure has not opened the letter so far, and it may become known that it did.
    pub fn is_unopened(&self) -> bool {
        match self.state {
            ReferralState::Requested => true,
            ReferralState::EnRoute => self.answer().is_none_or(|step| step.event == Event::Unanswered),
            _ => false,
        }
    }

    /// True if the structure said no, or was closed, while the patient is on the way to it: another one may be asked.
    pub fn is_rejected_on_the_way(&self) -> bool {
        self.state == ReferralState::EnRoute && self.has_rejected()
    }

    /// True if the structure that is asked now said no, or was closed.
    pub(super) fn has_rejected(&self) -> bool {
        self.answer().is_some_and(|step| matches!(step.event, Event::Rejected { .. }))
    }

    /// True if an event follows for a patient who is on the way. The table says who may tell it. While the structure has not accepted, people
    /// may take the patient to another one, or back; the road to another one has a departure of its own.
    pub(super) fn follows_on_the_way(&self, event: &Event) -> bool {
        let accepted = self.answer().is_some_and(|step| matches!(step.event, Event::Accepted { .. }));
        match event {
            Event::Received => self.is_unopened(),
            Event::Accepted { .. } => !accepted && !self.has_rejected(),
            Event::Rejected { .. } => !self.has_rejected(),
            Event::AskedNext { .. } | Event::Cancelled { .. } => !accepted,
            Event::Departed { .. } => self.departed.is_none(),
            _ => true,
        }
    }
}
