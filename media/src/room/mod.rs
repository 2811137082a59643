//! One room: who receives whom, who is quiet, who may send what.
//!
//! Owned by the [`Sfu`](crate::Sfu); it never leaves its thread and shares nothing. Packets go from a
//! member's [`UpTrack`] to the [`DownTrack`](crate::track::DownTrack)s of the others; what a packet causes at a receiver
//! stays in that receiver's engine until [`settle`](Room::settle), so that a batch of packets costs one
//! pass.
//!
//! Here is what comes in, from outside and from the members; each file beside this one has one concern.

mod forward;
mod keyframes;
mod layers;
mod link_watch;
mod member;
mod mixing;
mod outbox;
mod redundancy;
mod sender_limits;
mod slot_assignment;
mod slots;

pub(crate) use self::{member::Member, outbox::Outbox};

use self::sender_limits::Ladder;
use crate::{
    address::Address,
    command::{Departure, Event, LinkMemory, LinkReport},
    id::{PeerId, RoomId},
    limits::{REPORT_INTERVAL, ROOM_PEERS, TICK},
    link::packet_train,
    mix::Mixer,
    peer::{Output, Peer, StunRefusal},
    sdp::Offer,
    track::UpTrack,
};
use std::time::Instant;
use tracing::debug;

/// Everyone in it may hear everyone else.
pub(crate) struct Room {
    id: RoomId,
    members: Vec<Member>,
    /// Transports there have been; tells a reloaded page from the one before.
    generations: u32,
    next_tick: Instant,
    mixer: Mixer,
    #[cfg(test)]
    pub(crate) sabotaged: bool,
}

