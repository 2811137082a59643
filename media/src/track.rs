//! A track on its way: [`Up`], as its sender gives it to us, and [`Down`], a receiver's slot for it.

use crate::{
    command::{Caps, Kind},
    id::PeerId,
    limits::KEYFRAME_INTERVAL,
    rtp::{
        continuity::{CounterMap, SequenceMap, TimestampMap},
        rate_meter::Meter,
        vp8::{self, Descriptor},
    },
    units::Bitrate,
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// A media packet of a sender, decrypted.
#[derive(Clone, Debug)]
pub(crate) struct Packet {
    /// Index of the sender's m-line.
    pub(crate) line: usize,
    /// Simulcast layer, in the order of the offer; 0 without simulcast.
    pub(crate) layer: usize,
    pub(crate) codec: Codec,
    /// Extended sequence number.
    pub(crate) sequence: u64,
    pub(crate) timestamp: u32,
    /// Audio: begins a talkspurt. Video: ends a frame.
    pub(crate) marker: bool,
    pub(crate) payload: Arc<[u8]>,
    /// Bytes of the RTP payload that it came in: with the copy of an earlier one, if there was one.
    pub(crate) carried: usize,
    /// When it was captured, on our clock.
    pub(crate) captured: Instant,
}

/// What we forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codec {
    /// RFC 7587.
    Opus,
    /// RFC 7741.
    Vp8,
}

impl Codec {
    /// RTP clock rate in Hz.
    pub(crate) fn rate(self) -> u32 {
        match self {
            Self::Opus => 48_000,
            Self::Vp8 => 90_000,
        }
    }

    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Opus => Kind::Audio,
            Self::Vp8 => Kind::Video,
        }
    }
}

/// An unbroken run of one layer of one track. A slot that meets another origin starts counting anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// Which transport of the peer: a reloaded page is another source.
    generation: u32,
    layer: usize,
    /// How often the run was cut by the cap.
    cuts: u32,
}

impl Origin {
    /// Our own mix of several voices. Transports are counted from 1.
    const MIX: Self = Self { generation: 0, layer: 0, cuts: 0 };
}

/// A packet that passed its sender's cap.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Passed {
    origin: Origin,
    vp8: Option<Descriptor>,
}

impl Passed {
    /// A slot can start here: any voice packet, or the first of a keyframe.
    fn is_entry(&self) -> bool {
        self.vp8.is_none_or(|descriptor| descriptor.keyframe_start)
    }
}

/// A track as its sender gives it to us.
#[derive(Debug)]
pub(crate) struct Up {
    pub(crate) kind: Kind,
    generation: u32,
    layers: Vec<Layer>,
    cap: Policer,
}

#[derive(Debug)]
struct Layer {
    meter: Meter,
    keyframes: Throttle,
    cuts: u32,
    /// Packets are missing: nothing more goes out before the next keyframe.
    is_cut: bool,
}

impl Layer {
    fn cut(&mut self) {
        self.cuts += u32::from(!self.is_cut);
        self.is_cut = true;
    }
}

/// Over this, layers are measured: short enough to see a layer stop, longer than a keyframe.
const LAYER_WINDOW: Duration = Duration::from_millis(500);

impl Up {
    pub(crate) fn new(kind: Kind, layers: usize, generation: u32, now: Instant) -> Self {
        let layer = |_| Layer {
            meter: Meter::new(now, LAYER_WINDOW),
            keyframes: Throttle::default(),
            cuts: 0,
            is_cut: false,
        };
        Self {
            kind,
            generation,
            layers: (0..layers.max(1)).map(layer).collect(),
            cap: Policer::new(kind, now),
        }
    }

    /// Judges a packet. `None`: it exceeds the cap, or comes before the keyframe that mends a cut, or its
    /// payload is no VP8.
    pub(crate) fn pass(&mut self, packet: &Packet, now: Instant) -> Option<Passed> {
        let layer = self.layers.get_mut(packet.layer)?;
        layer.meter.add(packet.payload.len(), now);
        let vp8 = match packet.codec {
            Codec::Opus => None,
            Codec::Vp8 => Some(Descriptor::parse(&packet.payload)?),
        };
        if !self.cap.pass(packet.payload.len(), now) {
            if vp8.is_some() {
                layer.cut();
            }
            return None;
        }
        layer.is_cut &= vp8.is_some_and(|descriptor| !descriptor.keyframe_start);
        let origin = Origin { generation: self.generation, layer: packet.layer, cuts: layer.cuts };
        (!layer.is_cut).then_some(Passed { origin, vp8 })
    }

