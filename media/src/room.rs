//! One room: who receives whom, who is quiet, who may send what.
//!
//! Owned by the [`Sfu`](crate::Sfu); it never leaves its thread and shares nothing. Packets go from a
//! member's [`Up`] to the [`Down`]s of the others; what a packet causes at a receiver stays in that
//! receiver's engine until [`settle`](Room::settle), so that a batch of packets costs one pass.

use crate::{
    allocate::{self, Wish},
    command::{Caps, Departure, Event, Kind, Missing, Slot},
    id::{PeerId, RoomId},
    limits::{
        AUDIO_RESERVE, AUDIO_START, FORGET_AFTER, KEYFRAME_RETRY, MESSAGE_BYTES, PTIME_START_MS, QUIET_AFTER,
        QUIET_IDLE_AFTER, REPORT_INTERVAL, ROOM_PEERS, TICK, VIDEO_AFTER, VIDEO_MAX, VOICE_FLOWS,
    },
    peer::{Message, Output, Peer, StunRefusal},
    sdp::Offer,
    seats::{self, Seat},
    sfu::Transmit,
    stats::Stats,
    track::{Codec, Down, Packet, Source, Up, Verdict},
    units::Bitrate,
};
use std::{
    collections::VecDeque,
    net::SocketAddr,
    time::{Duration, Instant},
};
use tracing::debug;

/// Where a room puts what it has to say.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    pub(crate) transmits: VecDeque<Transmit>,
    pub(crate) events: VecDeque<Event>,
    /// Peers whose routes must go.
    pub(crate) departed: Vec<PeerId>,
    pub(crate) stats: Stats,
}

impl Outbox {
    fn transmit(&mut self, transmit: Transmit) {
        self.stats.packets_out += 1;
        self.stats.bytes_out += transmit.contents.len() as u64;
        self.transmits.push_back(transmit);
    }
}

/// Everyone in it may hear everyone else.
pub(crate) struct Room {
    id: RoomId,
    members: Vec<Member>,
    /// Transports there have been; tells a reloaded page from the one before.
    generations: u32,
    next_tick: Instant,
    #[cfg(test)]
    pub(crate) sabotaged: bool,
}

/// A participant in its room.
struct Member {
    id: PeerId,
    peer: Peer,
    /// By m-line: the track that comes, the slot that goes.
    tracks: Vec<(Option<Up>, Option<Down>)>,
    generation: u32,
    connected: Option<Instant>,
    quiet: bool,
    over: Option<Departure>,
    voice_in: u32,
    voice_out: u32,
    /// What was last said to the outside.
    told_streams: (Vec<Slot>, Missing),
    told_caps: Option<Caps>,
    next_review: Instant,
}

