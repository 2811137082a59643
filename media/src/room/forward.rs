//! The forwarding of a member's packets through the slots of the others.
//!
//! Part of the [`Room`]. It never decides who has a slot, nor which layer goes through it.

use super::{Room, member::Member, mixing};
use crate::{
    command::Kind,
    output::Outbox,
    stats::Stats,
    track::{Codec, Packet, Passed, Source, Verdict},
};
use std::time::Instant;

impl Room {
    /// Sends a packet to everyone who has a slot for its track.
    pub(super) fn fan_out(&mut self, from: usize, packet: &Packet, now: Instant, out: &mut Outbox) {
        let sender = &mut self.members[from];
        let source = Source { peer: sender.id, line: packet.line };
        if packet.codec == Codec::Opus {
            sender.voice_in += 1;
            sender.voice_watch.note(now);
            sender.hold_watch.hear(packet.payload.len());
            sender.link.note_voice(packet.timestamp, &packet.payload, packet.carried, now);
        } else {
            sender.link.note_camera(packet.layer, packet.timestamp, now);
        }
        let Some(up) = sender.tracks.up_mut(packet.line) else { return };
        if up.is_stale(packet, now) {
            out.stats.dropped.held_back += 1;
            sender.backlog.begin_to_pass(sender.link.down(), now);
            return;
        }
        let Some(passed) = up.pass(packet, now) else {
            out.stats.dropped.over_cap += 1;
            return;
        };
        let punctual_again = up.take_punctual_again();
        mixing::hear(&mut self.mixer, &self.members[from], packet);
        for member in &mut self.members {
            if punctual_again && member.tracks.downs().any(|(.., down)| down.source() == Some(source)) {
                member.hold_watch.renew();
                member.tell_stalls(now);
            }
            member.forward(source, packet, &passed, now, &mut out.stats);
        }
    }
}

impl Member {
    /// Sends a packet of another member on, through the slot that has its track.
    fn forward(&mut self, source: Source, packet: &Packet, passed: &Passed, now: Instant, stats: &mut Stats) {
        if self.connected.is_none() {
            return;
        }
        let is_held = self.is_behind_stall(now);
        let silence = self.silence(now);
        let Self { peer, tracks, voice_out, hold_watch, backlog, .. } = self;
        for (line, down) in tracks.downs_mut().filter(|(_, down)| down.source() == Some(source)) {
            if packet.codec == Codec::Vp8 && peer.is_congested(line) {
                down.restart();
                continue;
            }
            if is_held {
                match packet.codec {
                    Codec::Opus => down.skip(),
                    Codec::Vp8 => down.restart(),
                }
                // The copies begin again with the next review, and not beside the backlog.
                peer.voice.set_red_distance(0);
                stats.dropped.stalled += 1;
                continue;
            }
            // Into a link that may stand still no copies are sent, which would wait in front of the voice.
            if hold_watch.may_stand(silence) {
                peer.voice.set_red_distance(0);
            }
            match down.forward(packet, passed) {
                Verdict::Skip => {}
                Verdict::Stale => stats.dropped.stale += 1,
                Verdict::Send(new) => {
                    peer.write(line, packet, new, now);
                    count_forwarded(packet, stats);
                    if packet.codec == Codec::Opus {
                        *voice_out += 1;
                        hold_watch.note_voice(now);
                        backlog.note(packet.payload.len(), silence, now);
                    }
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