    /// The sender was silent: what comes now makes no sense before the next keyframe.
    pub(crate) fn interrupt(&mut self) {
        if self.kind == Kind::Video {
            self.layers.iter_mut().for_each(Layer::cut);
        }
    }

    /// Sets what it may send.
    pub(crate) fn set_caps(&mut self, caps: Caps, now: Instant) {
        match self.kind {
            Kind::Audio => self.cap.set(Some(caps.audio), now),
            Kind::Video => self.cap.set(caps.video, now),
        }
    }

    /// Whether a keyframe request for this layer may go out now, or must wait its turn.
    pub(crate) fn ask_keyframe(&mut self, layer: usize, now: Instant) -> bool {
        self.layers.get_mut(layer).is_some_and(|layer| layer.keyframes.ask(now))
    }

    /// Layers whose waiting request may go out now.
    pub(crate) fn due_keyframes(&mut self, now: Instant) -> Vec<usize> {
        let due = |(i, layer): (usize, &mut Layer)| layer.keyframes.due(now).then_some(i);
        self.layers.iter_mut().enumerate().filter_map(due).collect()
    }

    /// When the next waiting request may go out.
    pub(crate) fn next_keyframe(&self) -> Option<Instant> {
        self.layers.iter().filter_map(|layer| layer.keyframes.deadline).min()
    }

    /// When this layer was last asked for a keyframe.
    pub(crate) fn keyframe_asked(&self, layer: usize) -> Option<Instant> {
        self.layers.get(layer)?.keyframes.asked
    }

    /// Layers that are waiting for a keyframe after a cut, and may send again.
    pub(crate) fn cut_layers(&self) -> impl Iterator<Item = usize> {
        (0..self.layers.len()).filter(|i| self.is_open() && self.layers[*i].is_cut)
    }

    /// Whether it may send at all.
    pub(crate) fn is_open(&self) -> bool {
        self.kind == Kind::Audio || self.cap.cap.is_some()
    }

    /// What each layer sends.
    pub(crate) fn rates(&mut self, now: Instant) -> Vec<Bitrate> {
        self.layers.iter_mut().map(|layer| layer.meter.rate(now)).collect()
    }
}

/// Lets one event through an interval, and remembers that another was asked for.
#[derive(Debug, Default)]
struct Throttle {
    asked: Option<Instant>,
    /// When the next may go; `None` while nobody waits.
    deadline: Option<Instant>,
}

impl Throttle {
    /// Whether it may go now; else it waits.
    fn ask(&mut self, now: Instant) -> bool {
        let free = self.asked.map_or(now, |asked| asked + KEYFRAME_INTERVAL);
        self.deadline = Some(free);
        self.due(now)
    }

    /// Whether the waiting one may go now.
    fn due(&mut self, now: Instant) -> bool {
        let due = self.deadline.is_some_and(|deadline| deadline <= now);
        if due {
            *self = Self { asked: Some(now), deadline: None };
        }
        due
    }
}

/// A token bucket in bytes: what is sent beyond the cap is dropped, because its queue would stand in front of
/// the voices of all.
#[derive(Debug)]
struct Policer {
    kind: Kind,
    /// `None`: a camera may send nothing; a voice was not told yet, and may send what it likes.
    cap: Option<Bitrate>,
    /// Until then the former cap holds: the client must hear of the new one first.
    grace: Instant,
    tokens: u64,
    filled: Instant,
}

/// The percentage of its limit that a camera may send, because encoders overshoot at keyframes.
const CAP_TOLERANCE_PERCENT: u64 = 150;

/// The percentage of its limit that a voice may send. No encoder overshoots by a third; a voice that does ignores its limit.
const VOICE_TOLERANCE_PERCENT: u64 = 200;

/// The time that a client has to obey a lower limit before its excess is dropped.
const CAP_GRACE: Duration = Duration::from_secs(3);

/// A keyframe may exceed the rate for this long.
const BURST: Duration = Duration::from_secs(1);

impl Policer {
    fn new(kind: Kind, now: Instant) -> Self {
        Self { kind, cap: None, grace: now, tokens: 0, filled: now }
    }

    fn set(&mut self, cap: Option<Bitrate>, now: Instant) {
        if cap < self.cap {
            self.grace = now + CAP_GRACE;
        } else if cap > self.cap {
            self.tokens = self.tokens.max(cap.unwrap_or_default().bytes_in(BURST));
        }
        self.cap = cap;
    }

