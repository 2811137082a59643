//! Who hears the others as one voice: a receiver whose way down has too little for each of them.
//!
//! Part of the [`Room`]; [`allocate`] says who, the [`Mixer`](crate::mix::Mixer) makes the sound. It never decodes, and
//! never touches what goes to those who get the originals.

use super::{Outbox, Room, member::Member};
use crate::{
    allocate,
    command::Kind,
    limits::{MIX_WAIT, MIX_WAIT_REPAIR},
    mix::{MixPacket, Mixer, VoicePacket},
    stats::Stats,
    track::{Codec, Packet, Verdict},
};
use std::time::{Duration, Instant};
use tracing::info;

impl Room {
    /// Decides anew who hears a mix, and how it is encoded. Slots are given by [`reseat`](Self::reseat).
    pub(super) fn choose_mixed(&mut self, now: Instant, out: &mut Outbox) {
        for index in 0..self.members.len() {
            let mixes = self.is_to_mix(index);
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

    /// What is known of links has changed: some may have to hear a mix, or need not any more.
    pub(super) fn review_mixing(&mut self, now: Instant, out: &mut Outbox) {
        if (0..self.members.len()).any(|index| self.members[index].hears_mix != self.is_to_mix(index)) {
            self.reseat(now, out);
        }
        for member in self.members.iter().filter(|member| member.hears_mix) {
            self.mixer.serve(member.id, member.voice_down(), now);
        }
    }

    /// Whether a member should hear the others as one. Who is muted counts: a line more would cost a thin way more
    /// than the mix costs its ear.
    fn is_to_mix(&self, index: usize) -> bool {
        let member = &self.members[index];
        let speak = |other: &&Member| other.id != member.id && other.voice_line().is_some();
        let voices = self.members.iter().filter(speak).count();
        let capacity = member.measured.down.capacity();
        capacity.is_some_and(|capacity| allocate::mixes_voices(capacity, voices, member.hears_mix))
    }

    /// A voice packet for the mix, if anybody hears one. Of each member one voice is mixed.
    pub(super) fn hear(&mut self, from: usize, packet: &Packet) {
        let member = &self.members[from];
        if self.mixer.is_idle() || packet.codec != Codec::Opus || member.voice_line() != Some(packet.line) {
            return;
        }
        let Packet { sequence, timestamp, payload, .. } = packet;
        let heard = VoicePacket { sequence: *sequence, timestamp: *timestamp, payload };
        self.mixer.hear(member.id, &heard, member.patience_with_late());
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

impl Member {
    /// The line through which its voice comes.
    fn voice_line(&self) -> Option<usize> {
        self.ups().find(|(_, up)| up.kind == Kind::Audio).map(|(line, _)| line)
    }

    /// How many voices come to it, of so many others.
    pub(super) fn voices_of(&self, others: u64) -> u64 {
        if self.hears_mix { 1 } else { others }
    }

    /// How long the mix waits for its late packets: where they are sent again, until that can have come.
    fn patience_with_late(&self) -> Duration {
        if self.peer.is_repairing() { MIX_WAIT_REPAIR } else { MIX_WAIT }
    }

    /// A packet of its mix goes through the slot that has it.
    fn send_mix(&mut self, mixed: MixPacket, now: Instant, stats: &mut Stats) {
        if self.connected.is_none() {
            return;
        }
        let Self { peer, tracks, voice_out, .. } = self;
        let mut slots =
            tracks.iter_mut().enumerate().filter_map(|(line, (_, down))| Some((line, down.as_mut()?)));
        let Some((line, down)) = slots.find(|(_, down)| down.mixes()) else { return };
        let packet = mixed.into_packet(line, now);
        if let Verdict::Send(new) = down.forward_mix(&packet) {
            peer.write(line, &packet, new, now);
            stats.mixed_audio += 1;
            *voice_out += 1;
        }
    }

    /// It is gone, or comes through another transport.
    pub(super) fn leave_mix(&self, mixer: &mut Mixer, stats: &mut Stats) {
        mixer.forget(self.id);
        mixer.dismiss(self.id);
        stats.mixes_ended += u64::from(self.hears_mix);
    }

    fn tell_mixing(&self, stats: &mut Stats) {
        let down = self.measured.down.capacity().map(|capacity| capacity.to_string());
        info!(peer = %self.id, down, mixed = self.hears_mix, "voices");
        let count = if self.hears_mix { &mut stats.mixes_begun } else { &mut stats.mixes_ended };
        *count += 1;
    }
}

impl MixPacket {
    /// As a packet of a track. Its sound ended when the last turn was taken.
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
