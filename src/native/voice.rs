//! Voices that can be told apart: what a native peer says, and what it recognises in what it hears. Pure:
//! samples in, samples and figures out. The codec is libopus, by the `opus` crate.
//!
//! Each voice is a pitch of its own with a syllable-like swell, so that "it hears member 3" is a fact of
//! the decoded sound, not of the packet headers.

use std::f32::consts::TAU;

/// Opus's own clock (RFC 7587 section 4.1), samples a second.
pub const SAMPLE_RATE: u32 = 48_000;

/// How many voices can be told apart.
pub const VOICES: usize = 8;

/// Longest Opus packet, samples: 120 ms (RFC 6716 section 2.1.4).
pub const MAX_PACKET_SAMPLES: usize = SAMPLE_RATE as usize * 120 / 1_000;

/// An Opus packet never gets near this with at most 64 kbit/s and 120 ms; also the bound of RFC 6716 section 3.4.
const MAX_PACKET_BYTES: usize = 1_275;

/// Pitches in Hz, within one octave, so that no voice's overtone is another's pitch.
const PITCHES: [f32; VOICES] = [500.0, 570.0, 640.0, 710.0, 780.0, 850.0, 920.0, 990.0];

/// Swells a second, about the pace of syllables.
const SYLLABLES_HZ: f32 = 4.0;

/// Samples that the ear averages into one: all pitches and overtones are far below 3 kHz, and listening costs
/// an eighth.
const DECIMATION: usize = 8;

/// The ear's own rate, samples a second.
const EAR_RATE: usize = SAMPLE_RATE as usize / DECIMATION;

/// Analysed at once: 200 ms, which separates pitches 5 Hz apart and holds most of a syllable.
const WINDOW: usize = EAR_RATE / 5;

/// Share of a window's energy that a pitch (with its overtone) must hold to count as heard. Two voices at
/// once would leave each about half, noise less than a hundredth.
const SHARE: f32 = 0.5;

/// Mean square below which a window is silence: -60 dB of full scale.
const SILENCE: f32 = 1e-6;

/// One of the [`VOICES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VoiceId(u8);

impl VoiceId {
    /// The `n`th voice; they repeat after [`VOICES`].
    #[expect(clippy::cast_possible_truncation, reason = "below VOICES, which is 8")]
    pub const fn new(n: usize) -> Self {
        Self((n % VOICES) as u8)
    }

    /// Its place among all voices.
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    fn pitch(self) -> f32 {
        PITCHES[self.index()]
    }
}

/// Where spoken samples come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// A synthetic voice.
    Voice(VoiceId),
    /// A recording at [`SAMPLE_RATE`], repeated.
    Recording(std::sync::Arc<[i16]>),
}

/// Speaks: a source and an encoder that follows the server's caps.
pub struct Speaker {
    source: Source,
    encoder: opus::Encoder,
    position: usize,
    packet_samples: usize,
}

impl Speaker {
    /// A speaker at 20 ms and 24 kbit/s until told otherwise. In-band FEC is on as in the pages; DTX is off,
    /// so that every gap in the packets is a loss.
    pub fn new(source: Source) -> Result<Self, opus::Error> {
        let mut encoder = opus::Encoder::new(SAMPLE_RATE, opus::Channels::Mono, opus::Application::Voip)?;
        encoder.set_inband_fec(true)?;
        encoder.set_packet_loss_perc(5)?;
        let mut speaker = Self { source, encoder, position: 0, packet_samples: 0 };
        speaker.obey(24_000, 20)?;
        Ok(speaker)
    }

    /// Follows the server's caps: bits a second, and packet time in ms (20, 40, 60 or 120; others become 20).
    pub fn obey(&mut self, audio_bps: u32, ptime_ms: u8) -> Result<(), opus::Error> {
        let bps = i32::try_from(audio_bps.clamp(6_000, 64_000)).unwrap_or(24_000);
        self.encoder.set_bitrate(opus::Bitrate::Bits(bps))?;
        let ptime_ms = if matches!(ptime_ms, 40 | 60 | 120) { ptime_ms } else { 20 };
        self.packet_samples = SAMPLE_RATE as usize / 1_000 * usize::from(ptime_ms);
        Ok(())
    }

    /// Samples that the next packet holds.
    pub const fn packet_samples(&self) -> usize {
        self.packet_samples
    }

    /// The next packet's payload.
    pub fn speak(&mut self) -> Result<Vec<u8>, opus::Error> {
        let mut samples = [0; MAX_PACKET_SAMPLES];
        let samples = &mut samples[..self.packet_samples];
        self.source.fill(self.position, samples);
        self.position += self.packet_samples;
        self.encoder.encode_vec(samples, MAX_PACKET_BYTES)
    }
}

impl Source {
    /// Which voice it is; none for a recording.
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

/// Pitch, a weaker overtone, and a swell between 40 % and 100 %.
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

/// What was recognised so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Windows of 200 ms that were not silent.
    pub sounding: u32,
    /// Windows of 200 ms in all.
    pub windows: u32,
    /// Of the sounding ones, how many carried each voice.
    pub by_voice: [u32; VOICES],
}

