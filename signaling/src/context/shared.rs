//! The shared state itself, and who may do what with a consultation.

use super::{
    changes::Changes,
    counters::Counters,
    join_token::{JoinTokens, Scope},
    sender::{Outcome, Refusal, Sender},
    uncommitted::Uncommitted,
};
use crate::{
    config::HubConfig,
    contract::Effect,
    id::{MemberId, SessionId},
    message::{
        call::{Grant, MemberState},
        session::ErrorCode,
    },
    past::Past,
    registry::{Action, OpenConsultation, Registry, Stage},
    rota::Rota,
    session::Sessions,
    timers::Timers,
    token::Token,
};
use rand::CryptoRng;
use std::collections::VecDeque;
use teranga_clinic::{
    fact::{Fact, What},
    history::SetAside,
    id::{ConsultationId, PartyId},
    time::Timestamp,
};

/// The state that the machines share.
pub(crate) struct Context {
    /// The times of the hub.
    pub(crate) config: HubConfig,
    /// The present time.
    pub(crate) now: Timestamp,
    /// True if no new work is taken.
    pub(crate) draining: bool,
    /// The sockets and parties.
    pub(crate) sessions: Sessions,
    /// The open consultations with their seats.
    pub(crate) registry: Registry,
    /// Who is on duty now, and who could be.
    pub(crate) rota: Rota,
    /// What the last consultations tell.
    pub(crate) past: Past,
    /// The unused join tokens.
    pub(crate) tokens: JoinTokens,
    /// The facts that are not durable yet.
    pub(crate) uncommitted: Uncommitted,
    /// The deadlines.
    pub(crate) timers: Timers<Timer>,
    /// The marks of change.
    pub(crate) changes: Changes,
    /// The counts since the start.
    pub(crate) counters: Counters,
    /// The consultations that cannot be read.
    pub(crate) set_aside: Vec<SetAside>,
    pub(super) effects: VecDeque<Effect>,
    rng: Box<dyn CryptoRng + Send>,
}

/// An event for which the hub waits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Timer {
    /// The end of a socket's patience.
    Silence(SessionId),
    /// The escalation, the invitations or the desertion of a consultation.
    Consultation(ConsultationId),
    /// The end of a socket's HTTP session.
    SessionEnd(SessionId),
    /// The next piece of a long message to a socket.
    Piece(SessionId),
    /// The end of the memory of a party that is away.
    Forget(PartyId),
    /// The end of a party's pre-warmed room.
    Prewarmed(PartyId),
    /// The end of what a specialist has declared.
    Declared(PartyId),
    /// The next look at who is on duty and not there.
    Absences,
    /// The next look at who has had no page for a while.
    Summons,
    /// The next `roster` message.
    Roster,
    /// The next `ring_order` message.
    RingOrder,
    /// The next time that holders are told who may be invited.
    Invitable,
    /// The next time that waiting posts are told their position.
    Positions,
    /// The next time that the members of a call are told what has changed in it.
    CallNews(ConsultationId),
    /// The next `overview` message.
    Overview,
}

impl Context {
    /// An empty context. `rng` makes the tokens, so it must be a cryptographic one.
    pub(crate) fn new(config: HubConfig, mut rng: Box<dyn CryptoRng + Send>) -> Self {
        let first_member = rng.next_u32() >> 2;
        Self {
            now: Timestamp::default(),
            draining: false,
            sessions: Sessions::default(),
            registry: Registry::new(first_member, config.shards),
            config,
            rota: Rota::default(),
            past: Past::default(),
            tokens: JoinTokens::default(),
            uncommitted: Uncommitted::default(),
            timers: Timers::new(),
            changes: Changes::default(),
            counters: Counters::default(),
            set_aside: Vec::new(),
            effects: VecDeque::new(),
            rng,
        }
    }

    /// Takes the next effect.
    pub(crate) fn next_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// A random token.
    pub(crate) fn random_token(&mut self) -> Token {
        Token::random(&mut *self.rng)
    }

    /// A join token with which this socket may join as this member.
    pub(crate) fn join_token(&mut self, session: SessionId, member: MemberId) -> Grant {
        self.tokens.issue(Scope { session, member }, self.now, &mut *self.rng)
    }