impl Room {
    pub(crate) fn new(id: RoomId, now: Instant) -> Self {
        Self {
            id,
            members: Vec::new(),
            generations: 0,
            next_tick: now + TICK,
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
        engines.chain(keyframes).fold(self.next_tick, Instant::min)
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
        let member = Member::new(id, peer, self.generations, now);
        match self.find(id) {
            Some(index) => self.members[index] = member,
            None => self.members.push(member),
        }
        debug!(room = %self.id, peer = %id, members = self.members.len(), "joined");
        out.stats.joined += 1;
        out.events.push_back(Event::Answer { peer: id, sdp: answer });
        self.reseat(now, out);
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
        source: SocketAddr,
        datagram: &[u8],
        now: Instant,
        out: &mut Outbox,
    ) -> Result<(), StunRefusal> {
        let index = self.find(id).ok_or(StunRefusal::Unauthenticated)?;
        let path = self.members[index].peer.path();
        self.members[index].peer.handle_stun(source, datagram, now)?;
        out.stats.moved += u64::from(path.is_some() && path != self.members[index].peer.path());
        self.drain(index, now, out);
        self.welcome_back(index, now, out);
        self.part(now, out);
        Ok(())
    }

    /// DTLS, SRTP or SRTCP from an address of one of ours.
    pub(crate) fn handle_datagram(
        &mut self,
        id: PeerId,
        source: SocketAddr,
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
        self.send_due_keyframes(now, out);
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
                Output::Message(message) => self.relay(index, &message, out),
                Output::Connected(security) => self.connected(index, security, now, out),
                Output::Closed => self.members[index].over = Some(Departure::Closed),
            }
        }
    }

    /// A quiet member is heard again: pictures begin anew, both ways.
    fn welcome_back(&mut self, index: usize, now: Instant, out: &mut Outbox) {
        let member = &mut self.members[index];
        if !member.quiet {
            return;
        }
        member.watch_presence(now, out);
        if !member.quiet {
            member.tracks.iter_mut().filter_map(|(up, _)| up.as_mut()).for_each(Up::interrupt);
            self.allocate(now);
            self.ask_missing_keyframes(now, out);
        }
    }

    fn connected(&mut self, index: usize, security: String, now: Instant, out: &mut Outbox) {
        let member = &mut self.members[index];
        debug!(room = %self.id, peer = %member.id, security, "connected");
        member.connected = Some(now);
        member.next_review = now + REPORT_INTERVAL;
        out.events.push_back(Event::Connected { peer: member.id, security });
        self.cap(index, now, out);
        self.ask_missing_keyframes(now, out);
    }

    /// A packet to everyone who has a slot for its track.
    fn fan_out(&mut self, from: usize, packet: &Packet, now: Instant, out: &mut Outbox) {
        let source = Source { peer: self.members[from].id, line: packet.line };
        self.members[from].voice_in += u32::from(packet.codec == Codec::Opus);
        let Some(Some(up)) = self.members[from].tracks.get_mut(packet.line).map(|(up, _)| up.as_mut()) else {
            return;
        };
        let Some(passed) = up.pass(packet, now) else {
            out.stats.dropped.over_cap += 1;
            return;
        };
        for member in &mut self.members {
            member.forward(source, packet, &passed, &mut out.stats);
        }
    }

    /// A receiver lost its picture: its source is asked, not too often.
    fn pass_keyframe_request(&mut self, index: usize, line: usize, now: Instant, out: &mut Outbox) {
        let slot = self.members[index].tracks.get(line).and_then(|(_, down)| down.as_ref());
        let Some((source, layer)) = slot.and_then(|down| Some((down.source()?, down.current()?))) else {
            return;
        };
        self.ask_keyframe(source, layer, now, out);
    }

    fn ask_keyframe(&mut self, source: Source, layer: usize, now: Instant, out: &mut Outbox) {
        let Some(index) = self.find(source.peer) else { return };
        let Some((Some(up), _)) = self.members[index].tracks.get_mut(source.line) else { return };
        if up.ask_keyframe(layer, now) {
            out.stats.keyframes_forwarded += 1;
            self.members[index].peer.request_keyframe(source.line, layer);
        }
    }

    /// A message to everyone who has a channel of the same label.
    fn relay(&mut self, from: usize, message: &Message, out: &mut Outbox) {
        if message.data.len() > MESSAGE_BYTES as usize {
            out.stats.dropped.messages += 1;
            return;
        }
        for member in
            self.members.iter_mut().enumerate().filter(|(i, _)| *i != from).map(|(_, member)| member)
        {
            match member.peer.send(message) {
                Some(true) => out.stats.messages_relayed += 1,
                Some(false) => out.stats.dropped.messages += 1,
                None => {}
            }
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
            out.events.push_back(Event::Gone { peer: member.id, reason });
        }
        self.members.retain(|member| member.over.is_none());
        if self.members.len() != before {
            self.reseat(now, out);
        }
    }

    // Slots.

    /// Gives every track a slot at every other member, and tells who sees a change.
    fn reseat(&mut self, now: Instant, out: &mut Outbox) {
        let tracks: Vec<(Kind, Source)> = self.members.iter().flat_map(Member::sources).collect();
        for member in &mut self.members {
            let others: Vec<_> =
                tracks.iter().filter(|(_, source)| source.peer != member.id).copied().collect();
            let missing = member.seat(&others);
            member.tell_streams(missing, out);
        }
        self.allocate(now);
        self.ask_missing_keyframes(now, out);
    }

    /// Chooses a layer of each camera for each receiver.
    fn allocate(&mut self, now: Instant) {
        let rates = self.camera_rates(now);
        for member in &mut self.members {
            member.allocate(|source| {
                rates.iter().find(|(of, _)| *of == source).map_or_else(Vec::new, |(_, rates)| rates.clone())
            });
        }
    }

    fn camera_rates(&mut self, now: Instant) -> Vec<(Source, Vec<Bitrate>)> {
        let members = self.members.iter_mut();
        let cameras = members.flat_map(|member| {
            let peer = member.id;
            let ups = member.tracks.iter_mut().enumerate().filter_map(|(i, (up, _))| Some((i, up.as_mut()?)));
            let cameras = ups.filter(|(_, up)| up.kind == Kind::Video);
            cameras.map(move |(line, up)| (Source { peer, line }, up.rates(now)))
        });
        cameras.collect()
    }

    // Time.

    fn tick(&mut self, now: Instant, out: &mut Outbox) {
        for member in &mut self.members {
            member.watch_presence(now, out);
        }
        self.allow_cameras(now, out);
        if self.review_links(now, out) {
            self.allocate(now);
            (0..self.members.len()).for_each(|index| self.cap(index, now, out));
        }
        self.ask_missing_keyframes(now, out);
    }

    /// Reports every link that is due; whether there was one.
    fn review_links(&mut self, now: Instant, out: &mut Outbox) -> bool {
        let mut reviewed = false;
        for member in self.members.iter_mut().filter(|m| m.connected.is_some() && m.next_review <= now) {
            member.next_review += REPORT_INTERVAL;
            let report = member.peer.report(now);
            out.events.push_back(Event::Link { peer: member.id, report });
            reviewed = true;
        }
        reviewed
    }

    /// Voice first: cameras open once voices flow.
    fn allow_cameras(&mut self, now: Instant, out: &mut Outbox) {
        for index in 0..self.members.len() {
            let told = self.members[index].told_caps;
            if told.is_some_and(|caps| caps.video.is_none()) && self.voice_flows(index, now) {
                self.cap(index, now, out);
            }
        }
    }

    /// Whether this member is heard and hears, or has had the time to.
    fn voice_flows(&self, index: usize, now: Instant) -> bool {
        let member = &self.members[index];
        let others_speak = self.members.iter().any(|m| m.id != member.id && m.voice_in >= VOICE_FLOWS);
        let is_heard = member.voice_in >= VOICE_FLOWS;
        let can_hear = !others_speak || member.voice_out >= VOICE_FLOWS;
        let waited = member.connected.is_some_and(|at| now.saturating_duration_since(at) >= VIDEO_AFTER);
        member.connected.is_some() && (waited || (is_heard && can_hear))
    }

    /// Tells a member what it may send, when that has changed.
    fn cap(&mut self, index: usize, now: Instant, out: &mut Outbox) {
        if self.members[index].connected.is_none() {
            return;
        }
        let video = if self.voice_flows(index, now) { self.camera_cap(index) } else { None };
        let caps = Caps { audio: AUDIO_START, ptime_ms: PTIME_START_MS, video };
        self.members[index].tell_caps(caps, now, out);
    }

    /// What the best of its receivers has for this member's camera.
    fn camera_cap(&self, index: usize) -> Option<Bitrate> {
        let peer = self.members[index].id;
        let receivers = self.members.iter().filter(|member| member.id != peer && !member.quiet);
        allocate::camera_cap(receivers.filter_map(|member| member.share_for(peer)))
    }

    // Keyframes.

    fn send_due_keyframes(&mut self, now: Instant, out: &mut Outbox) {
        for member in &mut self.members {
            let due: Vec<(usize, usize)> = member
                .tracks
                .iter_mut()
                .enumerate()
                .filter_map(|(line, (up, _))| Some((line, up.as_mut()?.due_keyframes(now))))
                .flat_map(|(line, layers)| layers.into_iter().map(move |layer| (line, layer)))
                .collect();
            for (line, layer) in due {
                out.stats.keyframes_forwarded += 1;
                member.peer.request_keyframe(line, layer);
            }
        }
    }

    /// Asks for the keyframes that slots and cut layers wait for, and again when they do not come.
    fn ask_missing_keyframes(&mut self, now: Instant, out: &mut Outbox) {
        let cut = self.members.iter().flat_map(Member::cut_layers);
        let missing: Vec<(Source, usize)> =
            self.members.iter().flat_map(Member::missing_keyframes).chain(cut).collect();
        for (source, layer) in missing {
            if self.may_ask(source, layer, now) {
                self.ask_keyframe(source, layer, now, out);
            }
        }
    }

    fn may_ask(&self, source: Source, layer: usize, now: Instant) -> bool {
        let member = self.find(source.peer).map(|index| &self.members[index]);
        let Some(member) = member.filter(|member| member.connected.is_some() && !member.quiet) else {
            return false;
        };
        let Some((Some(up), _)) = member.tracks.get(source.line) else { return false };
        let asked = up.keyframe_asked(layer);
        up.is_open() && asked.is_none_or(|asked| now.saturating_duration_since(asked) >= KEYFRAME_RETRY)
    }
}

