//! Synthetic voices that can be told apart: a native peer sends one, and recognises the others in the sound that it receives. The
//! codec is libopus, through the `opus` crate; nothing here does IO.
//!
//! Each voice has a pitch of its own and swells at the rate of syllables, so that "member 3 is heard" is read from the decoded
//! sound and not from packet headers.

use std::f32::consts::TAU;

/// The clock rate of Opus (RFC 7587 section 4.1), samples a second.
pub const SAMPLE_RATE: u32 = 48_000;

/// The number of voices that can be told apart.
pub const VOICES: usize = 8;

/// Samples of the longest Opus packet: 120 ms (RFC 6716 section 2.1.4).
pub const MAX_PACKET_SAMPLES: usize = SAMPLE_RATE as usize * 120 / 1_000;

/// Bytes of the largest Opus packet (RFC 6716 section 3.4). A packet of 64 kbit/s and 120 ms is smaller.
const MAX_PACKET_BYTES: usize = 1_275;

/// The pitches in Hz. They lie within one octave, so that no voice's overtone is another's pitch.
const PITCHES: [f32; VOICES] = [500.0, 570.0, 640.0, 710.0, 780.0, 850.0, 920.0, 990.0];

/// The rate of the swell in Hz, about that of syllables.
const SYLLABLES_HZ: f32 = 4.0;

/// Samples that the recogniser averages into one. All pitches and overtones are far below 3 kHz, and the analysis costs an
/// eighth.
const DECIMATION: usize = 8;

/// The rate of the recogniser, samples a second.
const ANALYSIS_RATE: usize = SAMPLE_RATE as usize / DECIMATION;

/// Samples of a window: 200 ms, which separates pitches 5 Hz apart and holds most of a syllable.
const WINDOW: usize = ANALYSIS_RATE / 5;

/// The share of a window's energy that a pitch and its overtone must hold to be recognised. Two voices at once leave each about
/// half; noise leaves less than a hundredth.
const SHARE: f32 = 0.5;

/// The mean square below which a window is silence: -60 dB of full scale.
const SILENCE: f32 = 1e-6;

/// The number of one of the [`VOICES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VoiceId(u8);

impl VoiceId {
    /// The `n`th voice. Numbers repeat after [`VOICES`].
    #[expect(clippy::cast_possible_truncation, reason = "below VOICES, which is 8")]
    pub const fn new(n: usize) -> Self {
        Self((n % VOICES) as u8)
    }

    /// Its index, below [`VOICES`].
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    fn pitch(self) -> f32 {
        PITCHES[self.index()]
    }
}

/// The sound that a peer sends.
#[derive(Clone, Debug)]
pub enum Source {
    /// A synthetic voice.
    Voice(VoiceId),
    /// A recording at [`SAMPLE_RATE`], repeated.
    Recording(std::sync::Arc<[i16]>),
}

/// A source with an Opus encoder that follows the server's limits.
pub struct VoiceEncoder {
    source: Source,
    encoder: opus::Encoder,
    position: usize,
    packet_samples: usize,
}

impl VoiceEncoder {
    /// An encoder at 20 ms and 24 kbit/s until it gets other limits. The encoder uses in-band FEC, as in the
    /// pages. DTX is off, so that every gap between packets is a loss.
    pub fn new(source: Source) -> Result<Self, opus::Error> {
        let mut encoder = opus::Encoder::new(SAMPLE_RATE, opus::Channels::Mono, opus::Application::Voip)?;
        encoder.set_inband_fec(true)?;
        encoder.set_packet_loss_perc(5)?;
        let mut encoder = Self { source, encoder, position: 0, packet_samples: 0 };
        encoder.set_limits(24_000, 20)?;
        Ok(encoder)
    }

    /// Follows the server's limits: `audio_bps` in bits a second, and a packet time of 20, 40, 60 or 120 ms. Other packet times
    /// become 20 ms.
    pub fn set_limits(&mut self, audio_bps: u32, ptime_ms: u8) -> Result<(), opus::Error> {
        let bps = i32::try_from(audio_bps.clamp(6_000, 64_000)).unwrap_or(24_000);
        self.encoder.set_bitrate(opus::Bitrate::Bits(bps))?;
        let ptime_ms = if matches!(ptime_ms, 40 | 60 | 120) { ptime_ms } else { 20 };
        self.packet_samples = SAMPLE_RATE as usize / 1_000 * usize::from(ptime_ms);
        Ok(())
    }