    /// The consultation, if the sender may do this with it.
    ///
    /// # Errors
    /// The code for what does not exist, also where it exists and the sender may not.
    pub(crate) fn open_for(
        &self,
        me: &Sender,
        id: ConsultationId,
        action: Action,
    ) -> Result<&OpenConsultation, Refusal> {
        let Some(open) = self.registry.get(id) else { return Err(self.absent(id).into()) };
        if open.may(me.party(), action) { Ok(open) } else { Err(ErrorCode::NotFound.into()) }
    }

    /// The code for a consultation that is not open here. Whoever knows the random identifier of one that is set aside may
    /// know that it is.
    pub(crate) fn absent(&self, id: ConsultationId) -> ErrorCode {
        let aside = self.set_aside.iter().any(|aside| aside.consultation == id);
        if aside { ErrorCode::SetAside } else { ErrorCode::NotFound }
    }

    /// The consultation, if the sender holds it and neither its end nor another holder is under way already.
    ///
    /// # Errors
    /// The code for what does not exist.
    pub(crate) fn held_by(&self, me: &Sender, id: ConsultationId) -> Result<&OpenConsultation, Refusal> {
        let open = self.open_for(me, id, Action::Direct)?;
        let comes_back =
            |fact: &Fact| matches!(fact.what, What::Claimed { .. }) && fact.by.as_ref() == Some(me.party());
        if self.uncommitted.turning(id).is_some_and(comes_back) {
            Ok(open)
        } else {
            self.refuse_while_turning(id).map(|()| open)
        }
    }

    /// Refuses while an uncommitted fact will take the consultation from its holder or out of its phase.
    pub(crate) fn refuse_while_turning(&self, id: ConsultationId) -> Outcome {
        if self.uncommitted.turning(id).is_some() { Err(ErrorCode::NotFound.into()) } else { Ok(()) }
    }

    /// True if a party has a seat, or an uncommitted fact gives it one. An invitation is no seat.
    pub(crate) fn is_engaged(&self, party: &PartyId) -> bool {
        let seated = self.registry.seat_of(party).is_some_and(|(_, seat)| seat.is_member());
        seated || self.uncommitted.seating(party) || self.is_called_for_case(party)
    }

    /// True if an uncommitted fact makes a case a call at this tablet.
    fn is_called_for_case(&self, tablet: &PartyId) -> bool {
        if self.uncommitted.rings(tablet) {
            return true;
        }
        let Some(session) = self.sessions.live(tablet).and_then(|live| self.sessions.get(live)) else {
            return false;
        };
        let mut called = self
            .registry
            .cases
            .of_place(&session.who.place.id)
            .map(|open| &open.consultation)
            .filter(|consultation| self.uncommitted.calls_case(consultation.id()));
        called.any(|consultation| {
            let last = &consultation.tablets().current().party;
            self.uncommitted.called_at(consultation.id()).unwrap_or(last) == tablet
        })
    }

    /// The time at which the first open invitation of a consultation ends.
    pub(crate) fn invitation_ends_at(&self, id: ConsultationId) -> Option<Timestamp> {
        let seats = self.registry.get(id)?.room.seats().iter();
        let open = seats.filter(|seat| !self.uncommitted.seating(&seat.who.party));
        let ends = open.filter_map(|seat| match seat.stage {
            Stage::Invited { until, .. } => Some(until),
            Stage::In | Stage::Left => None,
        });
        ends.min()
    }

    /// True if the tablet of a consultation can be reached: its voice comes or its heartbeats do, and it has not left a call whose doctor
    /// is not there either. A socket whose other end is gone stays open for half a minute.
    pub(crate) fn is_post_there(&self, id: ConsultationId) -> bool {
        let Some(open) = self.registry.get(id) else { return false };
        let left = open.post().is_none_or(|post| post.stage == Stage::Left);
        let speaks = open.post().is_some_and(|post| post.state(false) == MemberState::Here);
        let reached = speaks || self.sessions.is_present(&open.consultation.tablets().current().party);
        reached && (!left || self.holder_is_there(open))
    }
}
