//! Units of the mixer: the frame of sound that all its parts exchange, its clock, and the counters of faults.

use std::time::Duration;

/// Sample rate inside the mixer, Hz. A thin downlink carries a voice in wide band at best (8 kHz, RFC 6716 section 2), and
/// more would cost twice as much.
pub const RATE: usize = 16_000;

/// Duration of a frame: the length of Opus's own frames.
pub const FRAME_TIME: Duration = Duration::from_millis(20);

/// Samples of a frame.
pub(super) const SAMPLES: usize = 320;

/// Ticks of the RTP clock of 48 kHz (RFC 7587 section 4.1) in a sample.
pub(super) const TICKS: i64 = 3;

/// One frame of sound; full scale is 1.
pub(super) type Frame = [f32; SAMPLES];

/// Counters of faults in received voices. None of them is an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Packets that are no Opus.
    pub refused: u64,
    /// Packets that came after their frame was mixed.
    pub late: u64,
    /// Pieces of sound that were concealed, most of 20 ms.
    pub concealed: u64,
}

/// Converts a duration to ticks of the RTP clock.
pub(super) const fn ticks(span: Duration) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "seconds at most")]
    let micros = span.as_micros() as i64;
    micros * 48 / 1_000
}
