//! One room: it wires its members together. Policies live in values that the members hold.
//!
//! The [`Sfu`](crate::Sfu) owns it; it never leaves its thread and shares nothing. Packets go from a member's
//! [`UpTrack`](crate::track::UpTrack) to the [`DownTrack`](crate::track::DownTrack)s of the others. Whatever a packet causes at a
//! receiver stays in that receiver's engine until [`settle`](Room::settle), so that a batch of packets costs one pass.
//!
//! This file holds the inputs, from outside and from the members. Each file beside it has one concern.

mod backlog;
mod forward;
mod hold_watch;
mod keyframes;
mod layers;
mod link_watch;
mod member;
mod message_budget;
mod mixing;
mod planning;
mod relay;
mod sender_limits;
mod slot_assignment;
mod slots;
mod strays;
mod tracks;
mod voice_watch;

pub(crate) use self::member::Member;

use crate::{
    address::Address,
    command::{Departure, Event, LinkMemory, LinkReport},
    demux,
    id::{PeerId, RoomId},
    ladder::Ladder,
    limits::{REPORT_INTERVAL, ROOM_PEERS, TICK},
    link::packet_train,
    mix::Mixer,
    output::Outbox,
    peer::{Output, PathChange, Peer, StunRefusal},
    sdp::Offer,
};
use std::time::Instant;
use tracing::{debug, warn};

/// A room. Everyone in it may hear everyone else.
pub(crate) struct Room {
    id: RoomId,
    members: Vec<Member>,
    /// The number of transports so far, which tells a reloaded page from the one before.
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

    /// True if `peer` may come in: there is a place, or it is in already.
    pub(crate) fn has_room_for(&self, peer: PeerId) -> bool {
        self.members.len() < ROOM_PEERS || self.find(peer).is_some()
    }

    /// The time at which [`handle_timeout`](Self::handle_timeout) must be called.
    pub(crate) fn deadline(&self) -> Instant {
        let engines = self.members.iter().map(|member| member.peer.deadline());
        let keyframes = self.members.iter().filter_map(|member| member.tracks.next_keyframe());
        let silences = self.members.iter().filter_map(Member::quiet_at);
        let due = engines.chain(keyframes).chain(silences).chain(self.mixer.deadline());
        due.fold(self.next_tick, Instant::min)
    }

    /// True if [`settle`](Self::settle) has work.
    pub(crate) fn is_dirty(&self) -> bool {
        self.members.iter().any(|member| member.peer.is_dirty())
    }

    fn find(&self, peer: PeerId) -> Option<usize> {
        self.members.iter().position(|member| member.id == peer)
    }

    /// A participant comes in, or comes again with a new transport.
    pub(crate) fn enter(&mut self, id: PeerId, peer: Peer, answer: String, now: Instant, out: &mut Outbox) {
        self.generations += 1;
        let member = Member::new(id, peer, self.generations, now);
        match self.find(id) {
            Some(index) => {
                let former = std::mem::replace(&mut self.members[index], member);
                former.leave_mix(&mut self.mixer, &mut out.stats);
                self.members[index].inherit(former.link);
            }
            None => self.members.push(member),
        }
        self.members.iter_mut().for_each(|member| member.ladder = Ladder::default());
        debug!(room = %self.id, peer = %id, members = self.members.len(), "joined");
        out.stats.joined += 1;
        out.events.push_back(Event::Answer { peer: id, sdp: answer });
        self.assign_slots(now, out);
        // The limits go with the answer, so that the first packet obeys already.
        self.update_caps(now, out);
    }

    /// A participant goes to another room, with all that it is.
    pub(crate) fn release(&mut self, id: PeerId, now: Instant, out: &mut Outbox) -> Option<Member> {
        let member = self.members.remove(self.find(id)?);
        member.leave_mix(&mut self.mixer, &mut out.stats);
        self.assign_slots(now, out);
        Some(member)
    }

