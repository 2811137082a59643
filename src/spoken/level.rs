//! What is wrong with a recording, and what is made even: silence at its ends is cut, and its peak is raised or lowered to one level, so
//! that no sentence is louder than the one before.

/// The reason for which a recording cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SoundFlaw {
    /// Nothing is to be heard.
    #[error("it is silent")]
    Silent,
    /// It is shorter than any sentence.
    #[error("it is too short")]
    TooShort,
    /// It is longer than 20 s, or no whole number of samples.
    #[error("it is too long or no sound")]
    TooLong,
    /// The encoder failed.
    #[error("it could not be encoded")]
    Encoder,
}

/// The part of the samples in which somebody speaks, with a short margin, at the common level.
pub(super) fn made_even(samples: &[i16]) -> Result<Vec<i16>, SoundFlaw> {
    let loud = |block: &&[i16]| peak(block) >= AUDIBLE_PEAK;
    let first = samples.chunks(BLOCK).position(|block| loud(&block)).ok_or(SoundFlaw::Silent)?;
    let last = samples.chunks(BLOCK).rposition(|block| loud(&block)).ok_or(SoundFlaw::Silent)?;
    let from = (first * BLOCK).saturating_sub(MARGIN);
    let until = ((last + 1) * BLOCK + MARGIN).min(samples.len());
    let spoken = samples.get(from..until).unwrap_or_default();
    if (last + 1 - first) * BLOCK < SHORTEST {
        return Err(SoundFlaw::TooShort);
    }
    let (peak, wanted) = (i64::from(peak(spoken)), i64::from(COMMON_PEAK));
    let gain = |sample: i16| {
        let louder = i64::from(sample) * wanted.min(peak * MOST_GAIN) / peak;
        i16::try_from(louder).unwrap_or(if louder < 0 { i16::MIN } else { i16::MAX })
    };
    Ok(spoken.iter().map(|sample| gain(*sample)).collect())
}

fn peak(samples: &[i16]) -> u16 {
    samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or_default()
}

/// Samples a second of what a page sends.
pub(super) const SAMPLE_RATE: usize = 24_000;
/// The samples in which one looks for a voice: 20 ms.
const BLOCK: usize = SAMPLE_RATE / 50;
/// The silence that stays before and after the voice: 0.2 s.
const MARGIN: usize = SAMPLE_RATE / 5;
/// The shortest voice that can be a sentence: 0.4 s.
const SHORTEST: usize = SAMPLE_RATE * 2 / 5;
/// The peak above which a block is heard: -40 dB of full scale. A room at night stays below.
const AUDIBLE_PEAK: u16 = 328;
/// The peak of every sentence: -3 dB of full scale.
const COMMON_PEAK: u16 = 23_197;
/// The most by which a quiet voice is raised: 12 dB. More would raise the room with it.
const MOST_GAIN: i64 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    /// A tone of so many samples with this peak.
    fn tone(count: usize, peak: i16) -> Vec<i16> {
        (0..count).map(|n| if n / 30 % 2 == 0 { peak } else { -peak }).collect()
    }

    #[test]
    fn silence_is_cut_and_the_level_is_common() {
        let silence = vec![3; SAMPLE_RATE];
        let quiet = [silence.clone(), tone(SAMPLE_RATE, 8_000), silence.clone()].concat();
        let even = made_even(&quiet).unwrap();
        assert_eq!((even.len(), peak(&even)), (SAMPLE_RATE + 2 * MARGIN, COMMON_PEAK));
        let loud = made_even(&tone(SAMPLE_RATE, i16::MAX)).unwrap();
        assert_eq!((loud.len(), peak(&loud)), (SAMPLE_RATE, COMMON_PEAK));
        let faint = made_even(&tone(SAMPLE_RATE, 1_000)).unwrap();
        assert_eq!(peak(&faint), 4_000, "a faint voice is not raised without end");
        assert_eq!(peak(&made_even(&vec![i16::MIN; SAMPLE_RATE]).unwrap()), COMMON_PEAK);
    }

    #[test]
    fn silence_and_a_click_are_no_sentence() {
        assert_eq!(made_even(&[]), Err(SoundFlaw::Silent));
        assert_eq!(made_even(&vec![100; SAMPLE_RATE]), Err(SoundFlaw::Silent));
        let click = [vec![0; SAMPLE_RATE], tone(100, 20_000), vec![0; SAMPLE_RATE]].concat();
        assert_eq!(made_even(&click), Err(SoundFlaw::TooShort));
    }
}