    fn pass(&mut self, bytes: usize, now: Instant) -> bool {
        let rate = match (self.kind, self.cap) {
            (Kind::Audio, None) => return true,
            (Kind::Audio, Some(cap)) => cap.percent(VOICE_TOLERANCE_PERCENT),
            (Kind::Video, cap) => cap.unwrap_or_default().percent(CAP_TOLERANCE_PERCENT),
        };
        let filled = rate.bytes_in(now.saturating_duration_since(self.filled));
        self.tokens = (self.tokens + filled).min(rate.bytes_in(BURST));
        self.filled = now;
        if now < self.grace {
            return true;
        }
        let left = self.tokens.checked_sub(bytes as u64);
        self.tokens = left.unwrap_or(self.tokens);
        left.is_some()
    }
}

/// A track of another member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) peer: PeerId,
    /// Index of that peer's m-line.
    pub(crate) line: usize,
}

/// A receiver's slot: an m-line through which we send one track at a time.
#[derive(Debug, Default)]
pub(crate) struct Down {
    source: Option<Source>,
    /// Several voices go through it as one.
    mixes: bool,
    /// The layer that the allocation wants; `None` pauses the slot.
    wanted: Option<usize>,
    /// What goes through now.
    origin: Option<Origin>,
    sequence: SequenceMap,
    timestamp: TimestampMap,
    picture: CounterMap<15>,
    level0: CounterMap<8>,
    /// Capture time of the newest packet sent.
    captured: Option<Instant>,
}

/// A packet's new numbers for one slot.
#[derive(Debug)]
pub(crate) struct Rewritten {
    pub(crate) sequence: u64,
    pub(crate) timestamp: u32,
    pub(crate) payload: Arc<[u8]>,
}

/// What a slot does with a packet.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Send it.
    Send(Rewritten),
    /// Not this slot's layer, or nothing to begin with.
    Skip,
    /// From before a switch.
    Stale,
}

impl Down {
    pub(crate) fn source(&self) -> Option<Source> {
        self.source
    }

    /// Gives the slot another track, or none. Numbers go on where they were.
    pub(crate) fn attach(&mut self, source: Option<Source>) {
        if self.source != source {
            self.source = source;
            self.origin = None;
            self.wanted = source.map(|_| 0);
        }
    }

    /// Gives an empty slot the mix of several tracks, or takes it away. Numbers go on where they were.
    pub(crate) fn set_mix(&mut self, mixes: bool) {
        if self.mixes != mixes {
            self.mixes = mixes;
            self.origin = None;
            self.wanted = mixes.then_some(0);
        }
    }

    /// Whether several voices go through it as one.
    pub(crate) fn mixes(&self) -> bool {
        self.mixes
    }

    /// Whether anything goes through it.
    pub(crate) fn is_taken(&self) -> bool {
        self.mixes || self.source.is_some()
    }

    /// Renumbers a packet of the mix.
    pub(crate) fn forward_mix(&mut self, packet: &Packet) -> Verdict {
        self.forward(packet, &Passed { origin: Origin::MIX, vp8: None })
    }

    /// The layer that goes through now.
    pub(crate) fn current(&self) -> Option<usize> {
        self.origin.map(|origin| origin.layer)
    }

    /// Chooses the layer; the old one goes on until the new one has a keyframe.
    pub(crate) fn want(&mut self, layer: Option<usize>) {
        self.wanted = layer;
        if layer.is_none() {
            self.origin = None;
        }
    }

    /// A packet was lost on our side: what follows makes no sense before the next keyframe.
    pub(crate) fn restart(&mut self) {
        self.origin = None;
    }

    /// The layer of which a keyframe is missing.
    pub(crate) fn missing_keyframe(&self) -> Option<usize> {
        self.wanted.filter(|wanted| self.current() != Some(*wanted))
    }

    /// Renumbers a packet of this slot's source.
    pub(crate) fn forward(&mut self, packet: &Packet, passed: &Passed) -> Verdict {
        let switches = self.origin != Some(passed.origin);
        if switches && !(self.wanted == Some(packet.layer) && passed.is_entry()) {
            return Verdict::Skip;
        }
        if switches {
            self.rebase(packet, passed);
        }
        let Some(sequence) = self.sequence.map(packet.sequence) else { return Verdict::Stale };
        let timestamp = self.timestamp.map(packet.timestamp);
        self.captured = self.captured.max(Some(packet.captured));
        Verdict::Send(Rewritten { sequence, timestamp, payload: self.renumber(packet, passed) })
    }

