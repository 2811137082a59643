//! The down-track: one receiver's slot, a media section through which one track at a time is sent.
//!
//! Sequence numbers, timestamps and picture ids continue when the slot changes to another track or layer
//! ([`continuity`](crate::rtp::continuity)).

use super::packet::{Codec, Origin, Packet, Passed, Rewritten};
use crate::{
    id::PeerId,
    rtp::{
        continuity::{CounterMap, SequenceMap, TimestampMap},
        vp8,
    },
};
use std::time::{Duration, Instant};

/// A track of another member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) peer: PeerId,
    /// The index of that peer's media section.
    pub(crate) line: usize,
}

/// A slot of a receiver.
#[derive(Debug, Default)]
pub(crate) struct DownTrack {
    source: Option<Source>,
    /// The slot carries the mix of several voices.
    mixes: bool,
    /// The layer that the allocation wants; `None` pauses the slot.
    wanted: Option<usize>,
    /// The run of packets that is being sent.
    origin: Option<Origin>,
    sequence: SequenceMap,
    timestamp: TimestampMap,
    picture: CounterMap<15>,
    level0: CounterMap<8>,
    /// A packet was not sent, so that the next one continues the numbers.
    skipped: bool,
    /// The capture time of the newest packet sent.
    captured: Option<Instant>,
}

/// The fate of a packet in one slot.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// The packet is sent like this.
    Send(Rewritten),
    /// The packet is of another layer, or not one to begin with.
    Skip,
    /// The packet is from before a switch.
    Stale,
}

impl DownTrack {
    /// The track that the slot carries.
    pub(crate) fn source(&self) -> Option<Source> {
        self.source
    }

    /// Gives the slot another track, or none. Its numbers continue.
    pub(crate) fn attach(&mut self, source: Option<Source>) {
        if self.source != source {
            self.source = source;
            self.origin = None;
            self.wanted = source.map(|_| 0);
        }
    }

    /// Gives an empty slot the mix of several voices, or takes it away. Its numbers continue.
    pub(crate) fn set_mix(&mut self, mixes: bool) {
        if self.mixes != mixes {
            self.mixes = mixes;
            self.origin = None;
            self.wanted = mixes.then_some(0);
        }
    }

    /// True if the slot carries the mix of several voices.
    pub(crate) fn mixes(&self) -> bool {
        self.mixes
    }

    /// True if the slot carries anything.
    pub(crate) fn is_taken(&self) -> bool {
        self.mixes || self.source.is_some()
    }

    /// Rewrites a packet of the mix.
    pub(crate) fn forward_mix(&mut self, packet: &Packet) -> Verdict {
        self.forward(packet, &Passed { origin: Origin::MIX, vp8: None })
    }

    /// The layer that is being sent.
    pub(crate) fn current(&self) -> Option<usize> {
        self.origin.map(|origin| origin.layer)
    }

    /// Chooses the layer. The old one is sent until the new one has a keyframe.
    pub(crate) fn want(&mut self, layer: Option<usize>) {
        self.wanted = layer;
        if layer.is_none() {
            self.origin = None;
        }
    }

    /// Waits for the next keyframe, because a packet was lost on our side.
    pub(crate) fn restart(&mut self) {
        self.origin = None;
    }

    /// Notes that a voice packet is not sent, because it would only come late. The next one follows the last in number, and its
    /// timestamp is true.
    pub(crate) fn skip(&mut self) {
        self.skipped = true;
    }

    /// The layer whose keyframe is missing.
    pub(crate) fn missing_keyframe(&self) -> Option<usize> {
        self.wanted.filter(|wanted| self.current() != Some(*wanted))
    }

    /// Rewrites a packet of this slot's source.
    pub(crate) fn forward(&mut self, packet: &Packet, passed: &Passed) -> Verdict {
        let switches = self.skipped || self.origin != Some(passed.origin);
        if switches && !(self.wanted == Some(packet.layer) && passed.is_entry()) {
            return Verdict::Skip;
        }
        if switches {
            self.rebase(packet, passed);
        }
        let Some(sequence) = self.sequence.map(packet.sequence) else { return Verdict::Stale };
        let timestamp = self.timestamp.map(packet.timestamp);
        self.captured = self.captured.max(Some(packet.captured));
        let vp8 = self.renumber(passed);
        Verdict::Send(Rewritten { sequence, timestamp, payload: packet.payload.clone(), vp8 })
    }

    fn rebase(&mut self, packet: &Packet, passed: &Passed) {
        self.skipped = false;
        let before = self.origin.replace(passed.origin);
        self.sequence.rebase(packet.sequence);
        // A voice that goes on after stale packets has the same clock as before.
        let is_same_clock = packet.codec == Codec::Opus
            && before.is_some_and(|before| before.generation == passed.origin.generation);
        if !is_same_clock {
            let since =
                self.captured.map_or(Duration::ZERO, |last| packet.captured.saturating_duration_since(last));
            self.timestamp.rebase(packet.timestamp, since, packet.codec.clock_rate());
        }
        if let Some(descriptor) = passed.vp8 {
            self.picture.rebase(descriptor.picture.map_or(0, |picture| picture.id));
            self.level0.rebase(descriptor.level0.unwrap_or(0).into());
        }
    }

    /// The numbers of a VP8 descriptor that continue those of this slot, if they differ from the sender's.
    fn renumber(&mut self, passed: &Passed) -> Option<(vp8::Descriptor, vp8::Numbers)> {
        let descriptor = passed.vp8?;
        let picture = self.picture.map(descriptor.picture.map_or(0, |picture| picture.id));
        let level0 = self.level0.map(descriptor.level0.unwrap_or(0).into());
        let numbers = vp8::renumbered(&descriptor, picture, level0.to_le_bytes()[0])?;
        Some((descriptor, numbers))
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::{
        super::up_track::tests::{open_camera, vp8_packet},
        *,
    };

    #[test]
    fn a_slot_begins_and_switches_at_a_keyframe() {
        let now = Instant::now();
        let (mut up, mut down) = (open_camera(now), DownTrack::default());
        down.attach(Some(Source { peer: PeerId(1), line: 1 }));
        let mut sent = |down: &mut DownTrack, layer, sequence, key| {
            let packet = vp8_packet(layer, sequence, key, now);
            let passed = up.pass(&packet, now).expect("below the limit");
            match down.forward(&packet, &passed) {
                Verdict::Send(new) => Some(new.sequence),
                _ => None,
            }
        };
        assert_eq!(sent(&mut down, 0, 10, false), None, "no keyframe yet");
        assert_eq!(down.missing_keyframe(), Some(0));
        assert_eq!(sent(&mut down, 0, 11, true), Some(11));
        down.want(Some(2));
        assert_eq!(down.missing_keyframe(), Some(2));
        assert_eq!(sent(&mut down, 0, 12, false), Some(12), "the old layer goes on");
        assert_eq!(sent(&mut down, 2, 700, false), None);
        assert_eq!(sent(&mut down, 2, 701, true), Some(13));
        assert_eq!(sent(&mut down, 0, 13, false), None, "the old layer is over");
        assert_eq!((down.current(), down.missing_keyframe()), (Some(2), None));
        down.want(None);
        assert_eq!(sent(&mut down, 2, 702, true), None, "paused");
    }
}
