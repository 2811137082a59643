//! Who will soon be in a call warms its transport meanwhile, in a room of its own: a post that fills in its form, and a
//! specialist for whom it rings. The post's request takes its room over, the specialist who takes it moves there; a form
//! that is given up and a bell that falls silent close the room, and so does time.

use super::{Hub, MediaOrder, Outcome, Refusal, Speaker, Timer};
use crate::{
    grant::Ticket,
    id::RoomId,
    limits,
    lobby::Lobby,
    message::{ServerMessage, call::Prepared, session::ErrorCode},
    room::{Owed, Stage},
};
use std::sync::Arc;
use teranga_clinic::{
    id::{ConsultationId, PartyId},
    people::{Identity, Role},
};

impl Hub {
    pub(super) fn prepare(&mut self, me: &Speaker, on: bool) -> Outcome {
        if !on {
            self.give_up_lobby(me.party());
            return Ok(());
        }
        let near = self.may_prepare(me)?;
        if self.cases.lobbies.of(me.party()).is_none() {
            self.cases.open_lobby(me.who.clone(), near);
            let until = self.now.plus_ms(limits::PREPARED_MS);
            self.timers.set(Timer::Lobby(me.party().clone()), Some(until));
        }
        self.show_lobby(me);
        Ok(())
    }

    /// Closes a party's own room, if it has one.
    pub(super) fn give_up_lobby(&mut self, party: &PartyId) {
        let Some(lobby) = self.take_lobby(party) else { return };
        self.grants.revoke_member(lobby.seat.member);
        self.order(MediaOrder::CloseRoom { room: lobby.room });
    }

    /// A page that is back with its transport keeps it; any other begins anew.
    pub(super) fn keep_lobby(&mut self, party: &PartyId, same_page: bool) {
        let stands = self.cases.lobbies.of(party).is_some_and(|lobby| lobby.seat.stands());
        if !(same_page && stands) {
            self.give_up_lobby(party);
        }
    }

    /// Seats whoever has taken a request: with the transport that was warmed while it rang, if there is one. Until now
    /// it was in a room of its own, and heard nobody.
    pub(super) fn seat_holder(&mut self, id: ConsultationId, doctor: Identity) {
        if !self.may_move(id, &doctor.party) {
            self.give_up_lobby(&doctor.party);
        }
        let (lobby, to) = (self.take_lobby(&doctor.party), self.cases.get(id).map(|case| case.room.id));
        let (Some(Lobby { room, mut seat }), Some(to)) = (lobby, to) else {
            return self.cases.seat(id, Arc::new(doctor), Stage::In);
        };
        seat.owed = Owed { grant: !seat.is_joined(), record: true };
        if seat.is_joined() {
            self.order(MediaOrder::Move { room, member: seat.member, to });
        }
        self.cases.put(id, seat);
    }

    /// Whether a specialist's place can go on in the room of this consultation.
    fn may_move(&self, id: ConsultationId, party: &PartyId) -> bool {
        let (lobby, case) = (self.cases.lobbies.of(party), self.cases.get(id));
        let near = |lobby: &Lobby| case.is_some_and(|case| self.cases.are_near(lobby.room, case.room.id));
        lobby.is_some_and(|lobby| near(lobby) || !lobby.seat.is_joined())
    }

    fn take_lobby(&mut self, party: &PartyId) -> Option<Lobby> {
        self.timers.set(Timer::Lobby(party.clone()), None);
        self.cases.lobbies.take(party)
    }

    /// Says how to join, unless the transport stands.
    fn show_lobby(&mut self, me: &Speaker) {
        let Some(lobby) = self.cases.lobbies.of(me.party()) else { return };
        let ticket = Ticket { session: me.session, member: lobby.seat.member };
        let grant = (!lobby.seat.is_joined()).then(|| self.grants.issue(ticket, self.now, &mut *self.rng));
        self.send(me.session, ServerMessage::Prepared(Prepared { grant }));
    }

    /// Whether this party may; for a specialist, near which room.
    fn may_prepare(&self, me: &Speaker) -> Result<Option<RoomId>, Refusal> {
        let near = match me.who.role {
            Role::Kiosk => None,
            Role::Doctor => Some(self.ringing_for(me).ok_or(ErrorCode::NotFound)?),
            Role::Guest | Role::Operator => return Err(ErrorCode::NotFound.into()),
        };
        let has_one = self.cases.lobbies.of(me.party()).is_some();
        if self.is_engaged(me.party()) {
            Err(ErrorCode::Busy.into())
        } else if self.draining {
            Err(ErrorCode::Draining.into())
        } else if !has_one && self.cases.lobbies.count(me.who.role) >= limits::PREPARED {
            Err(ErrorCode::QueueFull.into())
        } else {
            Ok(near)
        }
    }

    /// The room of the first request that rings for a specialist.
    fn ringing_for(&self, me: &Speaker) -> Option<RoomId> {
        let mut line = self.cases.line().into_iter().filter_map(|id| self.cases.get(id));
        line.find(|case| case.told.rung.contains(&me.session)).map(|case| case.room.id)
    }
}