impl Room {
    pub(crate) fn new(id: RoomId, now: Instant) -> Self {
        Self {
            id,
            members: Vec::new(),
            generations: 0,
            next_tick: now + TICK,
            mixer: Mixer::default(),
            #[cfg(test)]
            sabotaged: false,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    pub(crate) fn peers(&self) -> impl Iterator<Item = PeerId> {
        self.members.iter().map(|member| member.id)
    }

    /// Whether `peer` may come in: there is room, or it is in already.
    pub(crate) fn has_room_for(&self, peer: PeerId) -> bool {
        self.members.len() < ROOM_PEERS || self.find(peer).is_some()
    }

    /// When [`handle_timeout`](Self::handle_timeout) must be called.
    pub(crate) fn deadline(&self) -> Instant {
        let engines = self.members.iter().map(|member| member.peer.deadline());
        let keyframes = self.members.iter().flat_map(Member::ups).filter_map(|(_, up)| up.next_keyframe());
        let silences = self.members.iter().filter_map(Member::quiet_at);
        let due = engines.chain(keyframes).chain(silences).chain(self.mixer.deadline());
        due.fold(self.next_tick, Instant::min)
    }

    /// Whether [`settle`](Self::settle) has work.
    pub(crate) fn is_dirty(&self) -> bool {
        self.members.iter().any(|member| member.peer.is_dirty())
    }

    fn find(&self, peer: PeerId) -> Option<usize> {
        self.members.iter().position(|member| member.id == peer)
    }

    // What comes from outside.

    /// A participant comes in, or comes again with a new transport.
    pub(crate) fn enter(&mut self, id: PeerId, peer: Peer, answer: String, now: Instant, out: &mut Outbox) {
        self.generations += 1;
        let mut member = Member::new(id, peer, self.generations, now);
        match self.find(id) {
            Some(index) => {
                member.measured = std::mem::take(&mut self.members[index].measured).reloaded();
                self.members[index].leave_mix(&mut self.mixer, &mut out.stats);
                self.members[index] = member;
            }
            None => self.members.push(member),
        }
        self.members.iter_mut().for_each(|member| member.ladder = Ladder::default());
        debug!(room = %self.id, peer = %id, members = self.members.len(), "joined");
        out.stats.joined += 1;
        out.events.push_back(Event::Answer { peer: id, sdp: answer });
        self.reseat(now, out);
        // With the answer, so that the first packet obeys already.
        self.recap(now, out);
    }

    /// A participant goes to another room: all that it is.
    pub(crate) fn release(&mut self, id: PeerId, now: Instant, out: &mut Outbox) -> Option<Member> {
        let member = self.members.remove(self.find(id)?);
        member.leave_mix(&mut self.mixer, &mut out.stats);
        self.reseat(now, out);
        Some(member)
    }

    /// A participant of another room comes in, its transport as it stands.
    pub(crate) fn admit(&mut self, mut member: Member, now: Instant, out: &mut Outbox) {
        self.generations += 1;
        member.begin_anew(self.generations, now);
        debug!(room = %self.id, peer = %member.id, members = self.members.len() + 1, "moved");
        self.members.push(member);
        for member in &mut self.members {
            member.ladder = Ladder::default();
            member.measured.conclude();
        }
        self.reseat(now, out);
        self.recap(now, out);
    }

    /// What a participant's link carried last time.
    pub(crate) fn remember(&mut self, id: PeerId, link: LinkMemory, now: Instant, out: &mut Outbox) {
        if let Some(index) = self.find(id) {
            self.members[index].measured.remember(link);
            self.reseat(now, out);
            self.recap(now, out);
        }
    }

    /// What a participant's page saw its link carry.
    pub(crate) fn told(&mut self, id: PeerId, link: LinkMemory, now: Instant, out: &mut Outbox) {
        if let Some(index) = self.find(id) {
            self.members[index].measured.told(link);
            self.reseat(now, out);
            self.recap(now, out);
        }
    }

    /// A participant wants no pictures, neither way, or wants them again.
    pub(crate) fn voice_only(&mut self, id: PeerId, on: bool, now: Instant, out: &mut Outbox) {
        if let Some(index) = self.find(id) {
            self.members[index].voice_only = on;
            self.allocate(now);
            self.recap(now, out);
        }
    }

    /// A participant renegotiates; returns its ICE user name, which may be new.
    pub(crate) fn offer(
        &mut self,
        id: PeerId,
        offer: Offer,
        now: Instant,
        out: &mut Outbox,
    ) -> Option<String> {
        let index = self.find(id)?;
        let member = &mut self.members[index];
        match member.peer.renegotiate(offer) {
            Ok(sdp) => out.events.push_back(Event::Answer { peer: id, sdp }),
            Err(reason) => {
                out.stats.refused += 1;
                out.events.push_back(Event::Refused { peer: id, reason });
            }
        }
        member.sync_tracks(now);
        let ufrag = member.peer.ufrag();
        self.reseat(now, out);
        Some(ufrag)
    }

    /// A participant leaves.
    pub(crate) fn leave(&mut self, id: PeerId, reason: Departure, now: Instant, out: &mut Outbox) {
        if let Some(index) = self.find(id) {
            self.members[index].peer.close();
            self.drain(index, now, out);
            self.members[index].over = Some(reason);
            self.part(now, out);
        }
    }

    /// STUN that names one of ours.
    pub(crate) fn handle_stun(
        &mut self,
        id: PeerId,
        source: Address,
        datagram: &[u8],
        now: Instant,
        out: &mut Outbox,
    ) -> Result<(), StunRefusal> {
        let index = self.find(id).ok_or(StunRefusal::Unauthenticated)?;
        let member = &mut self.members[index];
        let path = member.peer.path();
        member.peer.handle_stun(source, datagram, member.quiet, now)?;
        out.stats.moved += u64::from(path.is_some() && path != member.peer.path());
        self.drain(index, now, out);
        self.welcome_back(index, now, out);
        self.part(now, out);
        Ok(())
    }

    /// DTLS, SRTP or SRTCP from an address of one of ours.
    pub(crate) fn handle_datagram(
        &mut self,
        id: PeerId,
        source: Address,
        datagram: &[u8],
        now: Instant,
        out: &mut Outbox,
    ) {
        #[cfg(test)]
        assert!(!self.sabotaged, "a broken invariant, for the test of its containment");
        let Some(index) = self.find(id) else { return };
        out.stats.dropped.engine +=
            u64::from(!self.members[index].peer.handle_datagram(source, datagram, now));
        self.drain(index, now, out);
        self.welcome_back(index, now, out);
        self.part(now, out);
    }

    /// Time passes.
    pub(crate) fn handle_timeout(&mut self, now: Instant, out: &mut Outbox) {
        for member in self.members.iter_mut().filter(|member| member.peer.deadline() <= now) {
            member.peer.handle_timeout(now);
        }
        for member in self.members.iter_mut().filter(|member| member.quiet_at().is_some_and(|at| at <= now)) {
            member.watch_presence(now, out);
        }
        self.send_due_keyframes(now, out);
        self.mix(now, out);
        if self.next_tick <= now {
            self.next_tick = now + TICK;
            self.tick(now, out);
        }
        self.settle(now, out);
    }

    /// Everyone closes, at once.
    pub(crate) fn close(&mut self, now: Instant, out: &mut Outbox) {
        while let Some(member) = self.members.last() {
            self.leave(member.id, Departure::Left, now, out);
        }
    }

    /// Lets every engine say what it has to, until none has.
    pub(crate) fn settle(&mut self, now: Instant, out: &mut Outbox) {
        while let Some(index) = self.members.iter().position(|member| member.peer.is_dirty()) {
            self.drain(index, now, out);
        }
        self.part(now, out);
    }

    // What comes from the members.

    fn drain(&mut self, index: usize, now: Instant, out: &mut Outbox) {
        while let Some(output) = self.members[index].peer.poll(now, &mut out.stats) {
            match output {
                Output::Transmit(transmit) => out.transmit(transmit),
                Output::Packet(packet) => self.fan_out(index, &packet, now, out),
                Output::KeyframeAsked(line) => self.pass_keyframe_request(index, line, now, out),
                Output::Message(message) if message.label == packet_train::LABEL => {
                    self.measured(index, &message, now, out);
                }
                Output::Message(message) => self.relay(index, &message, now, out),
                Output::Opened => self.probe(index, now),
                Output::Connected(security) => self.connected(index, security, now, out),
                Output::Closed => self.members[index].over = Some(Departure::Closed),
            }
        }
    }

    fn connected(&mut self, index: usize, security: String, now: Instant, out: &mut Outbox) {
        let member = &mut self.members[index];
        debug!(room = %self.id, peer = %member.id, security, "connected");
        member.connected = Some(now);
        member.next_review = now + REPORT_INTERVAL;
        out.events.push_back(Event::Connected { peer: member.id, security });
        self.recap(now, out);
        self.ask_missing_keyframes(now, out);
    }

    /// A quiet member is heard again: pictures begin anew, both ways.
    fn welcome_back(&mut self, index: usize, now: Instant, out: &mut Outbox) {
        let member = &mut self.members[index];
        if !member.quiet {
            return;
        }
        member.watch_presence(now, out);
        if !member.quiet {
            member.tracks.iter_mut().filter_map(|(up, _)| up.as_mut()).for_each(UpTrack::interrupt);
            member.peer.forget_estimate();
            member.measured.interrupted(now);
            member.review_redundancy(now);
            self.allocate(now);
            self.recap(now, out);
            self.ask_missing_keyframes(now, out);
        }
    }

    /// Removes those who are over.
    fn part(&mut self, now: Instant, out: &mut Outbox) {
        let before = self.members.len();
        for member in self.members.iter().filter(|member| member.over.is_some()) {
            let Some(reason) = member.over else { continue };
            debug!(room = %self.id, peer = %member.id, ?reason, "gone");
            out.stats.timed_out += u64::from(reason == Departure::TimedOut);
            out.departed.push(member.id);
            member.leave_mix(&mut self.mixer, &mut out.stats);
            out.events.push_back(Event::Gone { peer: member.id, reason });
        }
        self.members.retain(|member| member.over.is_none());
        if self.members.len() != before {
            self.reseat(now, out);
        }
    }

    // Time.

    fn tick(&mut self, now: Instant, out: &mut Outbox) {
        let connected = self.members.iter().filter(|member| member.connected.is_some()).count();
        for member in &mut self.members {
            member.watch_presence(now, out);
            member.watch_voice(connected > 1, now, out);
        }
        let fallen = self.watch_links(now);
        self.allow_cameras(now, out);
        if self.review_links(now, out) || fallen {
            self.allocate(now);
            self.review_mixing(now, out);
            self.recap(now, out);
        }
        self.hush(now);
        self.ask_missing_keyframes(now, out);
    }

    /// Reports every link that is due; whether there was one.
    fn review_links(&mut self, now: Instant, out: &mut Outbox) -> bool {
        let mut reviewed = false;
        for member in self.members.iter_mut().filter(|m| m.connected.is_some() && m.next_review <= now) {
            member.next_review += REPORT_INTERVAL;
            member.review_repair(now);
            member.review_redundancy(now);
            let report = LinkReport { capacity: member.measured.capacity(), ..member.peer.report(now) };
            out.events.push_back(Event::Link { peer: member.id, report });
            reviewed = true;
        }
        reviewed
    }
}