impl Member {
    fn new(id: PeerId, peer: Peer, generation: u32, now: Instant) -> Self {
        let mut member = Self {
            id,
            peer,
            tracks: Vec::new(),
            generation,
            connected: None,
            quiet: false,
            over: None,
            voice_in: 0,
            voice_out: 0,
            told_streams: Default::default(),
            told_caps: None,
            next_review: now,
        };
        member.sync_tracks(now);
        member
    }

    /// Makes tracks and slots for lines that came, takes those away that went.
    fn sync_tracks(&mut self, now: Instant) {
        let Self { peer, tracks, told_caps, generation, .. } = self;
        tracks.resize_with(peer.lines().len(), Default::default);
        for (line, (up, down)) in peer.lines().iter().zip(tracks) {
            let Some(kind) = line.kind else { continue };
            if !line.up {
                *up = None;
            } else if up.is_none() {
                let mut made = Up::new(kind, line.layer_count(), *generation, now);
                made.set_cap(told_caps.and_then(|caps| caps.video), now);
                *up = Some(made);
            }
            if !line.down {
                *down = None;
            } else if down.is_none() {
                *down = Some(Down::default());
            }
        }
    }

    fn ups(&self) -> impl Iterator<Item = (usize, &Up)> {
        self.tracks.iter().enumerate().filter_map(|(line, (up, _))| Some((line, up.as_ref()?)))
    }

