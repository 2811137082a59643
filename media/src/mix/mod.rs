//! Several voices into one: who hears over a thin way gets the sum of the others, encoded once for it.
//!
//! Pure: packets and the time go in, packets come out; owned by a room, as long as somebody in it hears a mix. Each
//! voice is decoded once ([`Ear`](jitter_buffer::Ear)), whoever hears it; each receiver has an encoder of its own
//! ([`Leg`](leg::Leg)), because nobody hears himself. Sound is held in memory for some tenths of a second, and nowhere
//! else. It never decides who gets a mix.

mod jitter_buffer;
mod limiter;
mod output;

pub use self::{jitter_buffer::Heard, output::Mixed};

use self::{jitter_buffer::Ear, output::Leg};
use crate::{allocate::Voice, id::PeerId, limits::MIX_OVERSLEPT};
use std::time::{Duration, Instant};

/// Samples a second inside. What a thin way carries of a voice is wide band at best (8 kHz, RFC 6716 section 2), and
/// more would cost twice.
pub const RATE: usize = 16_000;

/// One turn of the mixer: the length of Opus's own frames.
pub const TURN: Duration = Duration::from_millis(20);

/// Samples of a turn.
const SAMPLES: usize = 320;

/// Ticks of the RTP clock of 48 kHz (RFC 7587 section 4.1) in a sample.
const TICKS: i64 = 3;

/// One turn of sound; full scale is 1.
type Frame = [f32; SAMPLES];

/// The mixer of a room. Bounded by its members: an ear and a leg for each.
#[derive(Debug, Default)]
pub struct Mixer {
    ears: Vec<(PeerId, Ear)>,
    legs: Vec<(PeerId, Leg)>,
    /// The next turn; none while nobody hears a mix.
    next: Option<Instant>,
}

/// What went wrong with voices: none of it is an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Packets that are no Opus.
    pub refused: u64,
    /// Packets that came after their turn.
    pub late: u64,
    /// Pieces of sound that were made up, most of 20 ms.
    pub concealed: u64,
}

impl Mixer {
    /// Whether anybody hears a mix.
    pub fn is_idle(&self) -> bool {
        self.legs.is_empty()
    }

    /// When [`turn`](Self::turn) must be called; never while it is idle.
    pub fn deadline(&self) -> Option<Instant> {
        self.next
    }

    /// From now on `to` hears the others, encoded like this.
    pub fn serve(&mut self, to: PeerId, voice: Voice, now: Instant) {
        self.next.get_or_insert(now + TURN);
        if let Some((_, leg)) = self.legs.iter_mut().find(|(peer, _)| *peer == to) {
            leg.set(voice);
        } else {
            self.legs.extend(Leg::new(voice).map(|leg| (to, leg)));
        }
    }

    /// `to` hears no mix any more. With the last one everything is forgotten.
    pub fn dismiss(&mut self, to: PeerId) {
        self.legs.retain(|(peer, _)| *peer != to);
        let legs = &self.legs;
        self.ears.retain(|(from, _)| is_heard(legs, *from));
        if self.legs.is_empty() {
            self.next = None;
        }
    }

    /// `from` is gone, or speaks through another transport.
    pub fn forget(&mut self, from: PeerId) {
        self.ears.retain(|(peer, _)| *peer != from);
    }

    /// A packet of `from` came. Others of its voice wait for it up to `patience`.
    pub fn hear(&mut self, from: PeerId, heard: &Heard<'_>, patience: Duration) {
        if !is_heard(&self.legs, from) {
            return;
        }
        if !self.ears.iter().any(|(peer, _)| *peer == from) {
            self.ears.extend(Ear::new().map(|ear| (from, ear)));
        }
        if let Some((_, ear)) = self.ears.iter_mut().find(|(peer, _)| *peer == from) {
            ear.hear(heard, patience);
        }
    }

    /// Takes all turns that are due; what is to be sent to whom.
    pub fn turn(&mut self, now: Instant) -> Vec<(PeerId, Mixed)> {
        let mut made = Vec::new();
        self.wake(now);
        while let Some(next) = self.next.filter(|next| *next <= now) {
            self.next = Some(next + TURN);
            self.mix(&mut made);
        }
        made
    }

    /// After a long sleep nothing is made up for: voices begin anew, and time has passed for the legs.
    fn wake(&mut self, now: Instant) {
        let Some(next) = self.next else { return };
        let overslept = now.saturating_duration_since(next);
        if overslept > MIX_OVERSLEPT {
            self.ears.clear();
            self.legs.iter_mut().for_each(|(_, leg)| leg.skip(overslept));
            self.next = Some(now);
        }
    }

    fn mix(&mut self, made: &mut Vec<(PeerId, Mixed)>) {
        let voices: Vec<(PeerId, Frame)> =
            self.ears.iter_mut().filter_map(|(peer, ear)| Some((*peer, ear.take_turn()?))).collect();
        for (to, leg) in &mut self.legs {
            let others = voices.iter().filter(|(from, _)| from != to).map(|(_, frame)| frame);
            made.extend(leg.mix(others).map(|mixed| (*to, mixed)));
        }
    }

    /// What went wrong since it was last asked.
    pub fn faults(&mut self) -> Faults {
        self.ears.iter_mut().map(|(_, ear)| std::mem::take(&mut ear.faults)).fold(
            Faults::default(),
            |a, b| Faults {
                refused: a.refused + b.refused,
                late: a.late + b.late,
                concealed: a.concealed + b.concealed,
            },
        )
    }

    /// How long the sound of `from` waits now, beyond what is needed: the delay that mixing costs it.
    pub fn wait(&self, from: PeerId) -> Option<Duration> {
        self.ears.iter().find(|(peer, _)| *peer == from).map(|(_, ear)| ear.wait())
    }
}

/// Whether anybody else hears a mix.
fn is_heard(legs: &[(PeerId, Leg)], from: PeerId) -> bool {
    legs.iter().any(|(to, _)| *to != from)
}

/// `span` in ticks of the RTP clock.
const fn ticks(span: Duration) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "seconds at most")]
    let micros = span.as_micros() as i64;
    micros * 48 / 1_000
}

#[cfg(test)]
mod tests;
