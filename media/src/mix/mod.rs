//! Audio mixer: a receiver on a thin downlink gets the sum of the other voices, encoded once for it.
//!
//! Pure: packets and the time go in, packets come out. A room owns the mixer while somebody in it hears a mix. Each
//! voice is decoded once, in a jitter buffer of its own. Each receiver has an encoder of its own, because nobody hears
//! their own voice. Sound stays in memory for some tenths of a second, and nowhere else. The mixer never decides who gets
//! a mix.

mod frame;
mod jitter_buffer;
mod limiter;
mod output;

pub use self::{
    frame::{FRAME_TIME, Faults, RATE},
    jitter_buffer::VoicePacket,
    output::MixPacket,
};

use self::{frame::Frame, jitter_buffer::JitterBuffer, output::MixOutput};
use crate::{allocate::Voice, id::PeerId};
use std::time::{Duration, Instant};

/// The mixer of a room. It has at most one input and one output for each member.
#[derive(Debug, Default)]
pub struct Mixer {
    inputs: Vec<(PeerId, JitterBuffer)>,
    outputs: Vec<(PeerId, MixOutput)>,
    /// Time of the next frame; none while nobody hears a mix.
    next: Option<Instant>,
}

impl Mixer {
    /// True if nobody hears a mix.
    pub fn is_idle(&self) -> bool {
        self.outputs.is_empty()
    }

    /// Returns the time at which [`turn`](Self::turn) must be called; none while it is idle.
    pub fn deadline(&self) -> Option<Instant> {
        self.next
    }

    /// Starts or changes the mix for `to`: the other voices, encoded as `voice`.
    pub fn serve(&mut self, to: PeerId, voice: Voice, now: Instant) {
        self.next.get_or_insert(now + FRAME_TIME);
        if let Some((_, output)) = self.outputs.iter_mut().find(|(peer, _)| *peer == to) {
            output.set(voice);
        } else {
            self.outputs.extend(MixOutput::new(voice).map(|output| (to, output)));
        }
    }

    /// Ends the mix for `to`. The last receiver takes all state with it.
    pub fn dismiss(&mut self, to: PeerId) {
        self.outputs.retain(|(peer, _)| *peer != to);
        let outputs = &self.outputs;
        self.inputs.retain(|(from, _)| is_heard(outputs, *from));
        if self.outputs.is_empty() {
            self.next = None;
        }
    }

    /// Forgets the voice of `from`, who is gone or speaks through another transport.
    pub fn forget(&mut self, from: PeerId) {
        self.inputs.retain(|(peer, _)| *peer != from);
    }

    /// Takes a packet of `from`. Other packets of this voice wait for it up to `patience`.
    pub fn hear(&mut self, from: PeerId, heard: &VoicePacket<'_>, patience: Duration) {
        if !is_heard(&self.outputs, from) {
            return;
        }
        if !self.inputs.iter().any(|(peer, _)| *peer == from) {
            self.inputs.extend(JitterBuffer::new().map(|input| (from, input)));
        }
        if let Some((_, input)) = self.inputs.iter_mut().find(|(peer, _)| *peer == from) {
            input.hear(heard, patience);
        }
    }

    /// Mixes all frames that are due. Returns the packets to send, each with its receiver.
    pub fn turn(&mut self, now: Instant) -> Vec<(PeerId, MixPacket)> {
        let mut made = Vec::new();
        self.wake(now);
        while let Some(next) = self.next.filter(|next| *next <= now) {
            self.next = Some(next + FRAME_TIME);
            self.mix(&mut made);
        }
        made
    }

    /// Begins anew after a long sleep: inputs start over, and the outputs skip the time that has passed.
    fn wake(&mut self, now: Instant) {
        let Some(next) = self.next else { return };
        let overslept = now.saturating_duration_since(next);
        if overslept > MAX_OVERSLEPT {
            self.inputs.clear();
            self.outputs.iter_mut().for_each(|(_, output)| output.skip(overslept));
            self.next = Some(now);
        }
    }

    fn mix(&mut self, made: &mut Vec<(PeerId, MixPacket)>) {
        let voices: Vec<(PeerId, Frame)> =
            self.inputs.iter_mut().filter_map(|(peer, input)| Some((*peer, input.take_frame()?))).collect();
        for (to, output) in &mut self.outputs {
            let others = voices.iter().filter(|(from, _)| from != to).map(|(_, frame)| frame);
            made.extend(output.mix(others).into_iter().map(|mixed| (*to, mixed)));
        }
    }

    /// Returns the faults since the last call, and resets them.
    pub fn faults(&mut self) -> Faults {
        self.inputs.iter_mut().map(|(_, input)| std::mem::take(&mut input.faults)).fold(
            Faults::default(),
            |a, b| Faults {
                refused: a.refused + b.refused,
                late: a.late + b.late,
                concealed: a.concealed + b.concealed,
            },
        )
    }

    /// Returns the present wait of the voice of `from`, which is the delay that mixing adds to it.
    pub fn wait(&self, from: PeerId) -> Option<Duration> {
        self.inputs.iter().find(|(peer, _)| *peer == from).map(|(_, input)| input.wait())
    }
}

/// True if somebody else than `from` hears a mix.
fn is_heard(outputs: &[(PeerId, MixOutput)], from: PeerId) -> bool {
    outputs.iter().any(|(to, _)| *to != from)
}

/// A mixer that wakes later than this begins anew instead of catching up.
const MAX_OVERSLEPT: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests;