    fn sources(&self) -> impl Iterator<Item = (Kind, Source)> {
        self.ups().map(|(line, up)| (up.kind, Source { peer: self.id, line }))
    }

    /// Slots with their m-line and kind.
    fn downs(&self) -> impl Iterator<Item = (usize, Kind, &Down)> {
        let kinds = self.peer.lines().iter().map(|line| line.kind);
        let downs = self.tracks.iter().zip(kinds).enumerate();
        downs.filter_map(|(line, ((_, down), kind))| Some((line, kind?, down.as_ref()?)))
    }

    /// Puts the tracks of the others into slots; counts those without.
    fn seat(&mut self, others: &[(Kind, Source)]) -> Missing {
        let lines: Vec<usize> = self.downs().map(|(line, _, _)| line).collect();
        let mut seats: Vec<Seat> =
            self.downs().map(|(_, kind, down)| Seat { kind, taken: down.source() }).collect();
        let missing = seats::seat(&mut seats, others);
        for (line, seat) in lines.into_iter().zip(seats) {
            if let (_, Some(down)) = &mut self.tracks[line] {
                down.attach(seat.taken);
            }
        }
        missing
    }

    fn tell_streams(&mut self, missing: Missing, out: &mut Outbox) {
        let lines = self.peer.lines();
        let slot = |(line, kind, down): (usize, Kind, &Down)| {
            Some(Slot { mid: lines[line].mid().to_owned(), from: down.source()?.peer, kind })
        };
        let slots: Vec<Slot> = self.downs().filter_map(slot).collect();
        if self.told_streams != (slots.clone(), missing) {
            self.told_streams = (slots.clone(), missing);
            out.events.push_back(Event::Streams { peer: self.id, slots, missing });
        }
    }

    /// Sends a packet of another member on, through the slot that has its track.
    fn forward(&mut self, source: Source, packet: &Packet, passed: &crate::track::Passed, stats: &mut Stats) {
        if self.connected.is_none() {
            return;
        }
        let Self { peer, tracks, voice_out, .. } = self;
        let slots =
            tracks.iter_mut().enumerate().filter_map(|(line, (_, down))| Some((line, down.as_mut()?)));
        for (line, down) in slots.filter(|(_, down)| down.source() == Some(source)) {
            if packet.codec == Codec::Vp8 && peer.is_congested(line) {
                down.restart();
                continue;
            }
            match down.forward(packet, passed) {
                Verdict::Skip => {}
                Verdict::Stale => stats.dropped.stale += 1,
                Verdict::Send(new) => {
                    peer.write(line, packet, new);
                    count_forwarded(packet, stats);
                    *voice_out += u32::from(packet.codec == Codec::Opus);
                }
            }
        }
    }

