//! Sockets come and go: opening, `hello`, resuming, silence, revocation; and what a party says about itself.

use super::{Effect, Hub, Outcome, Speaker, Timer};
use crate::{
    id::SessionId,
    limits,
    message::{
        ServerMessage,
        queue::Queue,
        session::{Bye, ByeReason, ErrorCode, Hello, PROTOCOL_VERSION, Pace, Welcome},
    },
    room::{Owed, Stage, Transport},
    session::Session,
    token::Token,
};
use teranga_clinic::{
    fact::What,
    id::PartyId,
    people::{Availability, Identity, Place, Role},
};

impl Hub {
    pub(super) fn connected(&mut self, session: SessionId, identity: Identity, fallback: Option<Box<Place>>) {
        if self.sessions.get(session).is_some() {
            return;
        }
        if self.sessions.is_full() {
            return self.turn_away(session);
        }
        if let Some(oldest) = self.sessions.surplus(&identity.party) {
            self.bye(oldest, ByeReason::Replaced);
        }
        self.sessions.open(session, identity, fallback, self.config.idle, self.now);
        self.timers.set(Timer::Silence(session), Some(self.now.plus_ms(limits::HELLO_MS)));
    }

    pub(super) fn unreadable(&mut self, session: SessionId, code: ErrorCode) {
        let Some(known) = self.sessions.get_mut(session) else { return };
        known.hear(self.now);
        self.set_absent(session, false);
        self.refuse(session, "", code.into());
    }

    pub(super) fn hello(&mut self, me: &Speaker, hello: &Hello) -> Outcome {
        if hello.version != PROTOCOL_VERSION {
            return Err(ErrorCode::Version.into());
        }
        let token = hello.resume.as_ref().and_then(|token| Token::parse(token.reveal()));
        let same_page = self.sessions.resumes(me.party(), token);
        if let Some(old) = self.sessions.live(me.party()) {
            if !same_page && !hello.take_over {
                self.await_decision(me.session);
                return Err(ErrorCode::Elsewhere.into());
            }
            self.bye(old, ByeReason::Replaced);
        }
        self.welcome(me, same_page);
        Ok(())
    }

    pub(super) fn set_availability(&mut self, me: &Speaker, state: Availability) -> Outcome {
        me.must_be(Role::Doctor)?;
        self.sessions.set_availability(me.party(), state);
        self.stirred.people = true;
        self.repace(me.party());
        Ok(())
    }

    /// The time of a socket's silence has come, unless it spoke meanwhile.
    pub(super) fn silent(&mut self, session: SessionId) {
        let Some(known) = self.sessions.get_mut(session) else { return };
        if known.silent_at() > self.now {
            self.await_silence(session);
        } else if known.may_be_absent() {
            self.set_absent(session, true);
        } else {
            self.counters.lost += 1;
            self.bye(session, ByeReason::Lost);
        }
    }

    /// A socket has fallen silent, or speaks again: the others see it at once.
    pub(super) fn set_absent(&mut self, session: SessionId, absent: bool) {
        let Some(known) = self.sessions.get_mut(session) else { return };
        if std::mem::replace(&mut known.absent, absent) != absent {
            let who = known.who.clone();
            self.stir_party(&who);
            self.await_silence(session);
        }
    }

    fn await_silence(&mut self, session: SessionId) {
        let deadline = self.sessions.get(session).map(Session::silent_at);
        self.timers.set(Timer::Silence(session), deadline);
    }

    /// A socket is closed, by whomever.
    pub(super) fn end(&mut self, session: SessionId) {
        let Some((closed, was_live)) = self.sessions.close(session) else { return };
        self.timers.set(Timer::Silence(session), None);
        self.grants.revoke_session(session);
        if was_live {
            let forget_at = self.now.plus_ms(self.config.forget_ms);
            self.timers.set(Timer::Forget(closed.who.party.clone()), Some(forget_at));
            self.stir_party(&closed.who);
        }
    }

    /// An account or device is revoked: it is off now, and what it asked for is withdrawn.
    pub(super) fn revoked(&mut self, party: &PartyId) {
        for session in self.sessions.sockets(party) {
            self.bye(session, ByeReason::Revoked);
        }
        self.sessions.forget(party);
        self.give_up_lobby(party);
        self.evict(party);
    }

    /// How fast this party's page must beat.
    pub(super) fn pace_of(&self, party: &PartyId) -> Pace {
        let seat = self.cases.seat_of(party).filter(|(_, seat)| seat.stage != Stage::Left);
        let rung = self.sessions.availability(party) == Availability::Available;
        match seat {
            Some((case, seat)) if !case.is_waiting() && seat.transport == Transport::Up => {
                self.config.talking
            }
            Some((case, seat)) if !case.is_waiting() && seat.transport == Transport::Quiet => {
                self.config.cut_off
            }
            Some((case, _)) if case.is_waiting() => self.config.waiting,
            Some((_, seat)) if matches!(seat.transport, Transport::Asked | Transport::Answered) => {
                self.config.joining
            }
            None if !rung => self.config.idle,
            _ => self.config.live,
        }
    }

    /// Tells a page its pace if that has changed.
    pub(super) fn repace(&mut self, party: &PartyId) {
        let pace = self.pace_of(party);
        let Some(session) = self.sessions.live(party) else { return };
        if self.set_pace(session, pace) {
            self.send(session, ServerMessage::Pace(pace));
        }
    }

