//! The queue's handlers: request, withdraw, claim, and the clock of what waits.

use super::{Hub, Outcome, Refusal, Speaker};
use crate::{
    case::Case,
    limits,
    message::{ServerMessage, call::MemberState, queue::EntryGone, session::ErrorCode},
    queue::next_step,
    room::{Act, Owed},
};
use teranga_clinic::{
    fact::{Fact, What},
    id::ConsultationId,
    people::{Identity, Role},
    request::Request,
};

impl Hub {
    pub(super) fn request(&mut self, me: &Speaker, request: Request) -> Outcome {
        me.must_be(Role::Kiosk)?;
        if let Some(said_before) = self.request_again(me, request.request) {
            return said_before;
        }
        self.may_request(me)?;
        let post = (*me.who).clone();
        self.record(request.request, Some(me.party()), What::Requested { post, request }, "request")
    }

    pub(super) fn cancel(&mut self, me: &Speaker, id: ConsultationId) -> Outcome {
        let case = self.case_for(me, id, Act::Cancel)?;
        if !case.is_waiting() && self.holder_is_there(case) {
            return Err(ErrorCode::Busy.into());
        }
        match self.uncommitted.turning(id) {
            Some(fact) if matches!(fact.what, What::Claimed { .. }) => Err(taken(fact)),
            Some(_) => Ok(()),
            None => self.record(id, Some(me.party()), What::Cancelled, "cancel"),
        }
    }

    /// Exactly one of several succeeds: the first whose fact is on its way to the disk.
    pub(super) fn claim(&mut self, me: &Speaker, id: ConsultationId) -> Outcome {
        me.must_be(Role::Doctor)?;
        let case = self.cases.get(id).ok_or(ErrorCode::NotFound)?;
        if let Some(owner) = case.consultation.owner() {
            return if owner.party == *me.party() { self.show_again(id, me) } else { Err(taken_by(owner)) };
        }
        match self.uncommitted.turning(id) {
            Some(fact) if fact.by.as_ref() == Some(me.party()) => return Ok(()),
            Some(fact) => return Err(taken(fact)),
            None if self.is_engaged(me.party()) => return Err(ErrorCode::Busy.into()),
            None => {}
        }
        let doctor = (*me.who).clone();
        self.record(id, Some(me.party()), What::Claimed { doctor }, "claim")
    }

    /// A claim is durable: the doctor sits, the others see the row go.
    pub(super) fn claimed(&mut self, id: ConsultationId, doctor: Identity) {
        self.counters.claimed += 1;
        let (party, by) = (doctor.party.clone(), Some(doctor.name.clone()));
        if let Some((elsewhere, _)) = self.cases.unseat(&party) {
            self.stir(elsewhere);
        }
        self.tell_doctors(&ServerMessage::EntryGone(EntryGone { consultation: id, by }), Some(&party));
        self.seat_holder(id, doctor);
        self.call_post_in(id);
        self.repace(&party);
        self.stirred.people = true;
        self.stir(id);
    }

    /// The time of a consultation has come: whatever is due is done.
    pub(super) fn tend(&mut self, id: ConsultationId) {
        self.drop_stale_invitations(id);
        if self.deserted_at(id).is_some_and(|due| due <= self.now) {
            self.record_or_not(id, None, What::Cancelled);
        } else if self.escalates_at(id).is_some_and(|due| due <= self.now) {
            self.escalate(id);
        }
        self.stir(id);
    }

    /// An escalation could not be stored: the clock tries again, it does not stop.
    pub(super) fn retry_escalation(&mut self, id: ConsultationId) {
        let later = self.now.plus_ms(limits::RETRY_MS);
        if let Some(case) = self.cases.get_mut(id) {
            case.clock.postpone(later);
        }
        self.stir(id);
    }

    fn escalate(&mut self, id: ConsultationId) {
        let step = self.cases.get(id).and_then(|case| next_step(case.consultation.step().0));
        let Some(step) = step else { return };
        if !self.record_or_not(id, None, What::Escalated { step }) {
            self.retry_escalation(id);
        }
    }

    /// What a request that is known already gets; none for a new one.
    fn request_again(&mut self, me: &Speaker, id: ConsultationId) -> Option<Outcome> {
        if let Some(case) = self.cases.get(id) {
            let own = case.consultation.post().party == *me.party();
            return Some(if own { self.show_again(id, me) } else { Err(ErrorCode::NotFound.into()) });
        }
        if let Some(fact) = self.uncommitted.request(id) {
            let own = fact.by.as_ref() == Some(me.party());
            return Some(if own { Ok(()) } else { Err(ErrorCode::NotFound.into()) });
        }
        let ending = self.finished.find(id)?;
        if ending.post != *me.party() {
            return Some(Err(ErrorCode::NotFound.into()));
        }
        for message in ending.messages() {
            self.send(me.session, message);
        }
        Some(Ok(()))
    }

    fn may_request(&self, me: &Speaker) -> Outcome {
        let (on_the_way, _) = self.uncommitted.requests(&me.who.place.region);
        let waiting = self.cases.len() - self.cases.running().count() + on_the_way;
        if self.draining {
            Err(ErrorCode::Draining.into())
        } else if self.is_engaged(me.party()) {
            Err(ErrorCode::Busy.into())
        } else if waiting >= limits::QUEUE || self.cases.len() + on_the_way >= limits::CONSULTATIONS {
            Err(ErrorCode::QueueFull.into())
        } else {
            Ok(())
        }
    }

    /// Shows a member again what they have: for a message that was said twice.
    #[expect(clippy::unnecessary_wraps, reason = "ends a handler")]
    fn show_again(&mut self, id: ConsultationId, me: &Speaker) -> Outcome {
        let joined = self.cases.seat_of(me.party()).is_some_and(|(_, seat)| seat.is_joined());
        self.owe(id, me.party(), Owed { grant: !joined, record: true });
        Ok(())
    }

    /// Somebody answered: the post enters the call, with the transport it has warmed if it has one. It has written the
    /// record itself, which would stand in front of the first voice on a thin link.
    fn call_post_in(&mut self, id: ConsultationId) {
        let Some(case) = self.cases.get_mut(id) else { return };
        let post = case.consultation.post().party.clone();
        if let Some(seat) = case.room.seat_mut(&post) {
            seat.owed = Owed { grant: !seat.is_joined(), record: false };
        }
        self.repace(&post);
    }

    fn holder_is_there(&self, case: &Case) -> bool {
        let seat = case.consultation.owner().and_then(|owner| case.room.seat(&owner.party));
        let state = seat.map(|seat| seat.state(self.sessions.is_present(&seat.who.party)));
        matches!(state, Some(MemberState::Here | MemberState::Joining))
    }
}

fn taken_by(owner: &Identity) -> Refusal {
    Refusal { code: ErrorCode::AlreadyTaken, by: Some(owner.name.clone()) }
}

/// Why a request is reserved: somebody takes it this very moment, or it is being withdrawn.
fn taken(fact: &Fact) -> Refusal {
    match &fact.what {
        What::Claimed { doctor } => taken_by(doctor),
        _ => ErrorCode::NotFound.into(),
    }
}
