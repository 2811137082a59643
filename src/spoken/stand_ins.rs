//! The stand-ins: each sentence in French, spoken by espeak-ng, for as long as nobody has recorded it. There is none in another
//! language, because a program that reads a translation which nobody has checked would say something wrong to a patient.

use teranga_clinic::spoken::Sentence;

/// A sentence that a program has spoken.
#[derive(Clone, Copy, Debug)]
pub struct StandIn {
    /// The sentence.
    pub sentence: Sentence,
    /// The file, Ogg Opus.
    pub audio: &'static [u8],
    /// Its length, milliseconds.
    pub duration_ms: u32,
}

/// Every stand-in.
pub fn stand_ins() -> impl Iterator<Item = StandIn> {
    Sentence::ALL.into_iter().map(|sentence| {
        let audio = file(sentence);
        StandIn { sentence, audio, duration_ms: duration_ms(audio) }
    })
}

const fn file(sentence: Sentence) -> &'static [u8] {
    match sentence {
        Sentence::Consent => include_bytes!("voices/fr/consent.opus"),
        Sentence::Share => include_bytes!("voices/fr/share.opus"),
        Sentence::Photo => include_bytes!("voices/fr/photo.opus"),
        Sentence::Wait => include_bytes!("voices/fr/wait.opus"),
        Sentence::Fear => include_bytes!("voices/fr/fear.opus"),
        Sentence::Look => include_bytes!("voices/fr/look.opus"),
        Sentence::Hurt => include_bytes!("voices/fr/hurt.opus"),
        Sentence::Breathe => include_bytes!("voices/fr/breathe.opus"),
        Sentence::Still => include_bytes!("voices/fr/still.opus"),
        Sentence::Drink => include_bytes!("voices/fr/drink.opus"),
        Sentence::Ambulance => include_bytes!("voices/fr/ambulance.opus"),
    }
}

/// The length of one of our own files: the position of its last page, in samples of 48 kHz (RFC 7845 section 4, RFC 3533 section 6).
fn duration_ms(file: &[u8]) -> u32 {
    let last = file.windows(4).rposition(|four| four == b"OggS").unwrap_or_default();
    let position =
        file.get(last + 6..last + 14).and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes);
    u32::try_from(position.unwrap_or_default() / 48).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::SPOKEN_BYTES;
    use std::collections::HashSet;

    #[test]
    fn every_sentence_has_a_stand_in_of_its_own_within_the_bounds() {
        let all: Vec<_> = stand_ins().collect();
        assert_eq!(all.iter().map(|one| one.audio).collect::<HashSet<_>>().len(), Sentence::ALL.len());
        for one in all {
            assert!(one.audio.starts_with(b"OggS") && one.audio.len() < SPOKEN_BYTES, "{:?}", one.sentence);
            assert!((1_000..20_000).contains(&one.duration_ms), "{:?}: {} ms", one.sentence, one.duration_ms);
        }
    }
}
