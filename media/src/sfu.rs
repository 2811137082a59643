//! The SFU as one machine: commands, datagrams and the time go in; datagrams and events come out.
//!
//! ```text
//! handle_command, handle_datagram, handle_timeout   →   poll_transmit, poll_event, poll_timeout
//! ```
//!
//! One thread owns it. It holds no lock, reads no clock and opens no socket. The owner calls `handle_*` any number of times, polls
//! everything until `None`, and then sleeps until `poll_timeout`. Rooms are isolated: a panic in one ends only that one.

use crate::{
    address::Address,
    command::{Command, Departure, Event, Refusal},
    demux::{self, Class, Demux},
    id::{PeerId, RoomId},
    limits::FORGET_AFTER,
    output::{Outbox, Transmit},
    peer::{Engine, Peer, StunRefusal},
    room::Room,
    rtp::DATAGRAM_BYTES,
    sdp,
    stats::Stats,
};
use foldhash::HashMap;
use std::{
    collections::BTreeSet,
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};
use tracing::{debug, error};

/// The configuration of an [`Sfu`].
#[derive(Clone, Debug)]
pub struct SfuConfig {
    /// Addresses advertised as host candidates (RFC 8445 section 5.1.1.1), one at least.
    pub addresses: Vec<SocketAddr>,
}

/// The number of entries that an [`Sfu`] holds. Tests use it to show that none is left behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Footprint {
    /// Rooms.
    pub rooms: usize,
    /// Participants.
    pub peers: usize,
    /// Timers: one a room.
    pub timers: usize,
    /// Addresses that lead to a peer.
    pub routes: usize,
    /// ICE user names.
    pub names: usize,
    /// Datagrams and events not polled yet, rooms not settled.
    pub queued: usize,
}

/// The selective forwarding unit.
pub struct Sfu {
    engine: Engine,
    demux: Demux,
    /// The rooms. We have chosen their numbers and those of peers, hence a fast hash.
    rooms: HashMap<RoomId, Home>,
    /// The room of each peer.
    homes: HashMap<PeerId, RoomId>,
    /// One time of each room, in order: its deadline, or an earlier time that is corrected when it comes first.
    timers: BTreeSet<(Instant, RoomId)>,
    /// The rooms that were visited since they were settled.
    unsettled: Vec<RoomId>,
    out: Outbox,
    /// The latest time that was given; `None` before the first.
    now: Option<Instant>,
    swept: Option<Instant>,
}

struct Home {
    room: Room,
    /// The time at which the room wants the time, as it was when the room was settled last.
    deadline: Instant,
    /// Its entry in the timers: the deadline or earlier.
    timer: Instant,
    /// It is among the unsettled rooms.
    is_unsettled: bool,
}

/// The interval at which stale routes are removed; they do no harm meanwhile.
const SWEEP: Duration = Duration::from_secs(10);

impl Sfu {
    /// Makes an SFU without rooms.
    ///
    /// # Panics
    ///
    /// Panics without an address in `config`.
    pub fn new(config: SfuConfig) -> Self {
        Self {
            engine: Engine::new(config.addresses),
            demux: Demux::default(),
            rooms: HashMap::default(),
            homes: HashMap::default(),
            timers: BTreeSet::new(),
            unsettled: Vec::new(),
            out: Outbox::default(),
            now: None,
            swept: None,
        }
    }

    /// Adds passive TCP candidates at these addresses, for networks that block UDP (RFC 6544). They have a lower priority than
    /// those of UDP.
    #[must_use]
    pub fn also_by_tcp(mut self, addresses: Vec<SocketAddr>) -> Self {
        self.engine.wait_for_tcp(addresses);
        self
    }

