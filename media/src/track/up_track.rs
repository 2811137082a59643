//! The up-track: one track as its sender gives it to us, with its simulcast layers and its limit.

use super::{
    freshness::{Freshness, Judgement},
    keyframe_throttle::KeyframeThrottle,
    packet::{Codec, Origin, Packet, Passed},
    policer::Policer,
};
use crate::{
    command::{Caps, Kind},
    rtp::{rate_meter::Meter, vp8::Descriptor},
    units::Bitrate,
};
use std::time::{Duration, Instant};

/// The window of the layers' bitrates: short enough to see a layer stop, longer than a keyframe.
const LAYER_WINDOW: Duration = Duration::from_millis(500);

/// A track of a sender.
#[derive(Debug)]
pub(crate) struct UpTrack {
    pub(crate) kind: Kind,
    generation: u32,
    layers: Vec<Layer>,
    policer: Policer,
    freshness: Freshness,
}

#[derive(Debug)]
struct Layer {
    meter: Meter,
    keyframes: KeyframeThrottle,
    cuts: u32,
    /// Packets are missing, so nothing more is forwarded before the next keyframe.
    is_cut: bool,
}

impl Layer {
    fn cut(&mut self) {
        self.cuts += u32::from(!self.is_cut);
        self.is_cut = true;
    }
}

impl UpTrack {
    /// A track with so many simulcast layers, of a sender's transport with this number.
    pub(crate) fn new(kind: Kind, layers: usize, generation: u32, now: Instant) -> Self {
        let layer = |_| Layer {
            meter: Meter::new(now, LAYER_WINDOW),
            keyframes: KeyframeThrottle::default(),
            cuts: 0,
            is_cut: false,
        };
        Self {
            kind,
            generation,
            layers: (0..layers.max(1)).map(layer).collect(),
            policer: Policer::new(kind, now),
            freshness: Freshness::default(),
        }
    }

    /// True if a link has held this voice packet back until it is of no use, so that nobody should get it. The first fresh packet after
    /// such ones is a new origin: receivers see neither lost nor late packets.
    pub(crate) fn is_stale(&mut self, packet: &Packet, now: Instant) -> bool {
        if packet.codec != Codec::Opus {
            return false;
        }
        let judgement = self.freshness.judge(packet.timestamp, now);
        if judgement == Judgement::FreshAgain
            && let Some(layer) = self.layers.get_mut(packet.layer)
        {
            layer.cuts += 1;
        }
        judgement == Judgement::Stale
    }

    /// True once after a voice that came late behind a stall has become punctual.
    pub(crate) fn take_punctual_again(&mut self) -> bool {
        self.freshness.take_punctual_again()
    }

    /// Judges a packet. `None` if it exceeds the limit, comes before the keyframe that ends a cut, or is not VP8 although it
    /// should be.
    pub(crate) fn pass(&mut self, packet: &Packet, now: Instant) -> Option<Passed> {
        let layer = self.layers.get_mut(packet.layer)?;
        layer.meter.add(packet.payload.len(), now);
        let vp8 = match packet.codec {
            Codec::Opus => None,
            Codec::Vp8 => Some(Descriptor::parse(&packet.payload)?),
        };
        if !self.policer.pass(packet.payload.len(), now) {
            if vp8.is_some() {
                layer.cut();
            }
            return None;
        }
        layer.is_cut &= vp8.is_some_and(|descriptor| !descriptor.keyframe_start);
        let origin = Origin { generation: self.generation, layer: packet.layer, cuts: layer.cuts };
        (!layer.is_cut).then_some(Passed { origin, vp8 })
    }

    /// Cuts all layers of a camera after an outage, because packets make no sense before the next keyframe.
    pub(crate) fn interrupt(&mut self) {
        if self.kind == Kind::Video {
            self.layers.iter_mut().for_each(Layer::cut);
        }
    }

    /// Sets the sender's limit.
    pub(crate) fn set_caps(&mut self, caps: Caps, now: Instant) {
        match self.kind {
            Kind::Audio => self.policer.set(Some(caps.audio), now),
            Kind::Video => self.policer.set(caps.video, now),
        }
    }