    /// Sets a session's pace and its next deadline. Returns whether it changed. A faster pace begins
    /// when the page can know of it.
    fn set_pace(&mut self, session: SessionId, pace: Pace) -> bool {
        let Some(known) = self.sessions.get_mut(session) else { return false };
        let changed = known.pace != pace;
        if changed {
            known.pace = pace;
            known.heard_at = self.now.plus_ms(limits::PACE_GRACE_MS);
        }
        self.await_silence(session);
        changed
    }

    /// Somebody must decide which of two windows goes on: the socket waits for them.
    fn await_decision(&mut self, session: SessionId) {
        let until = self.now.plus_ms(limits::DECISION_MS);
        if let Some(known) = self.sessions.get_mut(session) {
            known.hello_by = until;
        }
        self.timers.set(Timer::Silence(session), Some(until));
    }

    /// Too many sockets: this one is told to come back later.
    fn turn_away(&mut self, session: SessionId) {
        let bye = ServerMessage::Bye(Bye { reason: ByeReason::Draining });
        self.effects.push_back(Effect::Send { session, message: Box::new(bye) });
        self.effects.push_back(Effect::Close { session });
    }

    fn welcome(&mut self, me: &Speaker, same_page: bool) {
        self.counters.welcomed += 1;
        self.counters.resumed += u64::from(same_page);
        let resume = Token::random(&mut *self.rng);
        let heard_at = self.sessions.heard_at(me.party());
        self.sessions.welcome(me.session, resume, same_page);
        self.timers.set(Timer::Forget(me.party().clone()), None);
        self.take_place(me, same_page);
        let welcome = self.welcome_message(me, resume);
        self.send(me.session, ServerMessage::Welcome(welcome));
        self.retell_media(me);
        self.introduce(me);
        for missed in self.finished.unheard(me.party(), heard_at) {
            self.send(me.session, missed);
        }
        self.stir_party(&me.who);
    }

    /// What the media plane said while the page was away, it says again: of a transport that stands.
    fn retell_media(&mut self, me: &Speaker) {
        let seated = self.cases.seat_of(me.party()).map(|(_, seat)| seat);
        let lobby = || self.cases.lobbies.of(me.party()).map(|lobby| &lobby.seat);
        let Some(seat) = seated.or_else(lobby).filter(|seat| seat.stands()) else { return };
        let streams = seat.streams.clone().map(ServerMessage::Streams);
        let caps = seat.caps.map(ServerMessage::Caps);
        for message in streams.into_iter().chain(caps) {
            self.send(me.session, message);
        }
    }

    /// A page that is back with its transport keeps it; any other begins with a fresh grant.
    fn take_place(&mut self, me: &Speaker, same_page: bool) {
        self.keep_lobby(me.party(), same_page);
        let Some((case, seat)) = self.cases.seat_of(me.party()) else { return };
        let (id, keeps) = (case.consultation.id(), same_page && seat.stands());
        if !keeps {
            self.step_out(id, me.party());
        }
        self.owe(id, me.party(), Owed { grant: !keeps, record: true });
    }

    fn welcome_message(&mut self, me: &Speaker, resume: Token) -> Welcome {
        let pace = self.pace_of(me.party());
        self.set_pace(me.session, pace);
        Welcome {
            resume: resume.reveal(),
            you: (*me.who).clone(),
            pace,
            fallback: self.sessions.get(me.session).and_then(|session| session.fallback.as_deref().cloned()),
            availability: self.sessions.availability(me.party()),
            waiting: self.requested_message(me.party()),
            call: self.call_message(me.party()),
        }
    }

    /// What a role is told beside the welcome: posts who is there, doctors who waits, the invited who rings. A post that
    /// kept its transport is in the middle of a consultation, maybe on a thin link: it is told at the end.
    fn introduce(&mut self, me: &Speaker) {
        let here = self.cases.seat_of(me.party());
        let kept = here.is_some_and(|(case, seat)| !case.is_waiting() && seat.stands());
        match me.who.role {
            Role::Kiosk if kept => {}
            Role::Kiosk => self.send(me.session, ServerMessage::Roster(self.roster())),
            Role::Doctor => {
                let entries = self.cases.line().into_iter().filter_map(|id| self.entry(id)).collect();
                self.send(me.session, ServerMessage::Queue(Queue { entries }));
            }
            Role::Guest | Role::Operator => {}
        }
        self.ring_invited(me.party());
    }

    /// A revoked party's seat: a request is withdrawn, an invitation taken back, a guest is out; whoever
    /// is needed to end the consultation properly keeps an empty place.
    fn evict(&mut self, party: &PartyId) {
        let Some((case, seat)) = self.cases.seat_of(party) else { return };
        let (id, waiting, taken, who) =
            (case.consultation.id(), case.is_waiting(), seat.is_taken(), seat.who.clone());
        if waiting {
            self.record_or_not(id, None, What::Cancelled);
        } else if taken && self.leaves_for_good(id, &who) {
            self.record_or_not(id, Some(party), What::Left);
        } else if !taken && !self.uncommitted.seating(party) {
            self.uninvite(id, party);
        }
        self.depart(id, party);
    }
}
