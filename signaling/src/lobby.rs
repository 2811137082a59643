//! Places that are warmed before they are needed: a post that fills in its form, and a specialist for whom it rings,
//! have a room of their own, in which nobody else can be. A post's request takes room and place along; a specialist who
//! takes a request moves from there into the post's room. Nothing of this is ever recorded.

use crate::{
    id::{MemberId, RoomId},
    room::Seat,
};
use teranga_clinic::{id::PartyId, people::Role};

/// A room with one place.
#[derive(Clone, Debug)]
pub(crate) struct Lobby {
    pub(crate) room: RoomId,
    pub(crate) seat: Seat,
}

/// All of them, one a party. Searched from end to end: they are few, and asked for seldom.
#[derive(Debug, Default)]
pub(crate) struct Lobbies {
    open: Vec<Lobby>,
}

impl Lobbies {
    pub(crate) fn add(&mut self, lobby: Lobby) {
        self.open.push(lobby);
    }

    /// Takes a party's out.
    pub(crate) fn take(&mut self, party: &PartyId) -> Option<Lobby> {
        let at = self.open.iter().position(|lobby| lobby.seat.who.party == *party)?;
        Some(self.open.swap_remove(at))
    }

    pub(crate) fn of(&self, party: &PartyId) -> Option<&Lobby> {
        self.open.iter().find(|lobby| lobby.seat.who.party == *party)
    }

    /// The room of this member.
    pub(crate) fn room_of(&self, member: MemberId) -> Option<RoomId> {
        self.open.iter().find(|lobby| lobby.seat.member == member).map(|lobby| lobby.room)
    }

    /// The place of this member.
    pub(crate) fn seat_mut(&mut self, member: MemberId) -> Option<&mut Seat> {
        self.open.iter_mut().map(|lobby| &mut lobby.seat).find(|seat| seat.member == member)
    }

    pub(crate) fn len(&self) -> usize {
        self.open.len()
    }

    /// Those of one role.
    pub(crate) fn count(&self, role: Role) -> usize {
        self.open.iter().filter(|lobby| lobby.seat.who.role == role).count()
    }
}
