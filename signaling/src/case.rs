//! Open consultations with their rooms: the only place that seats and unseats, so that "who is where" has
//! one answer.

use crate::{
    id::{MemberId, RoomId, SessionId},
    lobby::{Lobbies, Lobby},
    message::call::{Member, MemberLink, Rung},
    queue::{Clock, Standing, rank},
    room::{Act, Owed, Room, Seat, Stage},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use teranga_clinic::{
    consultation::{Consultation, Phase},
    id::{ConsultationId, PartyId},
    people::Identity,
    request::Step,
    time::Timestamp,
};

/// What others were last told, so that only changes are said.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    /// The row: the step, and whether the post is present.
    pub(crate) entry: Option<(Step, bool)>,
    /// The post's standing in the queue.
    pub(crate) standing: Option<Standing>,
    /// Doctors who were rung, until they disconnect.
    pub(crate) rung: BTreeSet<SessionId>,
    /// The members of the call.
    pub(crate) members: Vec<Member>,
    /// When links were told.
    pub(crate) links_at: Timestamp,
    /// The links as they were told.
    pub(crate) links: Vec<MemberLink>,
    /// The rung of the ladder when they were told.
    pub(crate) ladder: Option<Rung>,
}

/// One open consultation.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) consultation: Consultation,
    /// The number of its facts that are on the disk.
    pub(crate) durable_facts: u32,
    pub(crate) room: Room,
    pub(crate) clock: Clock,
    pub(crate) told: Told,
    /// Since when nobody who has a seat is connected.
    pub(crate) deserted_since: Option<Timestamp>,
}

impl Case {
    /// Whether it waits in the queue.
    pub(crate) fn is_waiting(&self) -> bool {
        self.consultation.phase() == Phase::Waiting
    }

    /// Whether this party may do this.
    pub(crate) fn may(&self, party: &PartyId, act: Act) -> bool {
        self.room.may(party, act, &self.consultation)
    }

    /// Notes whether anybody who has a seat is connected.
    pub(crate) fn observe_presence(&mut self, anybody: bool, now: Timestamp) {
        self.deserted_since = if anybody { None } else { self.deserted_since.or(Some(now)) };
    }
}

/// All of them, and the rooms of those who will ask.
#[derive(Debug)]
pub(crate) struct Cases {
    pub(crate) lobbies: Lobbies,
    by_id: BTreeMap<ConsultationId, Case>,
    by_party: BTreeMap<PartyId, ConsultationId>,
    by_member: BTreeMap<MemberId, ConsultationId>,
    next_member: u32,
    next_room: u32,
    /// See [`HubConfig::planes`](crate::hub::HubConfig::planes).
    planes: u32,
}

impl Cases {
    /// None yet. Members are counted from `first_member`: a random one, so that a page which was in
    /// before a restart sees from its place whether its transport can still stand.
    pub(crate) fn new(first_member: u32, planes: u32) -> Self {
        Self {
            lobbies: Lobbies::default(),
            by_id: BTreeMap::new(),
            by_party: BTreeMap::new(),
            by_member: BTreeMap::new(),
            next_member: first_member,
            next_room: 1,
            planes: planes.max(1),
        }
    }

    /// Opens one, with the seats its facts give. A post that has prepared brings its room and its place.
    pub(crate) fn open(&mut self, consultation: Consultation, durable_facts: u32, now: Timestamp) {
        let (id, post) = (consultation.id(), Arc::new(consultation.post().clone()));
        let guests = consultation.entered().to_vec();
        let lobby = self.lobbies.take(&post.party).unwrap_or_else(|| self.fresh_lobby(post, None));
        let (room, told) = (Room::new(lobby.room), Told::default());
        let case = Case {
            consultation,
            durable_facts,
            room,
            clock: Clock::default(),
            told,
            deserted_since: Some(now),
        };
        self.by_id.insert(id, case);
        let mut seat = lobby.seat;
        seat.owed = Owed { grant: !seat.is_joined(), record: true };
        self.put(id, seat);
        for who in guests {
            self.seat(id, Arc::new(who), Stage::In);
        }
    }

    /// Opens a room for somebody who will ask, or who is asked: then one from which a move into `near` is possible.
    pub(crate) fn open_lobby(&mut self, who: Arc<Identity>, near: Option<RoomId>) {
        let lobby = self.fresh_lobby(who, near);
        self.lobbies.add(lobby);
    }

    fn fresh_lobby(&mut self, who: Arc<Identity>, near: Option<RoomId>) -> Lobby {
        let mut room = RoomId(self.next_room);
        while near.is_some_and(|near| !self.are_near(room, near)) {
            room.0 = room.0.wrapping_add(1);
        }
        self.next_room = room.0.wrapping_add(1);
        Lobby { room, seat: Seat::new(self.fresh_member(), who, Stage::In) }
    }

