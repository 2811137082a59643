//! One receiver's mix: limited, encoded, numbered.
//!
//! Owned by the [`Mixer`](super::Mixer). It never sends: its packets have numbers of their own, which the receiver's
//! slot maps like any other track's.

use super::{Frame, RATE, SAMPLES, TICKS, limiter::Limiter, ticks};
use crate::{allocate::Voice, limits::MIX_PAUSE};
use opus::{Application, Bitrate, Channels, Encoder, Signal};
use std::{sync::Arc, time::Duration};

/// Longest that a packet may be in bytes (RFC 6716 section 3.4); one of 14 kbit/s and 60 ms has 105.
const PACKET_BYTES: usize = 1_275;

/// A packet of this length says nothing but that there is nothing (RFC 6716 section 2.1.9).
const REST_BYTES: usize = 2;

/// A packet of a mix.
#[derive(Clone, Debug)]
pub struct Mixed {
    /// Counts the packets of this leg.
    pub sequence: u64,
    /// RTP ticks of 48 kHz since the leg began.
    pub timestamp: u32,
    /// Begins a talkspurt.
    pub marker: bool,
    /// How much sound it holds.
    pub sound: Duration,
    /// Opus.
    pub payload: Arc<[u8]>,
}

/// One receiver's encoder.
#[derive(Debug)]
pub(super) struct Leg {
    encoder: Encoder,
    voice: Voice,
    limiter: Limiter,
    /// What is not encoded yet: less than a packet.
    sound: Vec<f32>,
    /// Ticks of its first sample.
    position: u32,
    sequence: u64,
    /// When the last packet was sent, in ticks, while nobody speaks.
    rests: Option<u32>,
}

impl Leg {
    /// `None` if there is no memory for it.
    pub(super) fn new(voice: Voice) -> Option<Self> {
        let rate = u32::try_from(RATE).ok()?;
        let mut encoder = Encoder::new(rate, Channels::Mono, Application::Voip).ok()?;
        encoder.set_signal(Signal::Voice).ok()?;
        encoder.set_dtx(true).ok()?;
        let sound = Vec::with_capacity(RATE / 5);
        let mut leg =
            Self { encoder, voice, limiter: Limiter::new(), sound, position: 0, sequence: 0, rests: None };
        leg.set(voice);
        Some(leg)
    }

    /// Another rate or packet time from the next packet on. In-band FEC is not used: Opus has none at the rates of
    /// a thin way (docs/adr/0005).
    pub(super) fn set(&mut self, voice: Voice) {
        self.voice = voice;
        let bits = i32::try_from(voice.audio.as_bps()).unwrap_or(i32::MAX);
        // Refused outside 500 to 512,000 bit/s, where no voice is.
        let _ = self.encoder.set_bitrate(Bitrate::Bits(bits));
    }

    /// One turn of the others; a packet when it is full.
    pub(super) fn mix<'a>(&mut self, others: impl Iterator<Item = &'a Frame>) -> Option<Mixed> {
        let mut sum: Frame = [0.0; SAMPLES];
        for frame in others {
            sum.iter_mut().zip(frame).for_each(|(sum, sample)| *sum += sample);
        }
        self.limiter.apply(&mut sum);
        self.sound.extend_from_slice(&sum);
        let samples = RATE / 1_000 * usize::from(self.voice.ptime_ms);
        if self.sound.len() < samples { None } else { self.encode(samples) }
    }

    fn encode(&mut self, samples: usize) -> Option<Mixed> {
        let mut packet = [0; PACKET_BYTES];
        let length = self.encoder.encode_float(&self.sound[..samples], &mut packet).ok();
        self.sound.drain(..samples);
        let timestamp = self.position;
        let span = TICKS * i64::try_from(samples).unwrap_or(0);
        self.pass(span);
        self.number(&packet[..length?], timestamp, span)
    }

    /// Of silence one packet is sent now and then.
    fn number(&mut self, packet: &[u8], timestamp: u32, span: i64) -> Option<Mixed> {
        let resting = packet.len() <= REST_BYTES;
        let rested = self.rests.map(|since| i64::from(timestamp.wrapping_sub(since)) + span);
        if resting && rested.is_some_and(|rested| rested <= ticks(MIX_PAUSE)) {
            return None;
        }
        let marker = self.rests.is_some() && !resting;
        self.rests = resting.then_some(timestamp);
        self.sequence += 1;
        let sound = Duration::from_micros(span.unsigned_abs() * 1_000 / 48);
        Some(Mixed { sequence: self.sequence, timestamp, marker, sound, payload: Arc::from(packet) })
    }

    /// Time went by without a turn.
    pub(super) fn skip(&mut self, span: Duration) {
        self.pass(ticks(span) / TICKS * TICKS);
    }

    fn pass(&mut self, ticks: i64) {
        self.position = self.position.wrapping_add(u32::try_from(ticks).unwrap_or(0));
    }
}
