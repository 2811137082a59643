//! Limiter: keeps a sum of voices within full scale. It lowers the gain before the sum clips, and clips softly where the gain is
//! too late.

use super::frame::Frame;
use opus::{Channels, SoftClip};

/// Peak of a frame from which on the gain is lowered.
const CEILING: f32 = 0.9;

/// Recovery of the gain in a frame: from half to full in 400 ms, slow enough not to pump.
const RECOVERY: f32 = 0.025;

/// The limiter of one output.
#[derive(Debug)]
pub(super) struct Limiter {
    gain: f32,
    soft_clip: SoftClip,
}

impl Limiter {
    pub(super) fn new() -> Self {
        Self { gain: 1.0, soft_clip: SoftClip::new(Channels::Mono) }
    }

    /// Limits a frame in place. The gain changes linearly within the frame.
    pub(super) fn apply(&mut self, frame: &mut Frame) {
        let peak = frame.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        let wanted = if peak > CEILING { CEILING / peak } else { 1.0 };
        let goal = wanted.min(self.gain + RECOVERY);
        #[expect(clippy::cast_precision_loss, reason = "320 samples")]
        let step = (goal - self.gain) / frame.len() as f32;
        for sample in frame.iter_mut() {
            self.gain += step;
            *sample *= self.gain;
        }
        self.gain = goal;
        self.soft_clip.apply(frame);
    }
}