    /// True if a keyframe request for this layer may be sent now; otherwise it waits.
    pub(crate) fn request_keyframe(&mut self, layer: usize, now: Instant) -> bool {
        self.layers.get_mut(layer).is_some_and(|layer| layer.keyframes.request(now))
    }

    /// The layers whose waiting keyframe request is to be sent now.
    pub(crate) fn due_keyframes(&mut self, now: Instant) -> Vec<usize> {
        let due = |(i, layer): (usize, &mut Layer)| layer.keyframes.take_due(now).then_some(i);
        self.layers.iter_mut().enumerate().filter_map(due).collect()
    }

    /// The time at which the next waiting keyframe request may be sent.
    pub(crate) fn next_keyframe(&self) -> Option<Instant> {
        self.layers.iter().filter_map(|layer| layer.keyframes.deadline()).min()
    }

    /// The time of the last keyframe request for this layer.
    pub(crate) fn keyframe_requested(&self, layer: usize) -> Option<Instant> {
        self.layers.get(layer)?.keyframes.requested()
    }

    /// The layers that wait for a keyframe after a cut, and may send again.
    pub(crate) fn cut_layers(&self) -> impl Iterator<Item = usize> {
        (0..self.layers.len()).filter(|i| self.is_open() && self.layers[*i].is_cut)
    }

    /// True if the sender may send at all.
    pub(crate) fn is_open(&self) -> bool {
        self.kind == Kind::Audio || self.policer.cap().is_some()
    }

    /// The bitrate of each layer.
    pub(crate) fn rates(&mut self, now: Instant) -> Vec<Bitrate> {
        self.layers.iter_mut().map(|layer| layer.meter.rate(now)).collect()
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
pub(super) mod tests {
    use super::*;
    use crate::limits::KEYFRAME_INTERVAL;
    use std::sync::Arc;

    const MS: Duration = Duration::from_millis(1);

    /// A VP8 packet of a layer: a descriptor, then the first byte of a keyframe or of a delta frame.
    pub(in crate::track) fn vp8_packet(layer: usize, sequence: u64, key: bool, captured: Instant) -> Packet {
        let id = sequence.to_le_bytes()[0] & 0x7F;
        let payload: Arc<[u8]> = Arc::from(vec![0x90, 0x80, id, u8::from(!key)]);
        let timestamp = u32::from(id) * 3_000;
        Packet {
            line: 1,
            layer,
            codec: Codec::Vp8,
            sequence,
            timestamp,
            marker: true,
            carried: payload.len(),
            payload,
            captured,
        }
    }

    /// A camera with three layers that may send 500 kbit/s.
    pub(in crate::track) fn open_camera(now: Instant) -> UpTrack {
        let mut up = UpTrack::new(Kind::Video, 3, 1, now);
        up.policer.set(Some(Bitrate::kbps(500)), now);
        up
    }

    #[test]
    fn a_cut_camera_comes_back_with_a_keyframe_only() {
        let now = Instant::now();
        let mut up = open_camera(now);
        let packet = vp8_packet(0, 1, true, now);
        let origin = up.pass(&packet, now).expect("below the limit").origin;
        up.interrupt();
        assert!(up.pass(&vp8_packet(0, 2, false, now), now).is_none());
        assert_eq!(up.cut_layers().collect::<Vec<_>>(), [0, 1, 2]);
        let after = up.pass(&vp8_packet(0, 3, true, now), now).expect("a keyframe").origin;
        assert_ne!(origin, after, "down-tracks must continue their own numbering");
    }

    #[test]
    fn one_keyframe_request_is_sent_per_interval_and_none_is_forgotten() {
        let now = Instant::now();
        let mut up = open_camera(now);
        assert!(up.request_keyframe(0, now));
        assert!(!up.request_keyframe(0, now + 100 * MS) && !up.request_keyframe(0, now + 200 * MS));
        assert!(up.request_keyframe(1, now + 100 * MS), "another layer is another source");
        assert_eq!(up.next_keyframe(), Some(now + KEYFRAME_INTERVAL));
        assert!(up.due_keyframes(now + 499 * MS).is_empty());
        assert_eq!(up.due_keyframes(now + KEYFRAME_INTERVAL), [0]);
        assert_eq!(up.next_keyframe(), None);
    }
}
