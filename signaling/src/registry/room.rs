//! A room: the seats of one consultation, and who may do what in it.

use super::seat::Seat;
use crate::{
    id::{MemberId, RoomId},
    limits,
    message::call::{Member, MemberLink, Rung},
};
use teranga_clinic::{
    consultation::{Consultation, Phase},
    id::PartyId,
    people::Role,
};

/// An action of a party on a consultation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Take part in the media: join, offer, come back.
    Attend,
    /// Write to the other members.
    Chat,
    /// Leave the call.
    Leave,
    /// Withdraw the request.
    Cancel,
    /// Answer an invitation.
    Answer,
    /// Write notes, sign advice, invite, close, hand on.
    Direct,
    /// Call doctors again, or call the post back.
    RingAgain,
}

/// The seats of one consultation.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    /// The room at the media plane.
    pub(crate) id: RoomId,
    seats: Vec<Seat>,
}

impl Room {
    /// An empty room.
    pub(crate) const fn new(id: RoomId) -> Self {
        Self { id, seats: Vec::new() }
    }

    /// True if one more seat fits.
    pub(crate) fn has_space(&self) -> bool {
        self.seats.len() < limits::SEATS
    }

    /// All seats, the post's first.
    pub(crate) fn seats(&self) -> &[Seat] {
        &self.seats
    }

    /// This party's seat.
    pub(crate) fn seat(&self, party: &PartyId) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.who.party == *party)
    }

    /// This party's seat, to change it.
    pub(crate) fn seat_mut(&mut self, party: &PartyId) -> Option<&mut Seat> {
        self.seats.iter_mut().find(|seat| seat.who.party == *party)
    }

    /// This member's seat, to change it.
    pub(crate) fn member_mut(&mut self, member: MemberId) -> Option<&mut Seat> {
        self.seats.iter_mut().find(|seat| seat.member == member)
    }

    pub(super) fn add(&mut self, seat: Seat) {
        self.seats.push(seat);
    }

    pub(super) fn remove(&mut self, party: &PartyId) -> Option<Seat> {
        let place = self.seats.iter().position(|seat| seat.who.party == *party)?;
        Some(self.seats.remove(place))
    }

    /// The links of those who have a transport.
    pub(crate) fn links(&self) -> Vec<MemberLink> {
        self.seats.iter().filter_map(|seat| seat.link).collect()
    }

    /// The lowest rung of the quality ladder among the members; none before one is known.
    pub(crate) fn rung(&self) -> Option<Rung> {
        self.seats.iter().filter_map(|seat| seat.caps).map(|caps| caps.rung).min()
    }

    /// The members as everyone in the room sees them.
    pub(crate) fn members(
        &self,
        consultation: &Consultation,
        connected: impl Fn(&PartyId) -> bool,
    ) -> Vec<Member> {
        let shown = |seat: &Seat| Member {
            member: seat.member,
            name: seat.who.name.clone(),
            role: seat.who.role,
            place: seat.who.place.clone(),
            holds: consultation.is_held_by(&seat.who.party),
            state: seat.state(connected(&seat.who.party)),
            voice: seat.voice_state(),
            deaf: seat.voice.deaf,
        };
        self.seats.iter().map(shown).collect()
    }

    /// The one table of who may do what. A party without a seat may do nothing, and is told the same as for a
    /// consultation that does not exist.
    pub(crate) fn may(&self, party: &PartyId, action: Action, consultation: &Consultation) -> bool {
        let Some(seat) = self.seat(party) else { return false };
        let running = consultation.phase() == Phase::Running;
        match action {
            Action::Attend => seat.is_member(),
            Action::Chat | Action::Leave => seat.is_member() && running,
            Action::Cancel => seat.who.role == Role::Kiosk,
            Action::Answer => !seat.is_member(),
            Action::Direct => running && consultation.is_held_by(party),
            Action::RingAgain => seat.who.role == Role::Kiosk || consultation.is_held_by(party),
        }
    }
}
