//! Pre-warmed rooms: a post that fills in its form, and a specialist for whom a request rings, bring their transport up
//! in a room of their own, in which nobody else can be. A post's request takes the room and the seat along; a
//! specialist who takes a request moves from there into the post's room. Nothing of this is ever recorded.

use super::seat::Seat;
use crate::id::{MemberId, RoomId};
use teranga_clinic::{id::PartyId, people::Role};

/// A room with one seat.
#[derive(Clone, Debug)]
pub(crate) struct PrewarmedRoom {
    /// The room at the media plane.
    pub(crate) room: RoomId,
    /// The only seat.
    pub(crate) seat: Seat,
}

/// All pre-warmed rooms, at most one a party. They are few and seldom asked for, so they are searched from end to end.
#[derive(Debug, Default)]
pub(crate) struct PrewarmedRooms {
    rooms: Vec<PrewarmedRoom>,
}

impl PrewarmedRooms {
    pub(super) fn add(&mut self, room: PrewarmedRoom) {
        self.rooms.push(room);
    }

    /// Takes a party's room out.
    pub(crate) fn take(&mut self, party: &PartyId) -> Option<PrewarmedRoom> {
        let at = self.rooms.iter().position(|room| room.seat.who.party == *party)?;
        Some(self.rooms.swap_remove(at))
    }

    /// A party's room.
    pub(crate) fn of(&self, party: &PartyId) -> Option<&PrewarmedRoom> {
        self.rooms.iter().find(|room| room.seat.who.party == *party)
    }

    /// The room of this member.
    pub(super) fn room_of(&self, member: MemberId) -> Option<RoomId> {
        self.rooms.iter().find(|room| room.seat.member == member).map(|room| room.room)
    }

    /// The seat of this member, to change it.
    pub(super) fn seat_mut(&mut self, member: MemberId) -> Option<&mut Seat> {
        self.rooms.iter_mut().map(|room| &mut room.seat).find(|seat| seat.member == member)
    }

    /// The number of rooms.
    pub(crate) fn len(&self) -> usize {
        self.rooms.len()
    }

    /// The number of rooms that parties of one role have.
    pub(crate) fn count(&self, role: Role) -> usize {
        self.rooms.iter().filter(|room| room.seat.who.role == role).count()
    }
}