    /// Takes a command.
    pub fn handle_command(&mut self, now: Instant, command: Command) {
        self.advance(now);
        match command {
            Command::Join { room, peer, offer } => {
                if let Err(reason) = self.join(now, room, peer, &offer) {
                    self.refuse(peer, reason);
                }
            }
            Command::Remember { peer, link } => {
                let home = self.homes.get(&peer).copied();
                home.map(|room| self.visit(room, |room, now, out| room.remember(peer, link, now, out)));
            }
            Command::Measured { peer, link } => {
                let home = self.homes.get(&peer).copied();
                home.map(|room| self.visit(room, |room, now, out| room.page_measured(peer, link, now, out)));
            }
            Command::VoiceOnly { peer, on } => {
                let home = self.homes.get(&peer).copied();
                home.map(|room| self.visit(room, |room, now, out| room.voice_only(peer, on, now, out)));
            }
            Command::Screen { peer, shown } => {
                let home = self.homes.get(&peer).copied();
                home.map(|room| self.visit(room, |room, now, out| room.screen(peer, shown, now, out)));
            }
            Command::Offer { peer, offer } => {
                if let Err(reason) = self.offer(peer, &offer) {
                    self.refuse(peer, reason);
                }
            }
            Command::Move { peer, to } => self.relocate(now, peer, to),
            Command::Leave { peer } => {
                let home = self.homes.get(&peer).copied();
                home.map(|room| {
                    self.visit(room, |room, now, out| room.leave(peer, Departure::Left, now, out))
                });
            }
            Command::CloseRoom { room } => {
                self.visit(room, Room::close);
            }
        }
    }

    /// Takes a datagram from the socket or a TCP connection, received at `now`.
    pub fn handle_datagram(&mut self, now: Instant, source: impl Into<Address>, datagram: &[u8]) {
        let source = source.into();
        self.advance(now);
        self.out.stats.packets_in += 1;
        self.out.stats.bytes_in += datagram.len() as u64;
        let class = if datagram.len() > DATAGRAM_BYTES { None } else { demux::classify(datagram) };
        match class {
            None => self.out.stats.dropped.garbage += 1,
            Some(Class::Stun) => self.handle_stun(now, source, datagram),
            Some(Class::Dtls | Class::Rtp | Class::Rtcp) => self.handle_media(now, source, datagram),
        }
    }

    /// True if a STUN request names one of our peers. It proves nothing yet.
    pub fn is_named(&self, datagram: &[u8]) -> bool {
        demux::username(datagram).is_some_and(|ufrag| self.demux.peer_named(ufrag).is_some())
    }

    /// True if an address leads to a participant: an authenticated request came from it, it was heard since, and the participant
    /// has not left.
    pub fn knows(&self, address: Address) -> bool {
        self.demux.knows(address)
    }

