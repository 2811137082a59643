//! Output of the mixer for one receiver: it limits the sum, encodes it, and numbers the packets.
//!
//! Owned by the [`Mixer`](super::Mixer). It never sends. Its packets have sequence numbers of their own, which the
//! receiver's slot maps like those of any other track.

use super::{
    frame::{Frame, RATE, SAMPLES, TICKS, ticks},
    limiter::Limiter,
};
use crate::allocate::Voice;
use opus::{Application, Bitrate, Channels, Encoder, Repacketizer, Signal};
use std::{sync::Arc, time::Duration};

/// A packet of a mix.
#[derive(Clone, Debug)]
pub struct MixPacket {
    /// Sequence number within this output.
    pub sequence: u64,
    /// RTP ticks of 48 kHz since the output began.
    pub timestamp: u32,
    /// True for the first packet of a talkspurt (RFC 3551 section 4.1).
    pub marker: bool,
    /// Duration of its sound.
    pub sound: Duration,
    /// Opus packet.
    pub payload: Arc<[u8]>,
}

/// The output for one receiver, with its encoder.
#[derive(Debug)]
pub(super) struct MixOutput {
    encoder: Encoder,
    joiner: Repacketizer,
    voice: Voice,
    limiter: Limiter,
    /// Sound that is not encoded yet: less than a packet.
    sound: Vec<f32>,
    /// Position of its first sample, in ticks.
    position: u32,
    sequence: u64,
    /// Timestamp of the last packet in silence; none while somebody speaks.
    silent_since: Option<u32>,
}

impl MixOutput {
    /// Makes an output; `None` if there is no memory for its encoder.
    pub(super) fn new(voice: Voice) -> Option<Self> {
        let rate = u32::try_from(RATE).ok()?;
        let mut encoder = Encoder::new(rate, Channels::Mono, Application::Voip).ok()?;
        encoder.set_signal(Signal::Voice).ok()?;
        encoder.set_dtx(true).ok()?;
        let joiner = Repacketizer::new().ok()?;
        let sound = Vec::with_capacity(RATE / 5);
        let mut output = Self {
            encoder,
            joiner,
            voice,
            limiter: Limiter::new(),
            sound,
            position: 0,
            sequence: 0,
            silent_since: None,
        };
        output.set(voice);
        Some(output)
    }

    /// Sets rate and packet time from the next packet on. In-band FEC is not used, because Opus has none at the rates of
    /// a thin downlink (docs/adr/0008).
    pub(super) fn set(&mut self, voice: Voice) {
        self.voice = voice;
        let bits = i32::try_from(voice.audio.as_bps()).unwrap_or(i32::MAX);
        // Opus refuses rates outside 500 to 512,000 bit/s, which no voice has.
        let _ = self.encoder.set_bitrate(Bitrate::Bits(bits));
    }

    /// Adds one frame of the other voices. Returns a packet when it is full: two if its halves cannot be joined.
    pub(super) fn mix<'a>(&mut self, others: impl Iterator<Item = &'a Frame>) -> Vec<MixPacket> {
        let mut sum: Frame = [0.0; SAMPLES];
        for frame in others {
            sum.iter_mut().zip(frame).for_each(|(sum, sample)| *sum += sample);
        }
        self.limiter.apply(&mut sum);
        self.sound.extend_from_slice(&sum);
        let samples = RATE / 1_000 * usize::from(self.voice.ptime_ms);
        if self.sound.len() < samples { Vec::new() } else { self.encode(samples) }
    }

    /// Encodes a packet in frames of 60 ms at most, and joins them. libopus 1.6.1 encodes a longer packet in the same frames and gives each no
    /// more than an equal share of the bytes (`opus_encode_native`), which costs half a point of PESQ at 10 kbit/s.
    fn encode(&mut self, samples: usize) -> Vec<MixPacket> {
        let sound: Vec<f32> = self.sound.drain(..samples).collect();
        let frames: Vec<Vec<u8>> =
            sound.chunks(LONGEST_FRAME).map(|frame| self.encode_frame(frame)).collect();
        if let Some(whole) = self.join(&frames) {
            return self.number(&whole, samples).into_iter().collect();
        }
        let each = frames.iter().zip(sound.chunks(LONGEST_FRAME));
        each.filter_map(|(frame, sound)| self.number(frame, sound.len())).collect()
    }

    /// Returns one Opus packet, or an empty one if Opus refuses.
    fn encode_frame(&mut self, sound: &[f32]) -> Vec<u8> {
        let mut packet = vec![0; PACKET_BYTES];
        let length = self.encoder.encode_float(sound, &mut packet).unwrap_or(0);
        packet.truncate(length);
        packet
    }

    /// Joins frames to one packet; none if they have different bandwidths or durations (RFC 6716 section 3.2).
    fn join(&mut self, frames: &[Vec<u8>]) -> Option<Vec<u8>> {
        if let [whole] = frames {
            return Some(whole.clone());
        }
        let mut packet = vec![0; PACKET_BYTES];
        let frames: Vec<&[u8]> = frames.iter().map(Vec::as_slice).collect();
        let length = self.joiner.combine(&frames, &mut packet).ok()?;
        packet.truncate(length);
        Some(packet)
    }

    /// Numbers a packet of so many samples. One packet of silence is returned each [`SILENCE_PERIOD`], the others are dropped.
    fn number(&mut self, packet: &[u8], samples: usize) -> Option<MixPacket> {
        let timestamp = self.position;
        let span = TICKS * i64::try_from(samples).unwrap_or(0);
        self.pass(span);
        if packet.is_empty() {
            return None;
        }
        let is_silent = packet.len() <= PAUSE_BYTES;
        let silence = self.silent_since.map(|since| i64::from(timestamp.wrapping_sub(since)) + span);
        if is_silent && silence.is_some_and(|silence| silence <= ticks(SILENCE_PERIOD)) {
            return None;
        }
        let marker = self.silent_since.is_some() && !is_silent;
        self.silent_since = is_silent.then_some(timestamp);
        self.sequence += 1;
        let sound = Duration::from_micros(span.unsigned_abs() * 1_000 / 48);
        Some(MixPacket { sequence: self.sequence, timestamp, marker, sound, payload: Arc::from(packet) })
    }

    /// Skips time in which no frame was mixed.
    pub(super) fn skip(&mut self, span: Duration) {
        self.pass(ticks(span) / TICKS * TICKS);
    }

    fn pass(&mut self, ticks: i64) {
        self.position = self.position.wrapping_add(u32::try_from(ticks).unwrap_or(0));
    }
}

/// Period of packets in silence. The pages expect one every 400 ms.
const SILENCE_PERIOD: Duration = Duration::from_millis(360);

/// Samples of the longest frame that Opus encodes as one: 60 ms (RFC 6716 section 2.1.4).
const LONGEST_FRAME: usize = RATE / 1_000 * 60;

/// Longest packet in bytes (RFC 6716 section 3.4); one of 14 kbit/s and 60 ms has 105.
const PACKET_BYTES: usize = 1_275;

/// Length in bytes up to which a packet means silence (RFC 6716 section 2.1.9).
const PAUSE_BYTES: usize = 2;
