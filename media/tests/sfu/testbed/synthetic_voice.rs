//! A synthetic voice: a tone of one frequency in real Opus, and a detector for it.

use super::Received;
use opus::{Application, Channels, Decoder, Encoder};
use std::{f32::consts::TAU, time::Duration};

pub(crate) struct SyntheticVoice {
    encoder: Encoder,
    hz: f32,
    samples_done: usize,
}

impl SyntheticVoice {
    pub(crate) fn new(hz: f32) -> Self {
        let mut encoder = Encoder::new(48_000, Channels::Mono, Application::Voip).expect("memory");
        encoder.set_bitrate(opus::Bitrate::Bits(24_000)).expect("a rate");
        Self { encoder, hz, samples_done: 0 }
    }

    pub(crate) fn next_packet(&mut self, span: Duration) -> Vec<u8> {
        let samples = span.as_millis() as usize * 48;
        let at = |i: usize| 0.2 * (TAU * self.hz * (i % 48_000) as f32 / 48_000.0).sin();
        let sound: Vec<f32> = (self.samples_done..self.samples_done + samples).map(at).collect();
        self.samples_done += samples;
        self.encoder.encode_vec_float(&sound, 1_275).expect("a packet")
    }
}

/// Decodes consecutive packets to sound at 16 kHz.
pub(crate) fn decode(packets: &[&Received]) -> Vec<f32> {
    let mut decoder = Decoder::new(16_000, Channels::Mono).expect("memory");
    let mut heard = Vec::new();
    for packet in packets {
        let mut sound = [0.0; 1_920];
        let count = decoder.decode_float(&packet.payload, &mut sound, false).expect("Opus");
        heard.extend(&sound[..count]);
    }
    heard
}

/// Returns the share of a sound's energy at a pitch (Goertzel).
pub(crate) fn share(sound: &[f32], hz: f32) -> f32 {
    let coefficient = 2.0 * (TAU * hz / 16_000.0).cos();
    let (mut last, mut before) = (0.0_f32, 0.0_f32);
    for sample in sound {
        (last, before) = (sample + coefficient * last - before, last);
    }
    let power = last * last + before * before - coefficient * last * before;
    let energy: f32 = sound.iter().map(|sample| sample * sample).sum();
    2.0 * power / (sound.len() as f32 * energy.max(1e-9))
}