impl Heard {
    /// The voice that sounded in most windows, if it did in at least half of the sounding ones.
    pub fn voice(&self) -> Option<VoiceId> {
        let (index, count) = self.by_voice.iter().enumerate().max_by_key(|(_, count)| **count)?;
        (*count > 0 && count * 2 >= self.sounding).then(|| VoiceId::new(index))
    }
}

/// Listens: a decoder, and an ear for voices.
pub struct Listener {
    decoder: opus::Decoder,
    /// The longest packet, decoded.
    samples: Vec<f32>,
    window: Vec<f32>,
    heard: Heard,
}

impl Listener {
    /// A listener who has heard nothing.
    pub fn new() -> Result<Self, opus::Error> {
        let decoder = opus::Decoder::new(SAMPLE_RATE, opus::Channels::Mono)?;
        let (samples, window) = (vec![0.0; MAX_PACKET_SAMPLES], Vec::with_capacity(WINDOW));
        Ok(Self { decoder, samples, window, heard: Heard::default() })
    }

    /// Decodes a packet that follows the last one; the number of samples in it.
    pub fn hear(&mut self, payload: &[u8]) -> Result<usize, opus::Error> {
        let count = self.decoder.decode_float(payload, &mut self.samples, false)?;
        self.listen(count);
        Ok(count)
    }

    /// Conceals a lost packet of the length of the last one (RFC 6716 section 4.4).
    pub fn conceal(&mut self) -> Result<(), opus::Error> {
        let count = self.decoder.get_last_packet_duration()? as usize;
        if count > 0 {
            let concealed = &mut self.samples[..count.min(MAX_PACKET_SAMPLES)];
            let count = self.decoder.decode_float(&[], concealed, false)?;
            self.listen(count);
        }
        Ok(())
    }

    /// What was recognised so far.
    pub const fn heard(&self) -> &Heard {
        &self.heard
    }

    /// Takes the first `count` decoded samples into windows. Packets are whole milliseconds, so nothing is
    /// left over.
    fn listen(&mut self, count: usize) {
        for few in self.samples[..count].chunks_exact(DECIMATION) {
            self.window.push(few.iter().sum::<f32>() / as_f32(DECIMATION));
            if self.window.len() == WINDOW {
                judge(&self.window, &mut self.heard);
                self.window.clear();
            }
        }
    }
}

/// Recognises the voice in a window.
fn judge(window: &[f32], heard: &mut Heard) {
    heard.windows += 1;
    let energy: f32 = window.iter().map(|s| s * s).sum();
    if energy < SILENCE * as_f32(window.len()) {
        return;
    }
    heard.sounding += 1;
    for (pitch, count) in PITCHES.iter().zip(&mut heard.by_voice) {
        let share = (power(window, *pitch) + power(window, 2.0 * pitch)) / energy;
        *count += u32::from(share >= SHARE);
    }
}

/// Energy of `samples` at `hz`, by Goertzel's algorithm, in the unit of a sum of squares.
fn power(samples: &[f32], hz: f32) -> f32 {
    let coefficient = 2.0 * (TAU * hz / as_f32(EAR_RATE)).cos();
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

    fn listen_to(voice: usize, bps: u32, ptime_ms: u8, lose_each: usize) -> Heard {
        let mut speaker = Speaker::new(Source::Voice(VoiceId::new(voice))).unwrap();
        speaker.obey(bps, ptime_ms).unwrap();
        let mut listener = Listener::new().unwrap();
        for n in 1..=(3_000 / usize::from(ptime_ms)) {
            let packet = speaker.speak().unwrap();
            if n % lose_each == 0 {
                listener.conceal().unwrap();
            } else {
                listener.hear(&packet).unwrap();
            }
        }
        *listener.heard()
    }

    #[test]
    fn every_voice_is_told_from_every_other_also_at_the_thinnest_caps() {
        for voice in 0..VOICES {
            for (bps, ptime) in [(24_000, 20), (8_000, 60), (6_000, 120)] {
                let heard = listen_to(voice, bps, ptime, usize::MAX);
                assert_eq!(heard.voice(), Some(VoiceId::new(voice)), "{bps} bit/s, {ptime} ms: {heard:?}");
                let others: u32 = heard.by_voice.iter().sum::<u32>() - heard.by_voice[voice];
                assert_eq!(others, 0, "{heard:?}");
            }
        }
    }

    #[test]
    fn a_tenth_of_the_packets_may_be_lost() {
        assert_eq!(listen_to(3, 24_000, 20, 10).voice(), Some(VoiceId::new(3)));
    }

    #[test]
    fn silence_and_noise_are_no_voice() {
        let mut noise = 1_u32;
        let mut listener = Listener::new().unwrap();
        (0..5).for_each(|_| listener.listen(MAX_PACKET_SAMPLES));
        let samples = std::iter::repeat_with(|| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            as_f32((noise >> 16) as usize) / 65_536.0 - 0.5
        });
        listener.samples = samples.take(MAX_PACKET_SAMPLES).collect();
        (0..5).for_each(|_| listener.listen(MAX_PACKET_SAMPLES));
        assert_eq!(listener.heard(), &Heard { sounding: 3, windows: 6, by_voice: [0; VOICES] });
    }
}
