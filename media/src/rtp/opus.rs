//! Duration of an Opus packet, read without decoding it (RFC 6716 section 3).
//!
//! Pure; reads at most two bytes.

use std::time::Duration;

/// The longest that a packet may last (RFC 6716 section 3.2.5, rule R5).
const LONGEST: Duration = Duration::from_millis(120);

/// Returns the duration of a packet; `None` if it is not Opus.
pub fn duration(packet: &[u8]) -> Option<Duration> {
    let toc = *packet.first()?;
    let frames = match toc & 0b11 {
        0 => 1,
        1 | 2 => 2,
        _ => u32::from(packet.get(1)? & 0x3F),
    };
    let sound = frame(toc >> 3) * frames;
    (frames > 0 && sound <= LONGEST).then_some(sound)
}

/// Length of a frame by the configuration number (RFC 6716 table 2).
fn frame(configuration: u8) -> Duration {
    let micros = match configuration {
        0..=11 => [10_000, 20_000, 40_000, 60_000][usize::from(configuration % 4)],
        12..=15 => [10_000, 20_000][usize::from(configuration % 2)],
        _ => [2_500, 5_000, 10_000, 20_000][usize::from(configuration % 4)],
    };
    Duration::from_micros(micros)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_byte_tells_the_length() {
        let ms = |packet: &[u8]| duration(packet).map(|span| span.as_millis());
        assert_eq!(ms(&[1 << 3]), Some(20), "SILK, narrow band, 20 ms");
        assert_eq!(ms(&[3 << 3]), Some(60));
        assert_eq!(ms(&[(3 << 3) | 1]), Some(120), "two frames of 60 ms");
        assert_eq!(ms(&[(31 << 3) | 3, 5]), Some(100), "five frames of 20 ms");
        assert_eq!(ms(&[(31 << 3) | 3, 7]), None, "longer than a packet may be");
        assert_eq!(ms(&[3]), None, "the number of frames is missing");
        assert_eq!(ms(&[]), None);
    }

    proptest! {
        #[test]
        fn never_panics(packet: Vec<u8>) {
            prop_assert!(duration(&packet).is_none_or(|span| span <= LONGEST && !span.is_zero()));
        }
    }
}
