//! A post that fills in its form warms its transport meanwhile, in a room of its own. Its request takes the room over;
//! a form that is given up closes it, and so does time.

use super::{Hub, MediaOrder, Outcome, Speaker, Timer};
use crate::{
    grant::Ticket,
    id::PartyId,
    limits,
    message::{ServerMessage, call::Prepared, presence::Role, session::ErrorCode},
};

impl Hub {
    pub(super) fn prepare(&mut self, me: &Speaker, on: bool) -> Outcome {
        me.must_be(Role::Kiosk)?;
        if !on {
            self.give_up_lobby(me.party());
            return Ok(());
        }
        self.may_prepare(me.party())?;
        if self.cases.lobbies.of(me.party()).is_none() {
            self.cases.open_lobby(me.who.clone());
            let until = self.now.plus_ms(limits::PREPARED_MS);
            self.timers.set(Timer::Lobby(me.party().clone()), Some(until));
        }
        self.show_lobby(me);
        Ok(())
    }

    /// Closes a party's own room, if it has one.
    pub(super) fn give_up_lobby(&mut self, party: &PartyId) {
        let Some(lobby) = self.cases.lobbies.take(party) else { return };
        self.timers.set(Timer::Lobby(party.clone()), None);
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

    /// Says how to join, unless the transport stands.
    fn show_lobby(&mut self, me: &Speaker) {
        let Some(lobby) = self.cases.lobbies.of(me.party()) else { return };
        let ticket = Ticket { session: me.session, room: lobby.room, member: lobby.seat.member };
        let grant = (!lobby.seat.is_joined()).then(|| self.grants.issue(ticket, self.now, &mut *self.rng));
        self.send(me.session, ServerMessage::Prepared(Prepared { grant }));
    }

    fn may_prepare(&self, party: &PartyId) -> Outcome {
        let has_one = self.cases.lobbies.of(party).is_some();
        if self.is_engaged(party) {
            Err(ErrorCode::Busy.into())
        } else if self.draining {
            Err(ErrorCode::Draining.into())
        } else if !has_one && self.cases.lobbies.len() >= limits::PREPARED {
            Err(ErrorCode::QueueFull.into())
        } else {
            Ok(())
        }
    }
}
