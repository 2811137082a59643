//! The registry of open consultations with their rooms, and of pre-warmed rooms. It is the only place that seats and
//! unseats, so that "who is where" has one answer, and it keeps the queue in order.

mod cases;
pub(crate) mod escalation;
mod open;
mod prewarmed;
mod room;
mod seat;

pub(crate) use self::{
    cases::OpenCase,
    open::{OpenConsultation, QueuePosition},
    prewarmed::PrewarmedRoom,
    room::Action,
    seat::{Seat, Stage, Transport, Unsent},
};

use self::{
    cases::OpenCases,
    escalation::{EscalationClock, QueueKey, queue_key},
    open::{LastSent, NewsPace},
    prewarmed::PrewarmedRooms,
    room::Room,
};
use crate::id::{MemberId, RoomId, ShardId};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use teranga_clinic::{
    consultation::Consultation,
    fact::{Fact, FactNumber},
    id::{ConsultationId, PartyId},
    people::Identity,
    time::Timestamp,
};

/// All open consultations, and the rooms of those who will soon be in one.
#[derive(Debug)]
pub(crate) struct Registry {
    /// The pre-warmed rooms.
    pub(crate) prewarmed: PrewarmedRooms,
    /// The deferred cases, in which nobody has a seat.
    pub(crate) cases: OpenCases,
    by_id: BTreeMap<ConsultationId, OpenConsultation>,
    by_party: BTreeMap<PartyId, ConsultationId>,
    by_member: BTreeMap<MemberId, ConsultationId>,
    /// The waiting consultations, and those that ring again, in the order in which they will be answered.
    queue: BTreeSet<QueueKey>,
    waiting: usize,
    /// The number of waiting and of all open consultations, by the post's region.
    by_region: BTreeMap<String, Load>,
    next_member: u32,
    rooms: RoomNumbers,
}

/// The number of consultations of one region, or of the country.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Load {
    /// Those that wait in the queue.
    pub(crate) waiting: usize,
    /// Those that wait or run.
    pub(crate) open: usize,
}

/// What a consultation was before a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Before {
    /// True if it waited for its first doctor.
    pub(crate) waiting: bool,
    /// True if it stood in the queue.
    pub(crate) queued: bool,
    /// The doctor who held it.
    pub(crate) holder: Option<PartyId>,
}

impl Registry {
    /// An empty registry. Members are counted from `first_member`, a random one, so that a page which was in a room
    /// before a restart sees from its member number whether its transport can still stand.
    pub(crate) fn new(first_member: u32, shards: u16) -> Self {
        Self {
            prewarmed: PrewarmedRooms::default(),
            cases: OpenCases::default(),
            by_id: BTreeMap::new(),
            by_party: BTreeMap::new(),
            by_member: BTreeMap::new(),
            queue: BTreeSet::new(),
            waiting: 0,
            by_region: BTreeMap::new(),
            next_member: first_member,
            rooms: RoomNumbers { next_number: 1, next_shard: 0, shards: shards.max(1) },
        }
    }

    /// Opens a consultation, with the seats its facts give. A post that has pre-warmed brings its room and its seat.
    pub(crate) fn open(&mut self, consultation: Consultation, durable_facts: u32, now: Timestamp) {
        let (id, post) = (consultation.id(), Arc::new(consultation.tablets().current().clone()));
        let guests = consultation.entered().to_vec();
        let prewarmed = self.prewarmed.take(&post.party).unwrap_or_else(|| self.fresh_room(post, None));
        let open = OpenConsultation {
            consultation,
            durable_facts,
            room: Room::new(prewarmed.room),
            clock: EscalationClock::default(),
            sent: LastSent::default(),
            pace: NewsPace::default(),
            post_away_since: Some(now),
            holder_away_since: None,
        };
        self.count(&open, true);
        self.by_id.insert(id, open);
        let mut seat = prewarmed.seat;
        seat.unsent = Unsent { grant: !seat.is_joined(), record: true };
        self.put(id, seat);
        for who in guests {
            self.seat(id, Arc::new(who), Stage::In);
        }
    }

