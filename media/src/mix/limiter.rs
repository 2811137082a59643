//! Keeps a sum of voices within full scale: turned down before it clips, and bent where that comes too late.

use super::Frame;
use opus::{Channels, SoftClip};

/// Loudest that a turn may be before it is turned down.
const CEILING: f32 = 0.9;

/// By how much the gain recovers in a turn: from half to full in 400 ms, slow enough not to pump.
const RECOVERY: f32 = 0.025;

/// See above.
#[derive(Debug)]
pub(super) struct Limiter {
    gain: f32,
    bend: SoftClip,
}

impl Limiter {
    pub(super) fn new() -> Self {
        Self { gain: 1.0, bend: SoftClip::new(Channels::Mono) }
    }

    /// Limits a turn in place. Within it the gain goes evenly from what it was to what it must be.
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
        self.bend.apply(frame);
    }
}