    /// The number of samples in the next packet.
    pub const fn packet_samples(&self) -> usize {
        self.packet_samples
    }

    /// Encodes the payload of the next packet.
    pub fn next_packet(&mut self) -> Result<Vec<u8>, opus::Error> {
        let mut samples = [0; MAX_PACKET_SAMPLES];
        let samples = &mut samples[..self.packet_samples];
        self.source.fill(self.position, samples);
        self.position += self.packet_samples;
        self.encoder.encode_vec(samples, MAX_PACKET_BYTES)
    }
}

impl Source {
    /// Its voice; none for a recording.
    pub const fn voice(&self) -> Option<VoiceId> {
        match self {
            Self::Voice(voice) => Some(*voice),
            Self::Recording(_) => None,
        }
    }

    fn fill(&self, position: usize, samples: &mut [i16]) {
        for (offset, sample) in samples.iter_mut().enumerate() {
            *sample = self.at(position + offset);
        }
    }

    fn at(&self, position: usize) -> i16 {
        match self {
            Self::Voice(voice) => synthesise(voice.pitch(), position),
            Self::Recording(samples) if samples.is_empty() => 0,
            Self::Recording(samples) => samples[position % samples.len()],
        }
    }
}

/// One sample of a voice: the pitch, a weaker overtone, and a swell between 40 % and 100 %.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "the phase repeats each second, and the amplitude stays below 20,000"
)]
fn synthesise(pitch: f32, position: usize) -> i16 {
    let second = (position % SAMPLE_RATE as usize) as f32 / SAMPLE_RATE as f32;
    let swell = 0.7 - 0.3 * (TAU * SYLLABLES_HZ * second).cos();
    let wave = (TAU * pitch * second).sin() + 0.3 * (TAU * 2.0 * pitch * second).sin();
    (12_000.0 * swell * wave) as i16
}

/// The windows in which each voice was recognised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recognition {
    /// Windows of 200 ms that were not silent.
    pub sounding: u32,
    /// Windows of 200 ms in all.
    pub windows: u32,
    /// Windows that carried each voice.
    pub by_voice: [u32; VOICES],
}

impl Recognition {
    /// The voice of most windows, if it was in at least half of the sounding ones.
    pub fn voice(&self) -> Option<VoiceId> {
        let (index, count) = self.by_voice.iter().enumerate().max_by_key(|(_, count)| **count)?;
        (*count > 0 && count * 2 >= self.sounding).then(|| VoiceId::new(index))
    }
}

/// An Opus decoder with a recogniser of voices.
pub struct VoiceDecoder {
    decoder: opus::Decoder,
    /// Space for the samples of the longest packet.
    samples: Vec<f32>,
    window: Vec<f32>,
    recognition: Recognition,
}

impl VoiceDecoder {
    /// A decoder that has decoded nothing yet.
    pub fn new() -> Result<Self, opus::Error> {
        let decoder = opus::Decoder::new(SAMPLE_RATE, opus::Channels::Mono)?;
        let (samples, window) = (vec![0.0; MAX_PACKET_SAMPLES], Vec::with_capacity(WINDOW));
        Ok(Self { decoder, samples, window, recognition: Recognition::default() })
    }

    /// Decodes a packet that follows the last one, and returns the number of its samples.
    pub fn decode(&mut self, payload: &[u8]) -> Result<usize, opus::Error> {
        let count = self.decoder.decode_float(payload, &mut self.samples, false)?;
        self.analyse(count);
        Ok(count)
    }

    /// Conceals a lost packet of the length of the last one (RFC 6716 section 4.4).
    pub fn conceal(&mut self) -> Result<(), opus::Error> {
        let count = self.decoder.get_last_packet_duration()? as usize;
        if count > 0 {
            let concealed = &mut self.samples[..count.min(MAX_PACKET_SAMPLES)];
            let count = self.decoder.decode_float(&[], concealed, false)?;
            self.analyse(count);
        }
        Ok(())
    }