    /// A participant of another room comes in, with its transport as it stands.
    pub(crate) fn admit(&mut self, mut member: Member, now: Instant, out: &mut Outbox) {
        self.generations += 1;
        member.begin_anew(self.generations, now);
        debug!(room = %self.id, peer = %member.id, members = self.members.len() + 1, "moved");
        self.members.push(member);
        for member in &mut self.members {
            member.ladder = Ladder::default();
            member.link.agree_on_trains();
        }
        self.assign_slots(now, out);
        self.update_caps(now, out);
    }

    /// Takes the capacity of a participant's link in an earlier call.
    pub(crate) fn remember(&mut self, id: PeerId, link: LinkMemory, now: Instant, out: &mut Outbox) {
        if let Some(index) = self.find(id) {
            self.members[index].link.remember(link);
            self.assign_slots(now, out);
            self.update_caps(now, out);
        }
    }

    /// Takes the capacity of a participant's link that its page measured.
    pub(crate) fn page_measured(&mut self, id: PeerId, link: LinkMemory, now: Instant, out: &mut Outbox) {
        if let Some(index) = self.find(id) {
            self.members[index].link.set_measured(link);
            self.assign_slots(now, out);
            self.update_caps(now, out);
        }
    }

    /// A participant wants no pictures, neither way, or wants them again.
    pub(crate) fn voice_only(&mut self, id: PeerId, on: bool, now: Instant, out: &mut Outbox) {
        if let Some(index) = self.find(id) {
            self.members[index].voice_only = on;
            layers::allocate(&mut self.members, now);
            self.update_caps(now, out);
        }
    }

    /// A participant's page is hidden, where nobody sees pictures, or is on a screen again.
    pub(crate) fn screen(&mut self, id: PeerId, shown: bool, now: Instant, out: &mut Outbox) {
        if let Some(index) = self.find(id) {
            self.members[index].is_hidden = !shown;
            layers::allocate(&mut self.members, now);
            self.update_caps(now, out);
        }
    }

    /// A participant renegotiates. Returns its ICE user name, which may be new.
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
        self.assign_slots(now, out);
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

