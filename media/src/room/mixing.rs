//! The mix for receivers whose downlink has too little for each voice: they hear the others as one.
//!
//! Part of the [`Room`]; [`allocate`] says who hears a mix, and the [`Mixer`] makes the sound. It never decodes, and never touches
//! what goes to those who get the originals.

use super::{Room, member::Member};
use crate::{
    allocate,
    limits::MIX_WAIT,
    mix::{MixPacket, Mixer, VoicePacket},
    output::Outbox,
    stats::Stats,
    track::{Codec, Packet, Verdict},
};
use std::time::{Duration, Instant};
use tracing::info;

impl Room {
    /// Decides anew who hears a mix, and how it is encoded. [`assign_slots`](Self::assign_slots) gives the slots.
    pub(super) fn choose_mixed(&mut self, now: Instant, out: &mut Outbox) {
        for index in 0..self.members.len() {
            let mixes = is_to_mix(&self.members, index);
            let member = &mut self.members[index];
            if mixes {
                self.mixer.serve(member.id, member.voice_down(), now);
            } else if member.hears_mix {
                self.mixer.dismiss(member.id);
            }
            if member.hears_mix != mixes {
                member.hears_mix = mixes;
                member.tell_mixing(&mut out.stats);
            }
        }
    }

    /// Looks whether the estimates of links have changed so that somebody has to hear a mix, or need not any more.
    pub(super) fn review_mixing(&mut self, now: Instant, out: &mut Outbox) {
        let members = &self.members;
        if (0..members.len()).any(|index| members[index].hears_mix != is_to_mix(members, index)) {
            self.assign_slots(now, out);
        }
        for member in self.members.iter().filter(|member| member.hears_mix) {
            self.mixer.serve(member.id, member.voice_down(), now);
        }
    }

    /// Sends the mixes that are due.
    pub(super) fn mix(&mut self, now: Instant, out: &mut Outbox) {
        for (to, mixed) in self.mixer.turn(now) {
            let Some(index) = self.find(to) else { continue };
            self.members[index].send_mix(mixed, now, &mut out.stats);
        }
        let faults = self.mixer.faults();
        out.stats.mix_concealed += faults.concealed;
        out.stats.mix_late += faults.late;
        out.stats.mix_refused += faults.refused;
    }
}

/// True if a member should hear the others as one. A muted voice counts: one line more would cost a thin link more than the mix costs
/// the ear.
fn is_to_mix(members: &[Member], index: usize) -> bool {
    let member = &members[index];
    let speaks = |other: &&Member| other.id != member.id && other.tracks.voice_line().is_some();
    let voices = members.iter().filter(speaks).count();
    member.link.down().is_some_and(|capacity| allocate::mixes_voices(capacity, voices, member.hears_mix))
}

/// Hands a voice packet to the mixer, if anybody hears a mix. One voice of each member is mixed.
pub(super) fn hear(mixer: &mut Mixer, member: &Member, packet: &Packet) {
    let is_voice = packet.codec == Codec::Opus && member.tracks.voice_line() == Some(packet.line);
    if mixer.is_idle() || !is_voice {
        return;
    }
    let Packet { sequence, timestamp, payload, .. } = packet;
    let heard = VoicePacket { sequence: *sequence, timestamp: *timestamp, payload };
    mixer.hear(member.id, &heard, member.patience_with_late());
}

impl Member {
    /// The time that the mix waits for this member's late packets: until a repair can have come, if lost voice is sent again.
    fn patience_with_late(&self) -> Duration {
        if self.peer.voice.is_enabled() { MIX_WAIT_REPAIR } else { MIX_WAIT }
    }

    /// Sends a packet of its mix through the slot that has it.
    fn send_mix(&mut self, mixed: MixPacket, now: Instant, stats: &mut Stats) {
        if self.connected.is_none() {
            return;
        }
        let is_held = self.is_behind_stall(now);
        let silence = self.silence(now);
        let Self { peer, tracks, voice_out, hold_watch, backlog, .. } = self;
        let Some((line, down)) = tracks.downs_mut().find(|(_, down)| down.mixes()) else { return };
        if is_held {
            down.skip();
            stats.dropped.stalled += 1;
            return;
        }
        let packet = mixed.into_packet(line, now);
        if let Verdict::Send(new) = down.forward_mix(&packet) {
            peer.write(line, &packet, new, now);
            stats.mixed_audio += 1;
            *voice_out += 1;
            hold_watch.note_voice(now);
            backlog.note(packet.payload.len(), silence, now);
        }
    }

    /// Takes its voice and its mix from the mixer: it is gone, or comes through another transport.
    pub(super) fn leave_mix(&self, mixer: &mut Mixer, stats: &mut Stats) {
        mixer.forget(self.id);
        mixer.dismiss(self.id);
        stats.mixes_ended += u64::from(self.hears_mix);
    }

    fn tell_mixing(&self, stats: &mut Stats) {
        let down = self.link.down().map(|capacity| capacity.to_string());
        info!(peer = %self.id, down, mixed = self.hears_mix, "voices");
        let count = if self.hears_mix { &mut stats.mixes_begun } else { &mut stats.mixes_ended };
        *count += 1;
    }
}

impl MixPacket {
    /// The packet of a track that carries this sound, which ended when the last turn was taken.
    fn into_packet(self, line: usize, now: Instant) -> Packet {
        Packet {
            line,
            layer: 0,
            codec: Codec::Opus,
            sequence: self.sequence,
            timestamp: self.timestamp,
            marker: self.marker,
            carried: self.payload.len(),
            payload: self.payload,
            captured: now.checked_sub(self.sound).unwrap_or(now),
        }
    }
}

/// The longest time that sound waits for a late packet where lost voice is sent again: a packet of 120 ms, [`REPAIR_RTT`] and a margin,
/// rounded. Voice is sent again only where that comes in time to be heard.
///
/// [`REPAIR_RTT`]: crate::limits::REPAIR_RTT
const MIX_WAIT_REPAIR: Duration = Duration::from_millis(600);