    /// The voices recognised so far.
    pub const fn recognition(&self) -> &Recognition {
        &self.recognition
    }

    /// Adds the first `count` decoded samples to the window. Packets are whole milliseconds, so no sample is left over.
    fn analyse(&mut self, count: usize) {
        for few in self.samples[..count].chunks_exact(DECIMATION) {
            self.window.push(few.iter().sum::<f32>() / as_f32(DECIMATION));
            if self.window.len() == WINDOW {
                recognise(&self.window, &mut self.recognition);
                self.window.clear();
            }
        }
    }
}

/// Recognises the voice in a window.
fn recognise(window: &[f32], recognition: &mut Recognition) {
    recognition.windows += 1;
    let energy: f32 = window.iter().map(|s| s * s).sum();
    if energy < SILENCE * as_f32(window.len()) {
        return;
    }
    recognition.sounding += 1;
    for (pitch, count) in PITCHES.iter().zip(&mut recognition.by_voice) {
        let share = (power(window, *pitch) + power(window, 2.0 * pitch)) / energy;
        *count += u32::from(share >= SHARE);
    }
}

/// The energy of `samples` at `hz` by Goertzel's algorithm, in the unit of a sum of squares.
fn power(samples: &[f32], hz: f32) -> f32 {
    let coefficient = 2.0 * (TAU * hz / as_f32(ANALYSIS_RATE)).cos();
    let (mut last, mut before) = (0.0, 0.0);
    for sample in samples {
        (last, before) = (sample + coefficient * last - before, last);
    }
    let squared = last * last + before * before - coefficient * last * before;
    2.0 * squared / as_f32(samples.len())
}

#[expect(clippy::cast_precision_loss, reason = "counts of samples stay far below 2^24")]
const fn as_f32(count: usize) -> f32 {
    count as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode_voice(voice: usize, bps: u32, ptime_ms: u8, lose_each: usize) -> Recognition {
        let mut encoder = VoiceEncoder::new(Source::Voice(VoiceId::new(voice))).unwrap();
        encoder.set_limits(bps, ptime_ms).unwrap();
        let mut decoder = VoiceDecoder::new().unwrap();
        for n in 1..=(3_000 / usize::from(ptime_ms)) {
            let packet = encoder.next_packet().unwrap();
            if n % lose_each == 0 {
                decoder.conceal().unwrap();
            } else {
                decoder.decode(&packet).unwrap();
            }
        }
        *decoder.recognition()
    }

    #[test]
    fn every_voice_is_recognised_also_at_the_lowest_limits() {
        for voice in 0..VOICES {
            for (bps, ptime) in [(24_000, 20), (8_000, 60), (6_000, 120)] {
                let heard = decode_voice(voice, bps, ptime, usize::MAX);
                assert_eq!(heard.voice(), Some(VoiceId::new(voice)), "{bps} bit/s, {ptime} ms: {heard:?}");
                let others: u32 = heard.by_voice.iter().sum::<u32>() - heard.by_voice[voice];
                assert_eq!(others, 0, "{heard:?}");
            }
        }
    }

    #[test]
    fn a_voice_is_recognised_with_a_tenth_of_the_packets_lost() {
        assert_eq!(decode_voice(3, 24_000, 20, 10).voice(), Some(VoiceId::new(3)));
    }

    #[test]
    fn silence_and_noise_are_not_taken_for_a_voice() {
        let mut noise = 1_u32;
        let mut decoder = VoiceDecoder::new().unwrap();
        (0..5).for_each(|_| decoder.analyse(MAX_PACKET_SAMPLES));
        let samples = std::iter::repeat_with(|| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            as_f32((noise >> 16) as usize) / 65_536.0 - 0.5
        });
        decoder.samples = samples.take(MAX_PACKET_SAMPLES).collect();
        (0..5).for_each(|_| decoder.analyse(MAX_PACKET_SAMPLES));
        assert_eq!(decoder.recognition(), &Recognition { sounding: 3, windows: 6, by_voice: [0; VOICES] });
    }
}