    /// Applies a durable fact to an open consultation. Returns what it was before; none if there is no such consultation,
    /// or the fact does not follow from those before it.
    pub(crate) fn apply(&mut self, id: ConsultationId, number: FactNumber, fact: &Fact) -> Option<Before> {
        let mut open = self.by_id.remove(&id)?;
        let before = Before {
            waiting: open.is_waiting(),
            queued: open.is_queued(),
            holder: open.consultation.owner().map(|owner| owner.party.clone()),
        };
        self.count(&open, false);
        open.durable_facts = number.0;
        let applied = open.consultation.apply(fact);
        self.count(&open, true);
        self.by_id.insert(id, open);
        applied.ok().map(|()| before)
    }

    /// Closes a consultation, so that its seats are free.
    pub(crate) fn close(&mut self, id: ConsultationId) -> Option<OpenConsultation> {
        let open = self.by_id.remove(&id)?;
        self.count(&open, false);
        for seat in open.room.seats() {
            self.by_party.remove(&seat.who.party);
            self.by_member.remove(&seat.member);
        }
        Some(open)
    }

    /// Opens a room for a post that will ask, or for a specialist who is rung: then one on the shard of `near`, because
    /// a transport cannot be moved to another shard.
    pub(crate) fn prewarm(&mut self, who: Arc<Identity>, near: Option<RoomId>) {
        let room = self.fresh_room(who, near);
        self.prewarmed.add(room);
    }

    /// Gives a party a seat. It must not have one anywhere.
    pub(crate) fn seat(&mut self, id: ConsultationId, who: Arc<Identity>, stage: Stage) {
        let member = self.fresh_member();
        self.put(id, Seat::new(member, who, stage));
    }

    /// Gives a party the seat that it had in a pre-warmed room, transport and all.
    pub(crate) fn put(&mut self, id: ConsultationId, seat: Seat) {
        let Some(open) = self.by_id.get_mut(&id) else { return };
        let elsewhere = self.by_party.insert(seat.who.party.clone(), id);
        debug_assert!(elsewhere.is_none(), "a party has one seat");
        self.by_member.insert(seat.member, id);
        open.room.add(seat);
    }

    /// Takes a party's seat away. Returns the consultation in which it was.
    pub(crate) fn unseat(&mut self, party: &PartyId) -> Option<ConsultationId> {
        let id = self.by_party.remove(party)?;
        let seat = self.by_id.get_mut(&id)?.room.remove(party)?;
        self.by_member.remove(&seat.member);
        Some(id)
    }

    /// Gives a party whose transport is given up a new member number, because late news of the old transport must not
    /// be taken for news of the next one. Returns the old number.
    pub(crate) fn renew_member(&mut self, id: ConsultationId, party: &PartyId) -> Option<MemberId> {
        let fresh = self.fresh_member();
        let seat = self.by_id.get_mut(&id)?.room.seat_mut(party)?;
        let old = std::mem::replace(&mut seat.member, fresh);
        self.by_member.remove(&old);
        self.by_member.insert(fresh, id);
        Some(old)
    }

    /// An open consultation.
    pub(crate) fn get(&self, id: ConsultationId) -> Option<&OpenConsultation> {
        self.by_id.get(&id)
    }

    /// What is known of a consultation that goes on, as a call or as a deferred case.
    pub(crate) fn consultation(&self, id: ConsultationId) -> Option<&Consultation> {
        let call = self.get(id).map(|open| &open.consultation);
        call.or_else(|| self.cases.get(id).map(|open| &open.consultation))
    }

    /// An open consultation, to change anything but its phase.
    pub(crate) fn get_mut(&mut self, id: ConsultationId) -> Option<&mut OpenConsultation> {
        self.by_id.get_mut(&id)
    }

    /// A party's seat in an open consultation, to change it.
    pub(crate) fn seat_mut(&mut self, id: ConsultationId, party: &PartyId) -> Option<&mut Seat> {
        self.by_id.get_mut(&id)?.room.seat_mut(party)
    }