    /// Whether a transport can be moved from one room into the other.
    pub(crate) fn are_near(&self, one: RoomId, other: RoomId) -> bool {
        one.0 % self.planes == other.0 % self.planes
    }

    /// Closes one: its seats are free.
    pub(crate) fn close(&mut self, id: ConsultationId) -> Option<Case> {
        let case = self.by_id.remove(&id)?;
        for seat in case.room.seats() {
            self.by_party.remove(&seat.who.party);
            self.by_member.remove(&seat.member);
        }
        Some(case)
    }

    /// Gives a party a seat. It must not have one anywhere.
    pub(crate) fn seat(&mut self, id: ConsultationId, who: Arc<Identity>, stage: Stage) {
        let member = self.fresh_member();
        self.put(id, Seat::new(member, who, stage));
    }

    /// Gives a party a seat that it had in a room of its own, transport and all.
    pub(crate) fn put(&mut self, id: ConsultationId, seat: Seat) {
        let Some(case) = self.by_id.get_mut(&id) else { return };
        let elsewhere = self.by_party.insert(seat.who.party.clone(), id);
        debug_assert!(elsewhere.is_none(), "a party has one seat");
        self.by_member.insert(seat.member, id);
        case.room.add(seat);
    }

    /// Takes a party's seat away.
    pub(crate) fn unseat(&mut self, party: &PartyId) -> Option<(ConsultationId, Seat)> {
        let id = self.by_party.remove(party)?;
        let seat = self.by_id.get_mut(&id)?.room.remove(party)?;
        self.by_member.remove(&seat.member);
        Some((id, seat))
    }

    /// Gives a party whose transport is given up a new place: late news of the old transport must not be
    /// taken for news of the next one. Returns the old place.
    pub(crate) fn renew_member(&mut self, id: ConsultationId, party: &PartyId) -> Option<MemberId> {
        let fresh = self.fresh_member();
        let seat = self.by_id.get_mut(&id)?.room.seat_mut(party)?;
        let old = std::mem::replace(&mut seat.member, fresh);
        self.by_member.remove(&old);
        self.by_member.insert(fresh, id);
        Some(old)
    }

    pub(crate) fn get(&self, id: ConsultationId) -> Option<&Case> {
        self.by_id.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: ConsultationId) -> Option<&mut Case> {
        self.by_id.get_mut(&id)
    }

    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Case> {
        self.by_id.values()
    }

    /// The waiting ones, as they will be answered.
    pub(crate) fn line(&self) -> Vec<ConsultationId> {
        let mut waiting: Vec<_> = self.iter().filter(|case| case.is_waiting()).collect();
        waiting.sort_by_key(|case| rank(&case.consultation));
        waiting.iter().map(|case| case.consultation.id()).collect()
    }

    /// The running ones.
    pub(crate) fn running(&self) -> impl Iterator<Item = &Case> {
        self.iter().filter(|case| !case.is_waiting())
    }

    /// Where a party has a seat, be it only an invitation.
    pub(crate) fn of_party(&self, party: &PartyId) -> Option<ConsultationId> {
        self.by_party.get(party).copied()
    }

    /// The seat of a party, wherever it is.
    pub(crate) fn seat_of(&self, party: &PartyId) -> Option<(&Case, &Seat)> {
        let case = self.get(self.of_party(party)?)?;
        case.room.seat(party).map(|seat| (case, seat))
    }

    /// Where a party's transport is, or would be: in a room of its own, which nobody has who is in a consultation, or in
    /// a consultation.
    pub(crate) fn place_of(&self, party: &PartyId) -> Option<(RoomId, &Seat)> {
        let own = self.lobbies.of(party).map(|lobby| (lobby.room, &lobby.seat));
        own.or_else(|| self.seat_of(party).map(|(case, seat)| (case.room.id, seat)))
    }

    /// In which room a member is, or would be.
    pub(crate) fn room_of(&self, member: MemberId) -> Option<RoomId> {
        let seated = self.of_member(member).and_then(|id| self.get(id)).map(|case| case.room.id);
        seated.or_else(|| self.lobbies.room_of(member))
    }

    /// The seat of a member, to change it, wherever it is.
    pub(crate) fn member_mut(&mut self, member: MemberId) -> Option<&mut Seat> {
        match self.of_member(member) {
            Some(id) => self.get_mut(id)?.room.member_mut(member),
            None => self.lobbies.seat_mut(member),
        }
    }

    /// In which consultation a member sits.
    pub(crate) fn of_member(&self, member: MemberId) -> Option<ConsultationId> {
        self.by_member.get(&member).copied()
    }

    fn fresh_member(&mut self) -> MemberId {
        self.next_member = self.next_member.wrapping_add(1);
        MemberId(self.next_member)
    }
}
