//! What a member sends goes to the others: packets through slots, messages through channels.
//!
//! Part of the [`Room`]. It never decides who has a slot, nor which layer goes through it.

use super::{Outbox, Room, member::Member};
use crate::{
    command::Kind,
    limits::{MESSAGE_BYTES, PICTURE_REQUEST_BYTES, PICTURES_LABEL},
    peer::Message,
    stats::Stats,
    track::{Codec, Packet, Passed, Source, Verdict},
};
use std::time::Instant;

impl Room {
    /// A packet to everyone who has a slot for its track.
    pub(super) fn fan_out(&mut self, from: usize, packet: &Packet, now: Instant, out: &mut Outbox) {
        let source = Source { peer: self.members[from].id, line: packet.line };
        self.members[from].voice_in += u32::from(packet.codec == Codec::Opus);
        self.members[from].note_voice(packet, now);
        self.members[from].measured.heard(packet, now);
        let Some(Some(up)) = self.members[from].tracks.get_mut(packet.line).map(|(up, _)| up.as_mut()) else {
            return;
        };
        let Some(passed) = up.pass(packet, now) else {
            out.stats.dropped.over_cap += 1;
            return;
        };
        self.hear(from, packet);
        for member in &mut self.members {
            member.forward(source, packet, &passed, now, &mut out.stats);
        }
    }

    /// A message to everyone who has a channel of the same label. A picture into a dead link would only make the
    /// channel wait the longer when the link is back, and then it would stand beside a new socket's handshake in front of
    /// the first words.
    pub(super) fn relay(&mut self, from: usize, message: &Message, now: Instant, out: &mut Outbox) {
        if message.data.len() > MESSAGE_BYTES as usize {
            out.stats.dropped.messages += 1;
            return;
        }
        let is_picture = message.label == PICTURES_LABEL;
        let is_large = message.data.len() > PICTURE_REQUEST_BYTES;
        let is_settling = |member: &Member| member.measured.is_settling(now);
        let has_no_room =
            |member: &Member| member.voice_only || member.quiet || is_large && is_settling(member);
        // Who has just come back would ask for what does not go there yet, and ask again.
        if is_picture && !is_large && is_settling(&self.members[from]) {
            return;
        }
        let wants = |member: &Member| !(is_picture && has_no_room(member));
        let others = self.members.iter_mut().enumerate().filter(|(i, _)| *i != from);
        for member in others.map(|(_, member)| member).filter(|member| wants(member)) {
            match member.peer.send(message) {
                Some(true) => out.stats.messages_relayed += 1,
                Some(false) => out.stats.dropped.messages += 1,
                None => {}
            }
        }
    }
}

impl Member {
    /// Sends a packet of another member on, through the slot that has its track.
    fn forward(&mut self, source: Source, packet: &Packet, passed: &Passed, now: Instant, stats: &mut Stats) {
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
                    peer.write(line, packet, new, now);
                    count_forwarded(packet, stats);
                    *voice_out += u32::from(packet.codec == Codec::Opus);
                }
            }
        }
    }
}

fn count_forwarded(packet: &Packet, stats: &mut Stats) {
    stats.forwarded_bytes += packet.payload.len() as u64;
    match packet.codec.kind() {
        Kind::Audio => stats.forwarded_audio += 1,
        Kind::Video => stats.forwarded_video += 1,
    }
}