    /// Takes a STUN request that names a participant of this room, or a STUN response from one of its addresses.
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
        let change = if demux::is_stun_response(datagram) {
            let change = member.peer.handle_stun_answer(source, datagram, now)?;
            out.stats.path_checks_answered += 1;
            change
        } else {
            member.peer.handle_stun_request(source, datagram, member.quiet, now)?
        };
        self.count_move(id, change, out);
        self.drain(index, now, out);
        self.welcome_back(index, now, out);
        self.part(now, out);
        Ok(())
    }

    fn count_move(&self, id: PeerId, change: PathChange, out: &mut Outbox) {
        out.stats.moved += u64::from(change.moved);
        out.stats.paths_flapping += u64::from(change.flaps);
        if change.moved {
            debug!(room = %self.id, peer = %id, "media path moves");
        }
        if change.flaps {
            warn!(code = "path_flapping", room = %self.id, peer = %id, "a media path moves again and again");
        }
    }

    /// Takes DTLS, SRTP or SRTCP from an address of a participant.
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
        if self.members.len() > 1 {
            self.members[index].tell_stalls(now);
        }
        self.drain(index, now, out);
        self.welcome_back(index, now, out);
        self.part(now, out);
    }

    /// Takes the time.
    pub(crate) fn handle_timeout(&mut self, now: Instant, out: &mut Outbox) {
        for member in self.members.iter_mut().filter(|member| member.peer.deadline() <= now) {
            member.peer.handle_timeout(now);
        }
        for member in self.members.iter_mut().filter(|member| member.quiet_at().is_some_and(|at| at <= now)) {
            member.watch_presence(now, out);
        }
        keyframes::send_due(&mut self.members, now, &mut out.stats);
        self.mix(now, out);
        if self.next_tick <= now {
            self.next_tick = now + TICK;
            self.tick(now, out);
        }
        self.settle(now, out);
    }

    /// Closes every participant's transport.
    pub(crate) fn close(&mut self, now: Instant, out: &mut Outbox) {
        while let Some(member) = self.members.last() {
            self.leave(member.id, Departure::Left, now, out);
        }
    }

    /// Polls every engine until none has more to say.
    pub(crate) fn settle(&mut self, now: Instant, out: &mut Outbox) {
        while let Some(index) = self.members.iter().position(|member| member.peer.is_dirty()) {
            self.drain(index, now, out);
        }
        self.part(now, out);
    }

    fn drain(&mut self, index: usize, now: Instant, out: &mut Outbox) {
        while let Some(output) = self.members[index].peer.poll(now, &mut out.stats) {
            match output {
                Output::Transmit(transmit) => out.transmit(transmit),
                Output::Packet(packet) => self.fan_out(index, &packet, now, out),
                Output::Voice(ssrc) => out.voices.push((self.members[index].id, ssrc)),
                Output::KeyframeRequested(line) => {
                    keyframes::pass_request(&mut self.members, index, line, now, &mut out.stats);
                }
                Output::Message(message) if message.label == packet_train::LABEL => {
                    self.take_probe_message(index, &message, now, out);
                }
                Output::Message(message) => {
                    relay::relay(&mut self.members, index, &message, now, &mut out.stats);
                }
                Output::Opened => {
                    let alone = self.members.len() < 2;
                    self.members[index].send_train(alone, now);
                }
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
        self.update_caps(now, out);
        keyframes::ask_missing(&mut self.members, now, &mut out.stats);
    }

    /// A quiet member is heard again, and pictures begin anew both ways.
    fn welcome_back(&mut self, index: usize, now: Instant, out: &mut Outbox) {
        let member = &mut self.members[index];
        if !member.quiet {
            return;
        }
        member.watch_presence(now, out);
        if !member.quiet {
            member.tracks.interrupt();
            member.peer.forget_estimate();
            member.link.interrupted(now);
            member.review_redundancy(now);
            layers::allocate(&mut self.members, now);
            self.update_caps(now, out);
            keyframes::ask_missing(&mut self.members, now, &mut out.stats);
        }
    }

    /// Removes the members who are gone.
    fn part(&mut self, now: Instant, out: &mut Outbox) {
        if self.members.iter().all(|member| member.over.is_none()) {
            return;
        }
        for member in self.members.iter().filter(|member| member.over.is_some()) {
            let Some(reason) = member.over else { continue };
            debug!(room = %self.id, peer = %member.id, ?reason, "gone");
            out.stats.timed_out += u64::from(reason == Departure::TimedOut);
            out.departed.push(member.id);
            member.leave_mix(&mut self.mixer, &mut out.stats);
            out.events.push_back(Event::Gone { peer: member.id, reason });
        }
        self.members.retain(|member| member.over.is_none());
        self.assign_slots(now, out);
    }

    fn tick(&mut self, now: Instant, out: &mut Outbox) {
        let connected = self.members.iter().filter(|member| member.connected.is_some()).count();
        for member in &mut self.members {
            member.watch_presence(now, out);
            member.watch_voice(connected > 1, now, out);
        }
        let alone = self.members.len() < 2;
        let mut changed = false;
        for member in &mut self.members {
            changed |= member.watch(alone, now);
        }
        self.open_cameras(now, out);
        if self.review_links(now, out) || changed {
            layers::allocate(&mut self.members, now);
            self.review_mixing(now, out);
            self.update_caps(now, out);
        }
        self.members.iter_mut().for_each(|member| member.hush(now));
        self.members.iter_mut().filter(|_| !alone).for_each(|member| member.tell_stalls(now));
        keyframes::ask_missing(&mut self.members, now, &mut out.stats);
    }

    /// Reports every link that is due. Returns true if there was one.
    fn review_links(&mut self, now: Instant, out: &mut Outbox) -> bool {
        let mut reviewed = false;
        for member in self.members.iter_mut().filter(|m| m.connected.is_some() && m.next_review <= now) {
            member.next_review += REPORT_INTERVAL;
            member.review_repair(now);
            member.review_redundancy(now);
            let report = LinkReport { capacity: member.link.capacity(), ..member.peer.report(now) };
            out.events.push_back(Event::Link { peer: member.id, report });
            reviewed = true;
        }
        reviewed
    }
}