    /// Does what is due at `now`.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.advance(now);
        self.settle();
        while let Some((_, room)) = self.first_timer().filter(|(deadline, _)| *deadline <= now) {
            self.run(room, Room::handle_timeout);
            self.reschedule(room);
        }
        if self.swept.is_none_or(|swept| now.saturating_duration_since(swept) >= SWEEP) {
            self.swept = Some(now);
            self.demux.sweep(now, FORGET_AFTER);
        }
    }

    /// The time at which [`handle_timeout`](Self::handle_timeout) is to be called; `None` without a participant.
    pub fn poll_timeout(&mut self) -> Option<Instant> {
        self.settle();
        self.first_timer().map(|(deadline, _)| deadline)
    }

    /// The next datagram to send.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.settle();
        self.out.transmits.pop_front()
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.settle();
        self.out.events.pop_front()
    }

    /// The counters.
    pub fn stats(&self) -> &Stats {
        &self.out.stats
    }

    /// The number of entries held. It is bounded by the participants, whatever has happened before.
    pub fn footprint(&self) -> Footprint {
        Footprint {
            rooms: self.rooms.len(),
            peers: self.homes.len(),
            timers: self.timers.len(),
            routes: self.demux.routes(),
            names: self.demux.names(),
            queued: self.out.transmits.len() + self.out.events.len() + self.unsettled.len(),
        }
    }

    fn advance(&mut self, now: Instant) {
        self.now = self.now.max(Some(now));
    }

    fn refuse(&mut self, peer: PeerId, reason: Refusal) {
        debug!(%peer, %reason, "refused");
        self.out.stats.refused += 1;
        self.out.events.push_back(Event::Refused { peer, reason });
    }

    fn join(&mut self, now: Instant, id: RoomId, peer: PeerId, offer: &str) -> Result<(), Refusal> {
        let offer = sdp::check(offer)?;
        if self.rooms.get(&id).is_some_and(|home| !home.room.has_room_for(peer)) {
            return Err(Refusal::RoomFull);
        }
        // A stranger's text meets the engine here, before it can reach the others of the room.
        let joined = catch_unwind(AssertUnwindSafe(|| Peer::join(&self.engine, peer, offer, now)));
        let (mut transport, answer) = joined.unwrap_or(Err(Refusal::Malformed))?;
        self.move_home(peer, id);
        self.demux.name(transport.ufrag(), peer);
        self.ensure_room(id, now);
        self.visit(id, |room, now, out| room.enter(peer, transport, answer, now, out));
        Ok(())
    }

    /// Takes a peer out of its former room, because it can be in one only. A new transport has no routes yet.
    fn move_home(&mut self, peer: PeerId, room: RoomId) {
        self.demux.forget(peer);
        let former = self.homes.get(&peer).copied().filter(|former| *former != room);
        former.map(|former| self.visit(former, |room, now, out| room.leave(peer, Departure::Left, now, out)));
        self.homes.insert(peer, room);
    }

    /// Moves a peer to another room with its transport; its addresses and ICE user names still lead to it.
    fn relocate(&mut self, now: Instant, peer: PeerId, to: RoomId) {
        let Some(from) = self.homes.get(&peer).copied().filter(|from| *from != to) else { return };
        if self.rooms.get(&to).is_some_and(|home| !home.room.has_room_for(peer)) {
            self.visit(from, |room, now, out| room.leave(peer, Departure::Left, now, out));
            return;
        }
        let member = self.visit(from, |room, now, out| room.release(peer, now, out)).flatten();
        let Some(member) = member else { return };
        self.homes.insert(peer, to);
        self.ensure_room(to, now);
        self.visit(to, |room, now, out| room.admit(member, now, out));
    }

    fn ensure_room(&mut self, id: RoomId, now: Instant) {
        self.rooms.entry(id).or_insert_with(|| {
            self.timers.insert((now, id));
            Home { room: Room::new(id, now), deadline: now, timer: now, is_unsettled: false }
        });
    }

    fn offer(&mut self, peer: PeerId, offer: &str) -> Result<(), Refusal> {
        let room = *self.homes.get(&peer).ok_or(Refusal::UnknownPeer)?;
        let offer = sdp::check(offer)?;
        let ufrag = self.visit(room, |room, now, out| room.offer(peer, offer, now, out)).flatten();
        if let Some(ufrag) = ufrag {
            self.demux.name(ufrag, peer);
        }
        Ok(())
    }

    /// Takes a STUN message. Nothing else adds routes. A request names its peer, and a response comes from an address that a request has
    /// opened.
    fn handle_stun(&mut self, now: Instant, source: Address, datagram: &[u8]) {
        let is_response = demux::is_stun_response(datagram);
        let named = || demux::username(datagram).and_then(|ufrag| self.demux.peer_named(ufrag));
        let peer = if is_response { self.demux.owner(source) } else { named() };
        let home = peer.and_then(|peer| Some((peer, *self.homes.get(&peer)?)));
        let Some((peer, room)) = home else {
            let dropped = &mut self.out.stats.dropped;
            *if is_response { &mut dropped.stun_unasked } else { &mut dropped.stun_unauthenticated } += 1;
            return;
        };
        let taken = self.visit(room, |room, now, out| room.handle_stun(peer, source, datagram, now, out));
        let dropped = &mut self.out.stats.dropped;
        match taken {
            Some(Ok(())) => self.demux.admit(source, peer, now),
            Some(Err(StunRefusal::Unauthenticated)) | None => dropped.stun_unauthenticated += 1,
            Some(Err(StunRefusal::Replayed)) => dropped.stun_replayed += 1,
            Some(Err(StunRefusal::Unasked)) => dropped.stun_unasked += 1,
            Some(Err(StunRefusal::Misdirected)) => dropped.stun_misdirected += 1,
            Some(Err(StunRefusal::TooManyAddresses)) => dropped.too_many_routes += 1,
        }
        self.count();
    }

    fn handle_media(&mut self, now: Instant, source: Address, datagram: &[u8]) {
        let home = self.demux.peer_at(source, now).and_then(|peer| Some((peer, *self.homes.get(&peer)?)));
        match home {
            Some((peer, room)) => {
                self.visit(room, |room, now, out| room.handle_datagram(peer, source, datagram, now, out));
            }
            None => self.handle_stray(now, source, datagram),
        }
    }

    /// Takes a media packet from an unknown address. If it is the voice of a participant that is silent where it was, it has another address,
    /// as behind a NAT that has forgotten it. The client does not know this, and its next STUN request may be seconds away.
    fn handle_stray(&mut self, now: Instant, source: Address, datagram: &[u8]) {
        let speaker = demux::rtp_ssrc(datagram).and_then(|ssrc| self.demux.speaker(ssrc));
        let home = speaker.and_then(|peer| Some((peer, *self.homes.get(&peer)?)));
        let is_theirs = home.filter(|_| source.tcp.is_none()).is_some_and(|(peer, room)| {
            self.visit(room, |room, now, out| room.handle_stray(peer, source, datagram, now, out))
                == Some(true)
        });
        match home.filter(|_| is_theirs) {
            Some((peer, _)) => self.demux.admit(source, peer, now),
            None => self.out.stats.dropped.unknown_source += 1,
        }
    }

    /// Polls the engines of the rooms that were visited, once for a batch of inputs, and sets their timers.
    fn settle(&mut self) {
        while let Some(id) = self.unsettled.pop() {
            if let Some(home) = self.rooms.get_mut(&id) {
                home.is_unsettled = false;
                self.run(id, Room::settle);
                self.reschedule(id);
            }
        }
    }

    /// Calls `work` on a room, which is settled later. A panic ends that room only.
    fn visit<T>(&mut self, id: RoomId, work: impl FnOnce(&mut Room, Instant, &mut Outbox) -> T) -> Option<T> {
        let done = self.run(id, work);
        if let Some(home) = self.rooms.get_mut(&id)
            && !std::mem::replace(&mut home.is_unsettled, true)
        {
            self.unsettled.push(id);
        }
        done
    }

    /// Calls `work` on a room. A panic ends that room only, and a room that nobody is in any more is removed.
    fn run<T>(&mut self, id: RoomId, work: impl FnOnce(&mut Room, Instant, &mut Outbox) -> T) -> Option<T> {
        let (home, now, out) = (self.rooms.get_mut(&id)?, self.now?, &mut self.out);
        let done = catch_unwind(AssertUnwindSafe(|| work(&mut home.room, now, out)));
        let is_empty = home.room.is_empty();
        let done = done.map_err(|_| self.fail(id)).ok();
        if is_empty {
            self.remove_room(id);
        }
        self.forget_departed();
        self.count();
        done
    }

    /// Ends a room that broke an invariant of ours.
    fn fail(&mut self, id: RoomId) {
        error!(room = %id, "a room failed and is ended");
        self.out.stats.rooms_failed += 1;
        let Some(home) = self.rooms.get(&id) else { return };
        for peer in home.room.peers() {
            self.out.departed.push(peer);
            self.out.events.push_back(Event::Gone { peer, reason: Departure::RoomFailed });
        }
        self.remove_room(id);
    }

    fn forget_departed(&mut self) {
        while let Some((peer, ssrc)) = self.out.voices.pop() {
            if self.homes.contains_key(&peer) {
                self.demux.speaks(ssrc, peer);
            }
        }
        while let Some(peer) = self.out.departed.pop() {
            self.demux.forget(peer);
            self.homes.remove(&peer);
        }
    }

    /// Brings a room's timer forward if its deadline is earlier. A later deadline only waits in the room, because most visits
    /// move it by a little and the timer is corrected when it comes first.
    fn reschedule(&mut self, id: RoomId) {
        let Some(home) = self.rooms.get_mut(&id) else { return };
        home.deadline = home.room.deadline();
        if home.deadline < home.timer {
            self.timers.remove(&(home.timer, id));
            home.timer = home.deadline;
            self.timers.insert((home.timer, id));
        }
        if home.room.is_dirty() && !std::mem::replace(&mut home.is_unsettled, true) {
            self.unsettled.push(id);
        }
    }

    /// The first deadline of all rooms, and its room.
    fn first_timer(&mut self) -> Option<(Instant, RoomId)> {
        loop {
            let (timer, id) = *self.timers.first()?;
            match self.rooms.get_mut(&id) {
                Some(home) if home.deadline <= timer => return Some((timer, id)),
                Some(home) => {
                    self.timers.pop_first();
                    home.timer = home.deadline;
                    self.timers.insert((home.timer, id));
                }
                None => drop(self.timers.pop_first()),
            }
        }
    }

    fn remove_room(&mut self, id: RoomId) {
        if let Some(home) = self.rooms.remove(&id) {
            self.timers.remove(&(home.timer, id));
        }
    }

    fn count(&mut self) {
        self.out.stats.rooms = self.rooms.len() as u64;
        self.out.stats.peers = self.homes.len() as u64;
        self.out.stats.routes = self.demux.routes() as u64;
        self.out.stats.tcp_connections = self.demux.tcp_connections() as u64;
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;

    const OFFER: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n\
        a=fingerprint:sha-256 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\r\n\
        a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=setup:actpass\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendrecv\r\na=rtcp-mux\r\n\
        a=rtpmap:111 opus/48000/2\r\n";

    fn sfu_with_two_rooms(now: Instant) -> Sfu {
        let mut sfu = Sfu::new(SfuConfig { addresses: vec![SocketAddr::from(([127, 0, 0, 1], 1))] });
        for (room, peer) in [(1, 1), (1, 2), (2, 3)] {
            let (room, peer, offer) = (RoomId(room), PeerId(peer), OFFER.to_owned());
            sfu.handle_command(now, Command::Join { room, peer, offer });
        }
        while let Some(event) = sfu.poll_event() {
            assert!(!matches!(event, Event::Refused { .. }), "{event:?}");
        }
        sfu
    }

    #[test]
    fn a_panic_ends_only_its_room() {
        let now = Instant::now();
        let mut sfu = sfu_with_two_rooms(now);
        sfu.rooms.get_mut(&RoomId(1)).unwrap().room.sabotaged = true;
        let source = SocketAddr::from(([127, 0, 0, 1], 2));
        sfu.demux.admit(source.into(), PeerId(1), now);
        sfu.handle_datagram(now, source, &[0x80, 111, 0, 0]);

        let events: Vec<Event> = std::iter::from_fn(|| sfu.poll_event()).collect();
        let gone = |peer| Event::Gone { peer: PeerId(peer), reason: Departure::RoomFailed };
        assert_eq!(events, [gone(1), gone(2)]);
        assert_eq!((sfu.stats().rooms_failed, sfu.stats().rooms, sfu.stats().peers), (1, 1, 1));
        assert_eq!(sfu.footprint().timers, 1, "nothing of the room is left");

        let (room, peer, offer) = (RoomId(2), PeerId(4), OFFER.to_owned());
        sfu.handle_command(now, Command::Join { room, peer, offer });
        assert!(matches!(sfu.poll_event(), Some(Event::Answer { peer: PeerId(4), .. })), "the other goes on");
    }

    #[test]
    fn an_sfu_may_move_to_its_thread() {
        fn is_send<T: Send>(_: &T) {}
        is_send(&sfu_with_two_rooms(Instant::now()));
    }
}