    fn rebase(&mut self, packet: &Packet, passed: &Passed) {
        let since =
            self.captured.map_or(Duration::ZERO, |last| packet.captured.saturating_duration_since(last));
        self.origin = Some(passed.origin);
        self.sequence.rebase(packet.sequence);
        self.timestamp.rebase(packet.timestamp, since, packet.codec.rate());
        if let Some(descriptor) = passed.vp8 {
            self.picture.rebase(descriptor.picture.map_or(0, |picture| picture.id));
            self.level0.rebase(descriptor.level0.unwrap_or(0).into());
        }
    }

    fn renumber(&mut self, packet: &Packet, passed: &Passed) -> Arc<[u8]> {
        let Some(descriptor) = passed.vp8 else { return packet.payload.clone() };
        let picture = self.picture.map(descriptor.picture.map_or(0, |picture| picture.id));
        let level0 = self.level0.map(descriptor.level0.unwrap_or(0).into());
        vp8::renumber(&packet.payload, &descriptor, picture, level0.to_le_bytes()[0])
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// A VP8 packet of a layer: descriptor, then a first byte that says whether it is a keyframe.
    fn picture(layer: usize, sequence: u64, key: bool, captured: Instant) -> Packet {
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

    fn open_camera(now: Instant) -> Up {
        let mut up = Up::new(Kind::Video, 3, 1, now);
        up.cap.set(Some(Bitrate::kbps(500)), now);
        up
    }

    fn slot() -> Down {
        let mut down = Down::default();
        down.attach(Some(Source { peer: PeerId(1), line: 1 }));
        down
    }

    #[test]
    fn a_slot_begins_at_a_keyframe_and_switches_at_one() {
        let now = Instant::now();
        let (mut up, mut down) = (open_camera(now), slot());
        let mut sent = |down: &mut Down, layer, sequence, key| {
            let packet = picture(layer, sequence, key, now);
            let passed = up.pass(&packet, now).expect("below the cap");
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

    #[test]
    fn a_cut_camera_comes_back_with_a_keyframe_only() {
        let now = Instant::now();
        let mut up = open_camera(now);
        let packet = picture(0, 1, true, now);
        let origin = up.pass(&packet, now).expect("below the cap").origin;
        up.interrupt();
        assert!(up.pass(&picture(0, 2, false, now), now).is_none());
        assert_eq!(up.cut_layers().collect::<Vec<_>>(), [0, 1, 2]);
        let after = up.pass(&picture(0, 3, true, now), now).expect("a keyframe").origin;
        assert_ne!(origin, after, "slots must count anew");
    }

    #[test]
    fn one_keyframe_an_interval_and_none_forgotten() {
        let now = Instant::now();
        let mut up = open_camera(now);
        assert!(up.ask_keyframe(0, now));
        assert!(!up.ask_keyframe(0, now + 100 * MS) && !up.ask_keyframe(0, now + 200 * MS));
        assert!(up.ask_keyframe(1, now + 100 * MS), "another layer is another source");
        assert_eq!(up.next_keyframe(), Some(now + KEYFRAME_INTERVAL));
        assert!(up.due_keyframes(now + 499 * MS).is_empty());
        assert_eq!(up.due_keyframes(now + KEYFRAME_INTERVAL), [0]);
        assert_eq!(up.next_keyframe(), None);
    }

    #[test]
    fn a_voice_that_ignores_its_cap_is_limited_and_another_is_never_touched() {
        let now = Instant::now();
        let mut policer = Policer::new(Kind::Audio, now);
        assert!(policer.pass(100_000, now), "it was not told yet");
        policer.set(Some(Bitrate::kbps(12)), now);
        let mut passed =
            |bytes, from: u32| (from..from + 500).filter(|i| policer.pass(bytes, now + 20 * *i * MS)).count();
        assert_eq!(passed(40, 0), 500, "16 kbit/s: its encoder's business");
        assert!((180..280).contains(&passed(160, 500)), "of 64 kbit/s it keeps 24, and its burst");
    }

    #[test]
    fn the_cap_is_a_bucket_with_grace_downwards() {
        let now = Instant::now();
        let mut policer = Policer::new(Kind::Video, now);
        assert!(!policer.pass(1_000, now), "closed at first");
        policer.set(Some(Bitrate::kbps(80)), now);
        assert!(policer.pass(10_000, now), "a second at once");
        assert!(!policer.pass(10_000, now));
        assert!(policer.pass(7_000, now + 500 * MS), "refilled at 120 kbit/s");
        policer.set(None, now + 500 * MS);
        assert!(policer.pass(50_000, now + 500 * MS + CAP_GRACE / 2), "the client has not heard of it yet");
        assert!(!policer.pass(1, now + 500 * MS + CAP_GRACE));
    }
}