    /// All open consultations.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &OpenConsultation> {
        self.by_id.values()
    }

    /// The waiting consultations, and those that ring again, in the order in which they will be answered.
    pub(crate) fn queue(&self) -> impl Iterator<Item = &OpenConsultation> {
        self.queue.iter().filter_map(|(.., id)| self.by_id.get(id))
    }

    /// The running consultations.
    pub(crate) fn running(&self) -> impl Iterator<Item = &OpenConsultation> {
        self.iter().filter(|open| !open.is_waiting())
    }

    /// The load of the whole country.
    pub(crate) fn national_load(&self) -> Load {
        Load { waiting: self.waiting, open: self.by_id.len() }
    }

    /// The load of one region.
    pub(crate) fn regional_load(&self, region: &str) -> Load {
        self.by_region.get(region).copied().unwrap_or_default()
    }

    /// The consultation in which a party has a seat or an invitation.
    pub(crate) fn of_party(&self, party: &PartyId) -> Option<ConsultationId> {
        self.by_party.get(party).copied()
    }

    /// The seat of a party in a consultation.
    pub(crate) fn seat_of(&self, party: &PartyId) -> Option<(&OpenConsultation, &Seat)> {
        let open = self.get(self.of_party(party)?)?;
        open.room.seat(party).map(|seat| (open, seat))
    }

    /// The room and seat in which a party's transport is or would be, pre-warmed or in a consultation.
    pub(crate) fn place_of(&self, party: &PartyId) -> Option<(RoomId, &Seat)> {
        let own = self.prewarmed.of(party).map(|own| (own.room, &own.seat));
        own.or_else(|| self.seat_of(party).map(|(open, seat)| (open.room.id, seat)))
    }

    /// The room in which a member is or would be.
    pub(crate) fn room_of(&self, member: MemberId) -> Option<RoomId> {
        let seated = self.of_member(member).and_then(|id| self.get(id)).map(|open| open.room.id);
        seated.or_else(|| self.prewarmed.room_of(member))
    }

    /// The seat of a member wherever it is, to change it.
    pub(crate) fn member_mut(&mut self, member: MemberId) -> Option<&mut Seat> {
        match self.of_member(member) {
            Some(id) => self.get_mut(id)?.room.member_mut(member),
            None => self.prewarmed.seat_mut(member),
        }
    }

    /// The consultation in which a member has a seat.
    pub(crate) fn of_member(&self, member: MemberId) -> Option<ConsultationId> {
        self.by_member.get(&member).copied()
    }

    fn fresh_room(&mut self, who: Arc<Identity>, near: Option<RoomId>) -> PrewarmedRoom {
        let room = self.rooms.next(near);
        PrewarmedRoom { room, seat: Seat::new(self.fresh_member(), who, Stage::In) }
    }

    fn fresh_member(&mut self) -> MemberId {
        self.next_member = self.next_member.wrapping_add(1);
        MemberId(self.next_member)
    }

    /// Enters a consultation into the queue and the counts of its region, or takes it out of them.
    fn count(&mut self, open: &OpenConsultation, enters: bool) {
        let waiting = usize::from(open.is_waiting());
        let key = queue_key(&open.consultation);
        let load = self.by_region.entry(open.region().to_owned()).or_default();
        if enters {
            *load = Load { waiting: load.waiting + waiting, open: load.open + 1 };
        } else {
            *load = Load { waiting: load.waiting - waiting, open: load.open - 1 };
        }
        if *load == Load::default() {
            self.by_region.remove(open.region());
        }
        self.waiting = if enters { self.waiting + waiting } else { self.waiting - waiting };
        if enters && open.is_queued() {
            self.queue.insert(key);
        } else {
            self.queue.remove(&key);
        }
    }
}

/// The numbers of rooms, and the shards of the media plane on which they are placed.
#[derive(Debug)]
struct RoomNumbers {
    next_number: u32,
    /// The shard of the next room that may be anywhere. It does not follow from the number, because a specialist's room
    /// takes a number too: a post and a specialist in turn would put every post on every other shard.
    next_shard: u16,
    shards: u16,
}

impl RoomNumbers {
    /// The next room: on the shard of `near` if one is given, else on the shards in turn.
    fn next(&mut self, near: Option<RoomId>) -> RoomId {
        let number = self.next_number;
        self.next_number = number.wrapping_add(1);
        RoomId { number, shard: near.map_or_else(|| self.shard_in_turn(), |near| near.shard) }
    }

    fn shard_in_turn(&mut self) -> ShardId {
        let shard = self.next_shard;
        self.next_shard = (shard + 1) % self.shards;
        ShardId(shard)
    }
}