    /// Chooses a layer for each camera slot, given what each camera's layers send.
    fn allocate(&mut self, rates: impl Fn(Source) -> Vec<Bitrate>) {
        let slots: Vec<usize> = self.camera_slots().map(|(line, _)| line).collect();
        let wishes: Vec<Wish> = self
            .camera_slots()
            .filter_map(|(_, down)| Some(Wish { layers: rates(down.source()?), current: down.current() }))
            .collect();
        let decided =
            if self.quiet { vec![None; wishes.len()] } else { allocate::decide(self.budget(), &wishes) };
        for (line, layer) in slots.into_iter().zip(decided) {
            if let (_, Some(down)) = &mut self.tracks[line] {
                down.want(layer);
            }
        }
        // Probes go up to twice this, and an estimate never above what was probed: aim at the best.
        self.peer.desire(VIDEO_MAX.percent(100 * wishes.len() as u64));
    }

    fn camera_slots(&self) -> impl Iterator<Item = (usize, &Down)> {
        let cameras = self.downs().filter(|(_, kind, down)| *kind == Kind::Video && down.source().is_some());
        cameras.map(|(line, _, down)| (line, down))
    }

    /// What the downlink has for cameras, after the voices.
    fn budget(&self) -> Bitrate {
        let voices = self.downs().filter(|(_, kind, down)| *kind == Kind::Audio && down.source().is_some());
        let reserve = AUDIO_RESERVE.percent(100 * voices.count() as u64);
        let cameras = self.camera_slots().count() as u64;
        let assumed = VIDEO_MAX.percent(100 * cameras);
        self.peer.estimate().map_or(assumed, |estimate| estimate.saturating_sub(reserve))
    }

    /// This receiver's share for the camera of `peer`, if it has a slot for it.
    fn share_for(&self, peer: PeerId) -> Option<Bitrate> {
        let has =
            self.camera_slots().any(|(_, down)| down.source().is_some_and(|source| source.peer == peer));
        has.then(|| self.budget().shared_by(self.camera_slots().count()))
    }

    fn tell_caps(&mut self, mut caps: Caps, now: Instant, out: &mut Outbox) {
        let told = self.told_caps;
        if let Some(told) = told.filter(|told| !allocate::worth_telling(told.video, caps.video)) {
            caps.video = told.video;
        }
        if told == Some(caps) {
            return;
        }
        self.told_caps = Some(caps);
        for up in self.tracks.iter_mut().filter_map(|(up, _)| up.as_mut()) {
            up.set_cap(caps.video, now);
        }
        out.events.push_back(Event::Caps { peer: self.id, caps });
    }

    /// Notices silence and its end.
    fn watch_presence(&mut self, now: Instant, out: &mut Outbox) {
        let silent = now.saturating_duration_since(self.peer.heard());
        let quiet = self.connected.is_some() && silent >= self.patience();
        if silent >= FORGET_AFTER {
            self.over = Some(Departure::TimedOut);
        } else if quiet != self.quiet {
            self.quiet = quiet;
            debug!(peer = %self.id, quiet, "presence");
            let peer = self.id;
            out.events.push_back(if quiet { Event::Quiet { peer } } else { Event::Back { peer } });
        }
    }

    /// How long this peer may be silent: one that was sending media when it fell silent, less.
    fn patience(&self) -> Duration {
        let was_sending =
            self.peer.media_heard().is_some_and(|media| self.peer.heard() <= media + QUIET_AFTER);
        if was_sending { QUIET_AFTER } else { QUIET_IDLE_AFTER }
    }

    /// Layers of others of which this member's slots wait for a keyframe.
    fn missing_keyframes(&self) -> impl Iterator<Item = (Source, usize)> {
        let listening = self.connected.is_some() && !self.quiet;
        let slots = self.camera_slots().filter(move |_| listening);
        slots.filter_map(|(_, down)| Some((down.source()?, down.missing_keyframe()?)))
    }

    /// Layers of this member that wait for a keyframe after exceeding the cap.
    fn cut_layers(&self) -> impl Iterator<Item = (Source, usize)> {
        let peer = self.id;
        let layers = |(line, up): (usize, _)| Up::cut_layers(up).map(move |layer| (line, layer));
        self.ups().flat_map(layers).map(move |(line, layer)| (Source { peer, line }, layer))
    }
}

fn count_forwarded(packet: &Packet, stats: &mut Stats) {
    stats.forwarded_bytes += packet.payload.len() as u64;
    match packet.codec.kind() {
        Kind::Audio => stats.forwarded_audio += 1,
        Kind::Video => stats.forwarded_video += 1,
    }
}
